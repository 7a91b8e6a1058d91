"""Fill in the institution scan. The scan itself comes later; its place in the cycle is here."""

from typing import Literal

from peergang.curriculum.kinds.base import KindSettings


class Settings(KindSettings):
    """Whether it is the baseline or the follow-up measurement."""

    round: Literal["baseline", "follow_up"]
