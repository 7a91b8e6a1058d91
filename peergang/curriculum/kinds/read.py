"""Read the topics: complete when every topic of the module is marked as read."""

from peergang.curriculum.kinds.base import KindSettings


class Settings(KindSettings):
    """Needs no keys of its own."""
