"""Candles of a market, recorded or simulated, and how longer timeframes are made of them."""
