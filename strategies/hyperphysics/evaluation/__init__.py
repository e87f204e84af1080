"""Walk-forward studies: what the engine's numbers were worth on candles that they had not seen."""
