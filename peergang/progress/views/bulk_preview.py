"""Who would get what: what stands on the page before something is done for several participants at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.schedule import list_meetings
from peergang.cohorts.rules import EnrolmentState, MeetingState
from peergang.core.dates import day_month, weekday_date
from peergang.core.db import Rows
from peergang.core.i18n import gettext as _, pick
from peergang.core.permissions import Actor
from peergang.progress.labels.grid import HOWS, SKIPPED, Deed
from peergang.progress.queries.grid_cells import list_facts
from peergang.progress.rules.grid import NOTHING
from peergang.reminders.actions.nudging import foresee_reminders

MODULE, ACTIVITY, MEETING = "module", "activity", "meeting"
TO_DO = "meeting"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen to one of those who were chosen."""

    person: Any
    will: bool
    words: str


def list_subjects(
    session: Session, deed: Deed, activities: Rows, cohort_id: UUID, now: datetime
) -> list[Any]:
    """What can be chosen, with its kind in its value."""
    if deed == Deed.ATTEND:
        return _begun_meetings(session, cohort_id, now)
    found, seen = [], set()
    for one in activities:
        if deed == Deed.EXTEND and one.module_id not in seen:
            seen.add(one.module_id)
            found.append(
                SelectChoice(f"{MODULE}:{one.module_id}", _("De hele module %(code)s", code=one.module_code))
            )
        if one.required and (one.kind != TO_DO or deed == Deed.COMPLETE):
            title = pick(one.title, one.title_en)
            found.append(
                SelectChoice(
                    f"{ACTIVITY}:{one.activity_id}",
                    _("%(code)s · %(title)s", code=one.module_code, title=title),
                )
            )
    return found


def _begun_meetings(session: Session, cohort_id: UUID, now: datetime) -> list[Any]:
    begun = [
        one
        for one in list_meetings(session, cohort_id)
        if one.starts_at <= now and one.state != MeetingState.CANCELLED
    ]
    return [
        SelectChoice(
            f"{MEETING}:{one.meeting_id}",
            _("%(title)s, %(day)s", title=one.title, day=weekday_date(one.starts_at)),
        )
        for one in reversed(begun)
    ]


def first_subject(activities: Rows, module: str, now: datetime) -> str:
    """What is proposed: the first activity of the module that is shown, else what was due last, else what is due next."""
    fit = [one for one in activities if one.required and one.kind != TO_DO]
    shown = [one for one in fit if one.module_code == module]
    if shown:
        return f"{ACTIVITY}:{shown[0].activity_id}"
    begun = sorted((one for one in fit if one.opens_at <= now), key=lambda one: one.due_at)
    past = [one for one in begun if one.due_at <= now]
    # The activities of a module open together: the last of them is about what nobody has come to yet.
    proposed = past[-1:] or begun[:1]
    return f"{ACTIVITY}:{proposed[0].activity_id}" if proposed else ""


def foresee(
    session: Session,
    actor: Actor,
    deed: Deed,
    cohort_id: UUID,
    people: Sequence[Any],
    subject: str,
    activities: Rows,
    now: datetime,
) -> list[Foreseen]:
    """What would happen to everybody who was chosen, by name, in a constant number of statements."""
    kind, _colon, key = subject.partition(":")
    if not key:
        return []
    if deed == Deed.REMIND:
        return _reminders(session, actor, cohort_id, people, UUID(key), now)
    if deed == Deed.ATTEND:
        return _attendance(session, cohort_id, people, UUID(key))
    chosen = [
        one
        for one in activities
        if str(one.module_id if kind == MODULE else one.activity_id) == key
        and one.kind != (TO_DO if kind == MODULE else "")
    ]
    return _dates(session, deed, cohort_id, people, chosen) if chosen else []


def _reminders(
    session: Session, actor: Actor, cohort_id: UUID, people: Sequence[Any], activity_id: UUID, now: datetime
) -> list[Foreseen]:
    ids = [one.enrolment_id for one in people]
    found = {
        one.person.enrolment_id: one
        for one in foresee_reminders(session, actor, cohort_id, ids, activity_id, now=now)
    }
    lines = []
    for person in people:
        one = found.get(person.enrolment_id)
        why = "gone" if one is None else one.why
        how = str(HOWS[one.how]) if one and one.how else ""
        lines.append(Foreseen(person, not why, str(SKIPPED[why]) if why else how))
    return lines


def _attendance(session: Session, cohort_id: UUID, people: Sequence[Any], meeting_id: UUID) -> list[Foreseen]:
    known = {one.enrolment_id: one for one in list_attendance(session, cohort_id, meeting_id)}
    lines = []
    for person in people:
        one = known.get(person.enrolment_id)
        if one is None or one.state == "present":
            lines.append(
                Foreseen(person, False, str(SKIPPED["already_present" if one else "enrolment_state"]))
            )
        elif one.state:
            lines.append(Foreseen(person, True, _("stond als afwezig of afgemeld")))
        else:
            lines.append(Foreseen(person, True, _("had zich afgemeld") if one.reason is not None else ""))
    return lines


def _dates(
    session: Session, deed: Deed, cohort_id: UUID, people: Sequence[Any], chosen: Sequence[Any]
) -> list[Foreseen]:
    facts = list_facts(session, cohort_id, chosen[0].module_id)
    lines = []
    for person in people:
        known = [(one, facts.get((person.enrolment_id, one.activity_id), NOTHING)) for one in chosen]
        todo = [(one, fact) for one, fact in known if fact.completed_at is None]
        if person.state != EnrolmentState.ACTIVE:
            lines.append(Foreseen(person, False, str(SKIPPED["enrolment_state"])))
        elif not todo:
            lines.append(Foreseen(person, False, str(SKIPPED["already_completed"])))
        elif deed == Deed.EXTEND:
            until = max(max(one.due_at, fact.extended_to or one.due_at) for one, fact in todo)
            lines.append(Foreseen(person, True, _("de datum is nu %(day)s", day=day_month(until))))
        else:
            lines.append(Foreseen(person, True, ""))
    return lines
