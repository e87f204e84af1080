"""The commands of `hyperphysics`; each module has `add_arguments(parser)` and `run(args)`."""


class CommandError(Exception):
    """A command could not do its work; the message says why and what to do."""
