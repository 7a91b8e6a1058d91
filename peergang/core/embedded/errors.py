"""The one error of this package."""


class EmbeddedError(Exception):
    """An embedded server cannot run here. The message is one sentence for the operator, with the remedy."""
