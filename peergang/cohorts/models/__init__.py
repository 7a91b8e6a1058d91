"""Tables of cohorts and everybody's place in them."""

import peergang.curriculum.models
import peergang.identity.models  # noqa: F401 the foreign keys of these tables name the tables of both
from peergang.cohorts.models.calendar import CalendarFeed, CalendarLine
from peergang.cohorts.models.cohort import Cohort, CohortActivity, CohortModule
from peergang.cohorts.models.enrolment import Enrolment
from peergang.cohorts.models.fact import ActivityCompletion, TopicRead
from peergang.cohorts.models.group import PeerGroup, PeerGroupChange, PeerGroupMembership
from peergang.cohorts.models.intervision import IntervisionSession
from peergang.cohorts.models.joining import JoinRequest
from peergang.cohorts.models.meeting import Attendance, Meeting
from peergang.cohorts.models.meeting_page import (
    AgendaItem,
    CheckInCode,
    MeetingAction,
    MeetingPage,
    SignOff,
)
from peergang.cohorts.models.override import CompletionOverride, WaitingEvidence
from peergang.cohorts.models.planning import Extension, FreePeriod
from peergang.cohorts.models.roster import RosterImport
from peergang.cohorts.models.upgrade import EditionUpgrade

__all__ = [
    "ActivityCompletion",
    "AgendaItem",
    "Attendance",
    "CalendarFeed",
    "CalendarLine",
    "CheckInCode",
    "Cohort",
    "CohortActivity",
    "CohortModule",
    "CompletionOverride",
    "EditionUpgrade",
    "Enrolment",
    "Extension",
    "FreePeriod",
    "IntervisionSession",
    "JoinRequest",
    "Meeting",
    "MeetingAction",
    "MeetingPage",
    "PeerGroup",
    "PeerGroupChange",
    "PeerGroupMembership",
    "RosterImport",
    "SignOff",
    "TopicRead",
    "WaitingEvidence",
]
