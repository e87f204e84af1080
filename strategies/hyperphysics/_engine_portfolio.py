"""Stands for the part of the compiled engine that `_engine_portfolio.pyi` documents: portfolios.

The stub checker compares a stub with the module of its name and does not look into imported
classes, so that each part of the engine's stub needs a module to be compared with.
"""
