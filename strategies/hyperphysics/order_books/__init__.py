"""Order books on disk: recorded from an exchange, kept as parquet, replayed beside candles."""
