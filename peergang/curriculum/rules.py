"""The fixed lists of the curriculum: key figures, themes, phases of the cycle, kinds of activity."""

from enum import StrEnum


class KeyFigure(StrEnum):
    """With whom an i-coach has a conversation (sleutelfiguur)."""

    TEACHER = "teacher"
    I_COACH = "i_coach"
    SCHOOL_LEADER = "school_leader"
    STAFF = "staff"
    BOARD = "board"


class Theme(StrEnum):
    """The four themes of the guide, and its three policy themes."""

    LEARNING_PROCESS = "learning_process"
    CULTURE = "culture"
    ENVIRONMENT = "environment"
    OWN_DEVELOPMENT = "own_development"
    EQUAL_OPPORTUNITIES = "equal_opportunities"
    SAFETY = "safety"
    PRIVACY = "privacy"


class Phase(StrEnum):
    """The professional cycle, in order: the five arches of the bridge."""

    INSPIRE = "inspire"
    DESIGN = "design"
    TRY_OUT = "try_out"
    REFLECT = "reflect"
    SHARE = "share"


class ActivityKind(StrEnum):
    """What a participant can be asked to do."""

    READ = "read"
    CONVERSATION = "conversation"
    REFLECTION = "reflection"
    PEER_FEEDBACK = "peer_feedback"
    PRACTICE_EXAMPLE = "practice_example"
    MEETING = "meeting"
    SCAN = "scan"


PHASES = tuple(Phase)
MAIN_QUESTIONS = ("1", "2a", "2b", "3", "4")
