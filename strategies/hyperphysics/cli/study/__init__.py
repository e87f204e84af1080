"""Evaluate the direction, the risk and the strategy; look into a shared hyperopt study.

Each kind is a command of its own, with arguments of its own.
"""
