# SPDX-License-Identifier: GPL-3.0-or-later
"""What the strategy would have earned: walk-forward with freqtrade itself, beside simpler ways."""
