"""Tables of this feature."""

from peergang.notifications.models.bounce import MailBounce, MailRate
from peergang.notifications.models.choices import AddressSuspension, NoticeChoice, NoticeHabits, SendingPause
from peergang.notifications.models.ledger import Notice
from peergang.notifications.models.push import PushSubscription

__all__ = [
    "AddressSuspension",
    "MailBounce",
    "MailRate",
    "Notice",
    "NoticeChoice",
    "NoticeHabits",
    "PushSubscription",
    "SendingPause",
]
