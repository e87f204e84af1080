# SPDX-License-Identifier: GPL-3.0-or-later
"""freqtrade's callbacks by subject: stake, leverage, stop, order book, funding, protections."""
