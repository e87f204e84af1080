"""Benchmarks: the engine's kernels beside peers, and its operations on every device asked for.

Results are compared before a time is printed; times are the least of several rounds.
"""
