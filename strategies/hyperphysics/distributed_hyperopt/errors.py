"""What goes wrong with a shared study."""


class StudyError(ValueError):
    """A study cannot be opened, joined or exported; the message says why and what to do."""
