"""Selects about where people work, on which day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.core.errors import NotFound
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.rules.affiliations import Period

is_empty = and_(Affiliation.valid_until.is_not(None), Affiliation.valid_until <= Affiliation.valid_from)
"""Corrected away: it holds no day."""


def holds_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a row of `Affiliation` holds on `day`."""
    return and_(
        Affiliation.valid_from <= day,
        or_(Affiliation.valid_until.is_(None), Affiliation.valid_until > day),
    )


def find_affiliation_on(session: Session, user_id: UUID, day: date) -> Affiliation | None:
    """Where somebody works on `day`."""
    return session.scalar(select(Affiliation).where(Affiliation.user_id == user_id, holds_on(day)))


def list_periods(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, list[Period]]:
    """The periods of these people, in one statement; empty ones are left out."""
    rows = session.execute(
        select(
            Affiliation.user_id,
            Affiliation.id,
            Affiliation.institution_id,
            Affiliation.valid_from,
            Affiliation.valid_until,
        ).where(Affiliation.user_id == any_(literal(list(user_ids), ARRAY(Uuid))), ~is_empty)
    )
    found: dict[UUID, list[Period]] = {}
    for user_id, affiliation_id, institution_id, since, until in rows:
        found.setdefault(user_id, []).append(Period(affiliation_id, institution_id, since, until))
    return found


def list_affiliations(session: Session, user_id: UUID) -> Rows:
    """Where somebody works and worked, the latest first; without what was corrected away.

    Columns: id, institution_id, institution_name, job_title, valid_from, valid_until.
    """
    return session.execute(
        select(
            Affiliation.id,
            Affiliation.institution_id,
            Institution.name.label("institution_name"),
            Affiliation.job_title,
            Affiliation.valid_from,
            Affiliation.valid_until,
        )
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(Affiliation.user_id == user_id, ~is_empty)
        .order_by(Affiliation.valid_from.desc())
    ).all()


def get_affiliation(session: Session, user_id: UUID, affiliation_id: UUID) -> Affiliation:
    """One period of this person.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    found = session.get(Affiliation, affiliation_id)
    if found is None or found.user_id != user_id:
        raise NotFound
    return found


def search_people(session: Session, search: str, today: date, *, page: int, size: int) -> tuple[int, Rows]:
    """People whose name or address holds every word of `search`, by name: how many, and those of one page.

    Columns: id, given_name, name_particle, family_name, email, deactivated_at, institution_name (where they work today).
    """
    matching = _matching(search)
    total = session.scalar(select(func.count()).select_from(User).where(*matching)) or 0
    rows = session.execute(
        select(
            User.id,
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            User.deactivated_at,
            Institution.name.label("institution_name"),
        )
        .outerjoin(Affiliation, and_(Affiliation.user_id == User.id, holds_on(today)))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(*matching)
        .order_by(User.sort_key, User.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return total, rows


def _matching(search: str) -> Sequence[ColumnElement[bool]]:
    whole = func.concat_ws(" ", User.given_name, User.name_particle, User.family_name)
    return [
        or_(
            whole.icontains(word, autoescape=True),
            User.sort_key.icontains(word, autoescape=True),
            User.email.icontains(word, autoescape=True),
        )
        for word in search.split()[:6]
    ]


def select_places() -> Select[Any]:
    """Of every person the time for which each institution counts: without gaps, from before the first until after the
    last. Columns: user_id, institution_id, starts (empty: always), ends (empty: never). Add conditions on a day.

    In a gap between two jobs the last one goes on counting, or somebody who is still taking part would count nowhere.
    """
    first = func.min(Affiliation.valid_from).over(partition_by=Affiliation.user_id)
    order: Any = {"partition_by": Affiliation.user_id, "order_by": Affiliation.valid_from}
    return select(
        Affiliation.user_id,
        Affiliation.institution_id,
        func.nullif(Affiliation.valid_from, first).label("starts"),
        func.lead(Affiliation.valid_from).over(**order).label("ends"),
    ).where(~is_empty)
