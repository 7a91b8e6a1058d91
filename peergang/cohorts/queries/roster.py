"""What an import of participants is held against."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, Subquery, Uuid, all_, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, RosterImport
from peergang.cohorts.rules import HOLDS_A_SEAT, INVITING, MAY_LEAVE, EnrolmentRole
from peergang.cohorts.rules.roster.checking import CheckedRow, KnownPerson, check_rows
from peergang.cohorts.rules.roster.institutions import Institutions, KnownInstitution
from peergang.cohorts.rules.roster.names import normal_address
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import Affiliation, Institution, InstitutionMerger, User
from peergang.identity.queries.affiliations import holds_on
from peergang.identity.rules.institutions import follow_mergers


def read_institutions(session: Session) -> Institutions:
    """The institutions that go on, by name, ready to be matched with what stands in a file. What merged into one of them
    is found through its successor; what ended is not found.
    """
    rows = session.execute(
        select(
            Institution.id,
            Institution.brin,
            Institution.name,
            Institution.aliases,
            Institution.valid_until,
            InstitutionMerger.successor_id,
        )
        .outerjoin(InstitutionMerger, InstitutionMerger.institution_id == Institution.id)
        .order_by(func.lower(Institution.name))
    ).all()
    successors = {row.id: row.successor_id for row in rows if row.successor_id}
    merged: dict[UUID, list[AnyRow]] = {}
    for row in rows:
        if row.successor_id:
            merged.setdefault(follow_mergers(successors, row.id), []).append(row)
    return Institutions(_as_known(row, merged.get(row.id, ())) for row in rows if row.valid_until is None)


def _as_known(row: AnyRow, merged: Sequence[AnyRow]) -> KnownInstitution:
    lent = [name for one in merged for name in (*one.aliases, one.name)]
    former = tuple((one.brin, one.name) for one in merged)
    former_ids = tuple(one.id for one in merged)
    return KnownInstitution(row.id, row.brin, row.name, (*lent, *row.aliases), former, former_ids)


def read_people(
    session: Session, actor: Actor, cohort_id: UUID, addresses: Collection[str], today: date
) -> dict[str, KnownPerson]:
    """Those of `addresses` who have an account, with where they work today and take part; one statement for any number."""
    here, elsewhere = _select_here(cohort_id), _select_elsewhere(cohort_id)
    rows = session.execute(
        select(
            User.email,
            User.id,
            User.deactivated_at,
            Affiliation.id.label("affiliation_id"),
            Affiliation.institution_id,
            Institution.name.label("institution_name"),
            elsewhere.c.name.label("other_cohort"),
            here.c.state.label("here"),
        )
        .outerjoin(Affiliation, (Affiliation.user_id == User.id) & holds_on(today))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(here, here.c.user_id == User.id)
        .outerjoin(elsewhere, elsewhere.c.user_id == User.id)
        .where(func.lower(User.email) == any_(literal(list(addresses), ARRAY(String))))
    )
    return {row.email: _person(row, actor) for row in rows}


def _person(row: AnyRow, actor: Actor) -> KnownPerson:
    return KnownPerson(
        user_id=row.id,
        closed=row.deactivated_at is not None,
        affiliation_id=row.affiliation_id,
        institution_id=row.institution_id,
        institution_name=row.institution_name or "",
        other_cohort=row.other_cohort or "",
        here=row.here or "",
        own=row.id == actor.user_id,
    )


def _select_here(cohort_id: UUID) -> Subquery:
    return (
        select(Enrolment.user_id, Enrolment.state)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.role == EnrolmentRole.PARTICIPANT)
        .subquery()
    )


def _select_elsewhere(cohort_id: UUID) -> Subquery:
    """Who holds a seat in another cohort that is going on, with its name."""
    return (
        select(Enrolment.user_id, func.min(Cohort.name).label("name"))
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.id != cohort_id,
            Cohort.state.in_(INVITING),
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(HOLDS_A_SEAT),
        )
        .group_by(Enrolment.user_id)
        .subquery()
    )


def find_open_import(session: Session, cohort_id: UUID) -> RosterImport | None:
    """The file that waits for a decision, if there is one."""
    return session.scalar(
        select(RosterImport)
        .where(RosterImport.cohort_id == cohort_id, RosterImport.finished_at.is_(None))
        .order_by(RosterImport.created_at.desc())
        .limit(1)
    )


def get_open_import(session: Session, cohort_id: UUID, import_id: UUID) -> RosterImport:
    """The file with this id, held until the end of the transaction.

    Raises:
        NotFound: when it is of another cohort, or done already.
    """
    found = session.scalar(
        select(RosterImport)
        .where(
            RosterImport.id == import_id,
            RosterImport.cohort_id == cohort_id,
            RosterImport.finished_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def list_absent(session: Session, found: RosterImport, institutions: Institutions) -> Rows:
    """Who has a place in the cohort or waits for one, and whose address stands in no row of the file, by name. Only people of
    the institutions in the file: the list of one school says nothing about those of another.

    Columns: enrolment_id, given_name, name_particle, family_name, email, state, institution_name.
    """
    addresses = {normal_address(row["email"]) for row in found.rows}
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            Enrolment.state,
            Institution.name.label("institution_name"),
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            Enrolment.cohort_id == found.cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(MAY_LEAVE),
            func.lower(User.email) != all_(literal(list(addresses), ARRAY(String))),
            Institution.id == any_(literal(list(_list_schools(found, institutions)), ARRAY(Uuid))),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def _list_schools(found: RosterImport, institutions: Institutions) -> set[UUID]:
    """The institutions that the rows of the file mean, and those that merged into them: who came from there before the
    merger still has a place under the old name.
    """
    cells = {(row["institution"], row["brin"], row["institution_id"]) for row in found.rows}
    meant = {one.id: one for one in (institutions.find(*cell) for cell in cells) if one}
    return {school_id for one in meant.values() for school_id in (one.id, *one.former_ids)}


def check_import(
    session: Session, actor: Actor, cohort_id: UUID, rows: Sequence[Mapping[str, Any]], today: date
) -> list[CheckedRow]:
    """The judgement of every row as `actor` may decide it today, in two statements for any number of rows."""
    addresses = {normal_address(row["email"]) for row in rows}
    people = read_people(session, actor, cohort_id, addresses, today)
    return check_rows(rows, read_institutions(session), people)
