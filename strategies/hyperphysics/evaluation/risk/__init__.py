"""Whether forecasts of value at risk and expected shortfall hold, beside simpler ones."""
