"""The directory, and one profile. What the SQL lets through is what `sees_profile` says; a test compares the two."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition, Module, Topic
from peergang.curriculum.queries import list_latest_editions
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.queries.affiliations import holds_on
from peergang.identity.queries.roles import NAME, fold
from peergang.profiles.models import Profile, ProfileSubject
from peergang.profiles.rules import SubjectKind, Visibility

PAGE = 24


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for in the directory."""

    subject: str = ""
    kind: str = ""
    institution_id: UUID | None = None
    name: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One profile. Subjects are codes in their order."""

    person: AnyRow
    about: str = ""
    contact: str = ""
    visibility: str = Visibility.TRAINERS
    expertise: Sequence[str] = field(default_factory=list)
    interest: Sequence[str] = field(default_factory=list)
    cohorts: frozenset[UUID] = frozenset()
    """In which its owner has a place; `follows` are those as a participant."""
    follows: frozenset[UUID] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told."""
        return not (self.about or self.contact or self.expertise or self.interest)


def shares_cohort_with(cohorts: Collection[UUID], *, as_participant: bool = False) -> ColumnElement[bool]:
    """Whether the `User` of the surrounding select has a place in one of these cohorts."""
    if not cohorts:
        return false()
    place = exists().where(
        Enrolment.user_id == User.id, Enrolment.cohort_id.in_(cohorts), Enrolment.state.in_(TAKES_PART)
    )
    return place.where(Enrolment.role == EnrolmentRole.PARTICIPANT) if as_participant else place


def in_directory(actor: Actor) -> ColumnElement[bool]:
    """Whether the `Profile` of the surrounding select is one that the actor finds: its owner wants to be found by the
    network, or by the cohorts they share. Who shows a profile to trainers alone did not ask to be found.
    """
    return or_(
        Profile.visibility == Visibility.NETWORK,
        and_(
            Profile.visibility == Visibility.COHORTS,
            or_(User.id == actor.user_id, shares_cohort_with(actor.trains | actor.follows)),
        ),
    )


def search_directory(session: Session, actor: Actor, wanted: Search, today: date) -> tuple[Rows, int]:
    """A page of people who want to be found and told something, by name, and how many there are; one statement.

    Columns: user_id, given_name, name_particle, family_name, about, institution_name, expertise, interest, total.
    """
    codes = _codes()
    statement = (
        select(
            User.id.label("user_id"),
            *NAME,
            Profile.about,
            Institution.name.label("institution_name"),
            codes.c.expertise,
            codes.c.interest,
            func.count().over().label("total"),
        )
        .join(Profile, Profile.user_id == User.id)
        .outerjoin(codes, codes.c.user_id == User.id)
        .outerjoin(Affiliation, and_(Affiliation.user_id == User.id, holds_on(today)))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(User.deactivated_at.is_(None), in_directory(actor), *_conditions(wanted))
        .where(or_(Profile.about != "", codes.c.user_id.is_not(None)))
        .order_by(User.sort_key, User.id)
    )
    rows = session.execute(statement.limit(PAGE).offset((wanted.page - 1) * PAGE)).all()
    return rows, rows[0].total if rows else 0


def _codes() -> Subquery:
    """The subjects of everybody, as two lists of codes."""
    return (
        select(
            ProfileSubject.user_id,
            *(
                func.array_agg(aggregate_order_by(ProfileSubject.code, ProfileSubject.code))
                .filter(ProfileSubject.kind == kind)
                .label(kind.value)
                for kind in (SubjectKind.EXPERTISE, SubjectKind.INTEREST)
            ),
        )
        .group_by(ProfileSubject.user_id)
        .subquery("codes")
    )


def _conditions(wanted: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.subject or wanted.kind:
        named = exists().where(ProfileSubject.user_id == User.id)
        if wanted.subject:
            named = named.where(ProfileSubject.code == wanted.subject)
        if wanted.kind:
            named = named.where(ProfileSubject.kind == wanted.kind)
        found.append(named)
    if wanted.institution_id is not None:
        found.append(Affiliation.institution_id == wanted.institution_id)
    found += [User.sort_key.contains(fold(word), autoescape=True) for word in wanted.name.split()]
    return found


def list_directory_institutions(session: Session, actor: Actor, today: date) -> Rows:
    """Where whom the actor can find works today, by name: no filter leads nowhere. Columns: id, name."""
    return session.execute(
        select(Institution.id, Institution.name)
        .distinct()
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .join(User, User.id == Affiliation.user_id)
        .join(Profile, Profile.user_id == User.id)
        .where(holds_on(today), User.deactivated_at.is_(None), in_directory(actor))
        .order_by(Institution.name)
    ).all()


def get_profile(session: Session, user_id: UUID, today: date) -> ProfileView:
    """What somebody tells about themselves, for a use case that asks its policy who may see it; three statements.

    Raises:
        NotFound: when there is no such person, or their account is closed.
    """
    row = _get_person(session, user_id, today)
    places = session.execute(
        select(Enrolment.cohort_id, Enrolment.role).where(
            Enrolment.user_id == user_id, Enrolment.state.in_(TAKES_PART)
        )
    ).all()
    follows = {one.cohort_id for one in places if one.role == EnrolmentRole.PARTICIPANT}
    expertise, interest = _subjects_of(session, user_id)
    return ProfileView(
        row,
        row.about or "",
        row.contact or "",
        row.visibility or Visibility.TRAINERS,
        expertise,
        interest,
        frozenset(one.cohort_id for one in places),
        frozenset(follows),
    )


def _get_person(session: Session, user_id: UUID, today: date) -> AnyRow:
    row = session.execute(
        select(
            User.id,
            *NAME,
            User.deactivated_at,
            Institution.name.label("institution_name"),
            Profile.about,
            Profile.contact,
            Profile.visibility,
        )
        .outerjoin(Profile, Profile.user_id == User.id)
        .outerjoin(Affiliation, and_(Affiliation.user_id == User.id, holds_on(today)))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(User.id == user_id)
    ).one_or_none()
    if row is None or row.deactivated_at is not None:
        raise NotFound
    return row


def _subjects_of(session: Session, user_id: UUID) -> tuple[list[str], list[str]]:
    rows = session.execute(
        select(ProfileSubject.code, ProfileSubject.kind)
        .where(ProfileSubject.user_id == user_id)
        .order_by(ProfileSubject.code)
    ).all()
    expertise = [code for code, kind in rows if kind == SubjectKind.EXPERTISE]
    return expertise, [code for code, kind in rows if kind == SubjectKind.INTEREST]


def list_subject_titles(session: Session) -> dict[str, tuple[str, str]]:
    """The titles of topics and success factors by their stable code, Dutch and English, from the newest editions."""
    newest = {row.sign: row.edition_id for row in list_latest_editions(session)}
    topics = session.execute(
        select(Topic.code, Topic.title, Topic.title_en)
        .join(Module, Module.id == Topic.module_id)
        .join(Edition, Edition.id == Module.edition_id)
        .where(Edition.id == newest.get("peergang"))
    )
    factors = session.execute(
        select(Module.success_factor, Module.title, Module.title_en).where(
            Module.edition_id == newest.get("masterclass"), Module.success_factor.is_not(None)
        )
    )
    found = {code: (title, title_en) for code, title, title_en in topics}
    return found | {f"f{number}": (title, title_en) for number, title, title_en in factors}
