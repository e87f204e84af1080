# SPDX-License-Identifier: GPL-3.0-or-later
"""What enters and what exits: the table of filters, its parameters and the signals from both."""
