# SPDX-License-Identifier: GPL-3.0-or-later
"""Candles before a frame's first, for windows that are longer than freqtrade's frame."""
