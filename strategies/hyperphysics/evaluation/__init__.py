"""Evaluations: what the engine's numbers and the strategy were worth on candles not seen before."""
