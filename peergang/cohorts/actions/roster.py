"""Participants from a file: correcting it in place, adding the rows that are good, taking out who is no longer on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.roster_files import finish_import
from peergang.cohorts.actions.seats import Enrolled, Newcomer, enrol_participants
from peergang.cohorts.models import RosterImport
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.roster import check_import, get_open_import, list_absent, read_institutions
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.roster.checking import CheckedRow, RowState
from peergang.cohorts.rules.roster.correcting import correct_rows
from peergang.cohorts.rules.roster.names import clean, name_parts
from peergang.cohorts.rules.roster.reading import empty_row
from peergang.core.clock import local_date
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.people import PersonRow, ensure_users


class Doubtful(Invalid):
    """A person about whom there is something to decide first: {"anyway": remark}. `row` says what that is."""

    def __init__(self, row: CheckedRow) -> None:
        super().__init__({"anyway": row.remark})
        self.row = row


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did, and how many rows still ask for something; `promoted` counts who got the seat of one who left."""

    enrolled: Enrolled
    left: int
    withdrawn: int = 0
    promoted: int = 0


def correct_roster(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    import_id: UUID,
    corrections: Mapping[int, Mapping[str, str]],
    anyway: Mapping[int, bool],
    leaving: Collection[UUID] = (),
    *,
    now: datetime,
) -> list[CheckedRow]:
    """Keep what was corrected in the table, by row number, and judge all rows again. For organisers.

    `corrections` holds name, email or institution (an id) per row; `anyway` the ticks of the rows that were shown.
    `leaving` are the ticks among those who are not on the list; they stay ticked, and nobody leaves yet.

    Raises:
        Forbidden: for anybody else. NotFound: when the file is done. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    found = get_open_import(session, cohort_id, import_id)
    found.rows = correct_rows(found.rows, corrections, anyway)
    found.leaving = sorted(str(one) for one in set(leaving))
    session.flush()
    return check_import(session, actor, cohort_id, found.rows, local_date(now))


def add_from_roster(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    import_id: UUID,
    anyway: Mapping[int, bool],
    corrections: Mapping[int, Mapping[str, str]] | None = None,
    leaving: Collection[UUID] = (),
    *,
    now: datetime,
) -> Added:
    """Enrol the rows that are good as the organiser saw them, and those that were ticked. For organisers.

    `leaving` are the enrolments that were ticked among those whose address is no longer in the file: they are withdrawn
    first, so who waited gets their seat before who is new. What was typed into other rows is kept and judged for the next
    look. When nothing is left to decide, the rows are wiped. A constant number of statements for any number of rows.

    Raises:
        Forbidden: for anybody else. NotFound: when the file is done. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    found = get_open_import(session, cohort_id, import_id)
    found.rows = correct_rows(found.rows, {}, anyway)
    withdrawn, promoted = _withdraw_absent(session, actor, found, leaving, now)
    good = [
        row for row in check_import(session, actor, cohort_id, found.rows, local_date(now)) if row.goes_along
    ]
    enrolled = _enrol(session, actor, cohort_id, good, now)
    left = _keep_rest(session, actor, found, corrections or {}, now)
    details = {"added": len(good), "left": left, "withdrawn": withdrawn}
    record_audit(session, actor, "participants_imported", "cohort", cohort_id, details, now=now)
    return Added(enrolled, left, withdrawn, promoted)


def add_participant(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    *,
    name: str,
    email: str,
    institution_id: UUID,
    job_title: str = "",
    anyway: bool = False,
    now: datetime,
) -> Enrolled:
    """Enrol one person who is typed in by hand. For organisers. `anyway` is the tick that a row of a file would need.

    Raises:
        Doubtful (an Invalid): who left this cohort, is in another or works elsewhere, without `anyway`.
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
        Invalid: {"name": code, "email": code, "institution": code}, the codes of a row in a file.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    cells = {"email": clean(email), "institution_id": str(institution_id), "job_title": clean(job_title)}
    [checked] = check_import(
        session, actor, cohort_id, [empty_row(1) | name_parts(name) | cells], local_date(now)
    )
    if checked.problems:
        raise Invalid(checked.problems)
    if checked.state == RowState.KNOWN:
        return Enrolled([], [], 1)
    if checked.state == RowState.LOOK and not anyway:
        raise Doubtful(checked)
    enrolled = _enrol(session, actor, cohort_id, [checked], now)
    for enrolment_id in (*enrolled.invited, *enrolled.waitlisted):
        record_audit(session, actor, "participant_added", "enrolment", enrolment_id, now=now)
    return enrolled


def _keep_rest(
    session: Session,
    actor: Actor,
    found: RosterImport,
    corrections: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> int:
    """Keep what was corrected for the next look. Gives how many rows still ask for something; with none the file is done."""
    found.rows, found.leaving = correct_rows(found.rows, corrections, {}), []
    session.flush()
    checked = check_import(session, actor, found.cohort_id, found.rows, local_date(now))
    left = sum(row.state != RowState.KNOWN for row in checked)
    if not left:
        finish_import(found, now)
    return left


def _withdraw_absent(
    session: Session, actor: Actor, found: RosterImport, leaving: Collection[UUID], now: datetime
) -> tuple[int, int]:
    """Take out who was ticked. Gives how many, and how many came from the waiting list instead."""
    if not leaving:
        return 0, 0
    absent = {row.enrolment_id for row in list_absent(session, found, read_institutions(session))}
    going = [enrolment_id for enrolment_id in leaving if enrolment_id in absent]
    promoted = [
        key
        for enrolment_id in going
        for key in withdraw_enrolment(session, actor, enrolment_id, now=now).promoted
    ]
    # Of those who got a seat in between, some may have been ticked as well.
    return len(going), len(set(promoted) - set(going))


def _enrol(
    session: Session, actor: Actor, cohort_id: UUID, rows: list[CheckedRow], now: datetime
) -> Enrolled:
    people = [
        PersonRow(row.given_name, row.particle, row.family_name, row.email, row.institution.id, row.job_title)
        for row in rows
        if row.institution
    ]
    ensured = ensure_users(session, people, now)
    newcomers = [
        Newcomer(ensured[row.email].user_id, ensured[row.email].affiliation_id)
        for row in rows
        if row.email in ensured
    ]
    return enrol_participants(session, actor, cohort_id, newcomers, now=now)
