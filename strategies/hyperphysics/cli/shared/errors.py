"""The error that a command shows as a message."""


class CommandError(Exception):
    """A command could not do its work; the message says why and what to do."""
