"""The one error of this package."""


class UpError(Exception):
    """Peergang cannot start or go on. The message is one sentence for the operator, with the remedy."""
