"""One example with what others experienced."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.queries.affiliations import holds_on
from peergang.practice.models import Adoption, PracticeExample, SavedExample
from peergang.practice.rules import VISIBLE


def get_example(session: Session, actor: Actor, example_id: UUID) -> PracticeExample:
    """The example, when it is shared with the network or the actor's own.

    Raises:
        NotFound: it does not exist, or it is somebody else's draft.
    """
    readable = or_(PracticeExample.state.in_(VISIBLE), PracticeExample.author_id == actor.user_id)
    return _get(session, PracticeExample.id == example_id, readable)


def get_own_example(
    session: Session, actor: Actor, example_id: UUID, *, lock: bool = False
) -> PracticeExample:
    """The example, when the actor wrote it; with `lock` as it is now, and ours until the end of the transaction.

    Raises:
        NotFound: it does not exist or is somebody else's.
    """
    return _get(
        session, PracticeExample.id == example_id, PracticeExample.author_id == actor.user_id, lock=lock
    )


def _get(session: Session, *conditions: ColumnElement[bool], lock: bool = False) -> PracticeExample:
    statement = select(PracticeExample).where(*conditions)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    example = session.scalars(statement).one_or_none()
    if example is None:
        raise NotFound
    return example


def get_maker(session: Session, example: PracticeExample) -> AnyRow:
    """Who made it and where. Columns: given_name, name_particle, family_name, institution."""
    return session.execute(
        select(User.given_name, User.name_particle, User.family_name, Institution.name.label("institution"))
        .outerjoin(Institution, Institution.id == example.institution_id)
        .where(User.id == example.author_id)
    ).one()


def list_adoptions(session: Session, example_id: UUID) -> Rows:
    """What others experienced, newest first.

    Columns: user_id, given_name, name_particle, family_name, institution, outcome, note, created_at.
    """
    return session.execute(
        select(
            Adoption.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution"),
            Adoption.outcome,
            Adoption.note,
            Adoption.created_at,
        )
        .join(User, User.id == Adoption.user_id)
        .outerjoin(Institution, Institution.id == Adoption.institution_id)
        .where(Adoption.example_id == example_id)
        .order_by(Adoption.created_at.desc())
    ).all()


def is_saved(session: Session, actor: Actor, example_id: UUID) -> bool:
    """Whether the actor bookmarked it."""
    return session.get(SavedExample, (actor.user_id, example_id)) is not None


def find_institution_of(session: Session, user_id: UUID | None, today: date) -> UUID | None:
    """The institution somebody works at today."""
    return session.execute(
        select(Affiliation.institution_id).where(Affiliation.user_id == user_id, holds_on(today))
    ).scalar()
