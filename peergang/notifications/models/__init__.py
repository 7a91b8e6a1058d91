"""Tables of this feature."""

from peergang.notifications.models.choices import AddressSuspension, NoticeChoice, NoticeHabits, SendingPause
from peergang.notifications.models.ledger import Notice

__all__ = ["AddressSuspension", "Notice", "NoticeChoice", "NoticeHabits", "SendingPause"]
