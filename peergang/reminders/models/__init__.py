"""Tables of this feature."""

from peergang.reminders.models.nudge import Nudge

__all__ = ["Nudge"]
