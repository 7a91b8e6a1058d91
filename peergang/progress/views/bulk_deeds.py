"""Which things somebody may do for several participants of a cohort at once."""

from typing import Any

from peergang.cohorts.policy import can_read_reasons, can_record_attendance
from peergang.cohorts.rules import CHANGEABLE, CohortState
from peergang.core.permissions import Actor
from peergang.progress.labels.grid import DEEDS, Deed
from peergang.reminders.policy import can_remind

WHEN = {
    Deed.REMIND: (CohortState.RUNNING,),
    Deed.EXTEND: CHANGEABLE,
    Deed.ATTEND: (CohortState.OPEN, CohortState.RUNNING),
    Deed.COMPLETE: (CohortState.OPEN, CohortState.RUNNING),
}
"""In which states of a cohort it can be done."""

MAY = {
    Deed.REMIND: can_remind,
    Deed.EXTEND: can_record_attendance,
    Deed.ATTEND: can_record_attendance,
    Deed.COMPLETE: can_read_reasons,
}


def list_deeds(actor: Actor, head: Any) -> list[tuple[Deed, str, str]]:
    """What the actor may do now in the cohort of `head`: its code, word and icon."""
    return [
        (deed, str(words), sign)
        for deed, (words, sign) in DEEDS.items()
        if MAY[deed](actor, head.id) and head.state in WHEN[deed]
    ]
