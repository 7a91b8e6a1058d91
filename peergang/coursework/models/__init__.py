"""Tables of coursework. What was submitted is immutable; a draft is a separate, overwritable thing."""

import peergang.cohorts.models
import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys of these tables name the tables of all three
from peergang.coursework.models.allocation import FeedbackAssignment
from peergang.coursework.models.attachment import Attachment, VersionAttachment
from peergang.coursework.models.calibration import Calibration, CalibrationJudgement
from peergang.coursework.models.comment import Comment
from peergang.coursework.models.feedback import PeerFeedback
from peergang.coursework.models.promotion import Promotion, PromotionConsent
from peergang.coursework.models.queue import HandOver, TrainerAbsence
from peergang.coursework.models.reflection import Reflection, ReflectionVersion
from peergang.coursework.models.review import Review
from peergang.coursework.models.review_phrase import ReviewPhrase

__all__ = [
    "Attachment",
    "Calibration",
    "CalibrationJudgement",
    "Comment",
    "FeedbackAssignment",
    "HandOver",
    "PeerFeedback",
    "Promotion",
    "PromotionConsent",
    "Reflection",
    "ReflectionVersion",
    "Review",
    "ReviewPhrase",
    "TrainerAbsence",
    "VersionAttachment",
]
