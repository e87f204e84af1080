# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a hyperopt study."""


class StudyError(ValueError):
    """A study cannot be opened, joined or exported; the message says why and what to do."""
