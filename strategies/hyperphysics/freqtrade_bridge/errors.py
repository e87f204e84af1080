# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong around a freqtrade process."""


class FreqtradeError(Exception):
    """freqtrade or its user directory failed; the message says why, and where its log is."""
