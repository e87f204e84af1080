"""What the direction `hp_pbit` was worth on candles that it had not seen, model by model."""
