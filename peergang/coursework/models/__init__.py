"""Tables of coursework. What was submitted is immutable; a draft is a separate, overwritable thing."""

import peergang.cohorts.models
import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys of these tables name the tables of all three
from peergang.coursework.models.comment import Comment
from peergang.coursework.models.feedback import PeerFeedback
from peergang.coursework.models.reflection import Reflection, ReflectionVersion
from peergang.coursework.models.review import Review

__all__ = ["Comment", "PeerFeedback", "Reflection", "ReflectionVersion", "Review"]
