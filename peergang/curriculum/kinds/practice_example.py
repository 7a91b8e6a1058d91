"""Share a practice example: complete when one's own is published."""

from peergang.curriculum.kinds.base import KindSettings


class Settings(KindSettings):
    """Needs no keys of its own."""
