# SPDX-License-Identifier: GPL-3.0-or-later
"""How a frame gets its columns: one engine call, and the caches that save most of it."""
