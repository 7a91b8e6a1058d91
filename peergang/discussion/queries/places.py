"""Where a cohort talks: under one of its modules, or under one of its meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, literal, null, select, true
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.curriculum.models import Module
from peergang.discussion.models import Thread
from peergang.discussion.rules import why_closed
from peergang.discussion.rules.mentions import Person
from peergang.identity.models import User
from peergang.identity.rules import full_name


@dataclass(frozen=True, slots=True)
class Place:
    """A module of a cohort, or a meeting; `opens_at` is None for a meeting, and for a module without a date."""

    cohort_id: UUID
    cohort_name: str
    cohort_state: str
    module_id: UUID | None
    meeting_id: UUID | None
    code: str
    title: str
    title_en: str
    opens_at: datetime | None

    def why_closed(self, now: datetime) -> str:
        """Why nobody can write here, as a code; "" when they can."""
        return why_closed(self.cohort_state, self.opens_at, now)


MODULE_COLUMNS: tuple[Any, ...] = (
    Cohort.id.label("cohort_id"),
    Cohort.name.label("cohort_name"),
    Cohort.state.label("cohort_state"),
)


def get_module_place(
    session: Session, cohort_id: UUID, module_id: UUID, *, of_any_edition: bool = False
) -> Place:
    """A module of the edition that the cohort follows; one of an earlier edition only where that is asked for.

    Raises:
        NotFound: when the cohort has no such module.
    """
    follows = Module.edition_id == Cohort.edition_id
    row = session.execute(
        select(
            *MODULE_COLUMNS,
            Module.id.label("module_id"),
            null().label("meeting_id"),
            Module.code,
            Module.title,
            Module.title_en,
            CohortModule.opens_at,
        )
        .select_from(Cohort)
        .join(Module, true() if of_any_edition else follows)
        .outerjoin(
            CohortModule, and_(CohortModule.cohort_id == Cohort.id, CohortModule.module_id == Module.id)
        )
        .where(Cohort.id == cohort_id, Module.id == module_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(*tuple(row))


def get_meeting_place(session: Session, meeting_id: UUID) -> Place:
    """A meeting of a cohort.

    Raises:
        NotFound: when there is no such meeting.
    """
    row = session.execute(
        select(
            *MODULE_COLUMNS,
            null().label("module_id"),
            Meeting.id.label("meeting_id"),
            literal("").label("code"),
            Meeting.title,
            literal("").label("title_en"),
            null().label("opens_at"),
        )
        .select_from(Cohort)
        .join(Meeting, Meeting.cohort_id == Cohort.id)
        .where(Meeting.id == meeting_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(*tuple(row))


def hold_place(session: Session, cohort_id: UUID) -> str:
    """The state of a cohort, which stays so until the end of the transaction: nobody writes in one that is being closed."""
    return session.execute(
        select(Cohort.state).where(Cohort.id == cohort_id).with_for_update(read=True)
    ).scalar_one()


def list_people(session: Session, cohort_id: UUID) -> Sequence[Person]:
    """Everybody who can read what the cohort says and has an account that is open, by name."""
    rows = session.execute(
        select(User.id, User.given_name, User.name_particle, User.family_name)
        .where(
            User.deactivated_at.is_(None),
            select(Enrolment.id)
            .where(
                Enrolment.user_id == User.id,
                Enrolment.cohort_id == cohort_id,
                Enrolment.state.in_(TAKES_PART),
            )
            .exists(),
        )
        .order_by(User.sort_key, User.id)
    )
    return [Person(one.id, one.given_name, full_name(*one[1:])) for one in rows]


def find_thread_place(session: Session, thread: Thread | AnyRow) -> Place:
    """Where a conversation belongs; its module may be one that the newer edition of the cohort left out."""
    if thread.meeting_id is not None:
        return get_meeting_place(session, thread.meeting_id)
    assert thread.module_id is not None
    return get_module_place(session, thread.cohort_id, thread.module_id, of_any_edition=True)
