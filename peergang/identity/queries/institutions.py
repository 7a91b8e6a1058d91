"""Selects about institutions: their names, what became of them, who works there."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.identity.models import (
    AddressFile,
    Affiliation,
    Institution,
    InstitutionMerger,
    RoleGrant,
    User,
)
from peergang.identity.queries.affiliations import holds_on, is_empty
from peergang.identity.rules import Role, match_key
from peergang.identity.rules.institutions import follow_mergers


def list_institutions(session: Session, today: date, search: str = "", *, gone: bool = False) -> Rows:
    """Institutions by name. Those that ended or merged come along when they are asked for with `gone` or searched for.

    `search` is looked for in the BRIN, the names and the places. Columns: id, brin, name, place, other_places, aliases,
    valid_until, people (who work there today).
    """
    people = _people_on(today)
    statement = (
        select(
            Institution.id,
            Institution.brin,
            Institution.name,
            Institution.place,
            Institution.other_places,
            Institution.aliases,
            Institution.valid_until,
            func.coalesce(people.c.number, 0).label("people"),
        )
        .outerjoin(people, people.c.institution_id == Institution.id)
        .order_by(func.lower(Institution.name), Institution.brin)
    )
    if search:
        statement = statement.where(_names(search))
    elif not gone:
        statement = statement.where(Institution.valid_until.is_(None))
    return session.execute(statement).all()


def _people_on(day: date) -> Subquery:
    return (
        select(Affiliation.institution_id, func.count().label("number"))
        .where(holds_on(day))
        .group_by(Affiliation.institution_id)
        .subquery()
    )


def _names(search: str) -> ColumnElement[bool]:
    columns = (
        Institution.brin,
        Institution.name,
        Institution.place,
        func.array_to_string(Institution.aliases, " "),
        func.array_to_string(Institution.other_places, " "),
    )
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


def list_successors(session: Session) -> dict[UUID, UUID]:
    """Every institution that merged → what it became on that day; for `follow_mergers`."""
    rows = session.execute(select(InstitutionMerger.institution_id, InstitutionMerger.successor_id))
    return {row.institution_id: row.successor_id for row in rows}


def list_became(session: Session) -> dict[UUID, tuple[UUID, str]]:
    """Every institution that merged → (id, name) of what it is today."""
    rows = session.execute(
        select(InstitutionMerger.institution_id, InstitutionMerger.successor_id, Institution.name).join(
            Institution, Institution.id == InstitutionMerger.successor_id
        )
    ).all()
    successors = {row.institution_id: row.successor_id for row in rows}
    names = {row.successor_id: row.name for row in rows}
    last = {merged: follow_mergers(successors, merged) for merged in successors}
    return {merged: (today, names[today]) for merged, today in last.items()}


def list_institution_keys(session: Session) -> dict[str, UUID]:
    """Everything that names an institution (BRIN, name, aliases; see `match_key`) → the id of what it is today, in two
    statements.

    For imports: look every row up in this dictionary. A BRIN wins over a name, and a name over an alias; what goes on wins
    over what ended.
    """
    successors = list_successors(session)
    rows = session.execute(_select_names()).all()
    return _keys(rows, {row.id: follow_mergers(successors, row.id) for row in rows})


def list_name_owners(session: Session) -> dict[str, UUID]:
    """The same names → the institution that bears or bore them itself, whatever it became."""
    rows = session.execute(_select_names()).all()
    return _keys(rows, {row.id: row.id for row in rows})


def _select_names() -> Select[UUID, str, str, list[str], date | None]:
    return select(
        Institution.id, Institution.brin, Institution.name, Institution.aliases, Institution.valid_until
    ).order_by(Institution.valid_until.nulls_last())


def _keys(rows: Rows, meant: Mapping[UUID, UUID]) -> dict[str, UUID]:
    keys: dict[str, UUID] = {}
    for row in rows:
        keys.update({match_key(alias): meant[row.id] for alias in row.aliases})
    keys.update({match_key(row.name): meant[row.id] for row in rows})
    keys.update({match_key(row.brin): meant[row.id] for row in rows})
    return keys


def get_institution(session: Session, institution_id: UUID) -> Institution:
    """The institution with this id.

    Raises:
        NotFound: when there is none.
    """
    institution = session.get(Institution, institution_id)
    if institution is None:
        raise NotFound
    return institution


def find_institution(session: Session, wanted: str) -> Institution | None:
    """What the institution with this BRIN, name or alias is today, whatever its capitals, spaces and signs."""
    found = list_institution_keys(session).get(match_key(wanted))
    return session.get(Institution, found) if found else None


def list_mergers_of(session: Session, institution_id: UUID) -> Rows:
    """The mergers in which it took part, the latest first. Columns: id, merged_on, institution_id, name and brin (of what
    merged), successor_id, successor_name, continued.
    """
    merged, became = aliased(Institution), aliased(Institution)
    return session.execute(
        select(
            InstitutionMerger.id,
            InstitutionMerger.merged_on,
            InstitutionMerger.institution_id,
            merged.name,
            merged.brin,
            InstitutionMerger.successor_id,
            became.name.label("successor_name"),
            InstitutionMerger.continued,
        )
        .join(merged, merged.id == InstitutionMerger.institution_id)
        .join(became, became.id == InstitutionMerger.successor_id)
        .where(
            or_(
                InstitutionMerger.institution_id == institution_id,
                InstitutionMerger.successor_id == institution_id,
            )
        )
        .order_by(InstitutionMerger.merged_on.desc(), func.lower(merged.name))
    ).all()


def count_people_at(session: Session, institution_id: UUID, today: date) -> AnyRow:
    """How many people work there today (now), worked there before (before), will (later), and are its contact persons
    (contacts), in one row.
    """
    here = select(func.count(distinct(Affiliation.user_id))).where(
        Affiliation.institution_id == institution_id, ~is_empty
    )
    contacts = (
        select(func.count())
        .select_from(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.institution_id == institution_id,
            RoleGrant.role == Role.CONTACT,
            User.deactivated_at.is_(None),
        )
    )
    before = and_(Affiliation.valid_until.is_not(None), Affiliation.valid_until <= today)
    return session.execute(
        select(
            here.where(holds_on(today)).scalar_subquery().label("now"),
            here.where(before).scalar_subquery().label("before"),
            here.where(Affiliation.valid_from > today).scalar_subquery().label("later"),
            contacts.scalar_subquery().label("contacts"),
        )
    ).one()


def list_choices(session: Session) -> Rows:
    """The institutions that go on, for a list to choose from, by name. Columns: id, brin, name, place."""
    return session.execute(
        select(Institution.id, Institution.brin, Institution.name, Institution.place)
        .where(Institution.valid_until.is_(None))
        .order_by(func.lower(Institution.name), Institution.brin)
    ).all()


def find_address_file(session: Session, *, lock: bool = False) -> AddressFile | None:
    """The government's file that waits for a decision, if there is one."""
    statement = (
        select(AddressFile)
        .where(AddressFile.finished_at.is_(None))
        .order_by(AddressFile.created_at.desc())
        .limit(1)
    )
    return session.scalar(statement.with_for_update() if lock else statement)
