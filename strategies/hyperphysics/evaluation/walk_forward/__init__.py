"""What the strategy would have earned: walk-forward with freqtrade itself, beside simpler ways."""
