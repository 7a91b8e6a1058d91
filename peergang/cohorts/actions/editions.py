"""Going over to a newer edition while a cohort is running. Everything that was done goes along by slug; nothing is lost.

Facts are only ever added: a completion of the old edition stays, and the same date is written for the activity that took
its place (invariant 2). What has no place in the new edition stays readable where it was, and counts no longer
(invariant 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.dates import follow_meetings
from peergang.cohorts.actions.succession import STATEMENTS
from peergang.cohorts.models import Cohort, EditionUpgrade, Enrolment
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.editions import count_effects, find_newer_edition, select_successors
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.completion import rule_version
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.curriculum.rules import ActivityKind
from peergang.identity.actions.audit import record_audit
from peergang.notifications.actions.follow import follow_subjects

Successors = dict[UUID, UUID]
"""The activities of the old edition, each with the one that took its place."""

EditionUpgraded = Callable[[Session, UUID, Successors], None]
"""Called with the cohort and what took the place of what, inside the transaction in which it goes over."""

_when_upgraded: list[EditionUpgraded] = []


def when_upgraded(callback: EditionUpgraded) -> None:
    """Let a higher feature take its own records along. Whoever starts a process with actions calls this."""
    if callback not in _when_upgraded:
        _when_upgraded.append(callback)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """How many completions hold for the new edition as well, and how many belong to what is no more."""

    carried: int
    left_behind: int


def upgrade_edition(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    *,
    from_edition_id: UUID,
    to_edition_id: UUID,
    now: datetime,
) -> Upgraded:
    """Let a cohort go over to the newest edition of its programme, as the organiser saw it compared. For organisers.

    Dates that were pinned, extensions, meetings, topics read and completions go along by slug, and so does what higher
    features registered. Dates of new parts follow from the meetings. A constant number of statements.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state`; `edition_moved_on` when the cohort or the programme has another edition by now.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    newest = find_newer_edition(session, cohort.edition_id)
    if cohort.edition_id != from_edition_id or newest is None or newest.id != to_edition_id:
        raise Conflict("edition_moved_on", cohort_id=cohort_id)
    effects = count_effects(session, cohort_id, to_edition_id)
    done = Upgraded(effects.carried, effects.left_behind)
    _take_along(session, cohort, to_edition_id)
    _note(session, actor, cohort_id, from_edition_id, to_edition_id, done, now)
    details = {"edition": newest.number, "carried": done.carried, "left_behind": done.left_behind}
    record_audit(session, actor, "edition_upgraded", "cohort", cohort_id, details, now=now)
    return done


def _note(
    session: Session, actor: Actor, cohort_id: UUID, from_id: UUID, to_id: UUID, done: Upgraded, now: datetime
) -> None:
    session.add(
        EditionUpgrade(
            cohort_id=cohort_id,
            from_edition_id=from_id,
            to_edition_id=to_id,
            upgraded_at=now,
            upgraded_by_id=actor.user_id,
            carried=done.carried,
            left_behind=done.left_behind,
        )
    )


def _take_along(session: Session, cohort: Cohort, to_edition_id: UUID) -> None:
    rows = session.execute(select_successors(cohort.edition_id, to_edition_id))
    successors = {row.old_id: row.new_id for row in rows}
    meeting_rule = rule_version(ActivityKind.MEETING)
    values = {
        "cohort": cohort.id,
        "old": cohort.edition_id,
        "new": to_edition_id,
        "meeting_rule": meeting_rule,
    }
    for statement in STATEMENTS:
        session.execute(statement, values)
    cohort.edition_id = to_edition_id
    session.flush()
    session.expire_all()
    follow_meetings(session, cohort)
    people = session.scalars(select(Enrolment.user_id).where(Enrolment.cohort_id == cohort.id)).all()
    follow_subjects(session, successors, people)
    for callback in _when_upgraded:
        callback(session, cohort.id, successors)
