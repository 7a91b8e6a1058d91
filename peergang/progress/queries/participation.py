"""Participation by institution and cohort. An enrolment counts for the institution of the day (invariant 9).

Figures and names, never a text that somebody wrote (invariant 3): no statement here names such a column.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, Text, Uuid, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import Rows
from peergang.core.given import any_given, as_array
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Edition
from peergang.identity.models import Affiliation, Institution, RoleGrant, User
from peergang.identity.rules import Role
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.facts import Among
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.queries.standing import (
    SHOWN as SHOWN,  # noqa: PLC0414 others ask for it here
    TOOK_PART_THEN,
    Standing,
    present,
    then,
)
from peergang.progress.rules.moment import Moment


def _total(amount: Any, name: str) -> Any:
    """A sum that is 0 where there is nothing; cast, because PostgreSQL gives a sum of bigints as a decimal."""
    return cast(func.coalesce(func.sum(amount), 0), Integer).label(name)


def select_members(standing: Standing, among: Among = None) -> Select[Any]:
    """Every participant with progress in a cohort that is shown, joined to all sums of facts. Add columns and conditions.
    `among` is the one of `standing`.
    """
    members = select().select_from(Enrolment).join(Cohort, Cohort.id == Enrolment.cohort_id)
    if among is not None:
        members = members.where(among)
    placed: Select[Any] = join_institution(members, counting_day(TODAY), among)
    return standing.members(standing.join(placed))


def _select_cells(past: bool, among: Among = None) -> Select[Any]:
    standing = then(among) if past else present(among)
    presence = standing.presence.c
    return (
        select_members(standing, among)
        .add_columns(
            cast(Institution.id, Text).label("institution_id"),
            Institution.name.label("institution_name"),
            func.array_to_string(Institution.aliases, "\n").label("aliases"),
            Institution.brin,
            cast(Enrolment.cohort_id, Text).label("cohort_id"),
            func.count().label("people"),
            _total(presence.present, "present"),
            _total(presence.recorded, "recorded"),
            _total(presence.last_present, "last_present"),
            _total(presence.last_recorded, "last_recorded"),
            _total(standing.completed, "completed"),
            _total(standing.required, "required"),
            _total(standing.on_time, "on_time"),
            _total(standing.handed_in, "handed_in"),
            _total(standing.due, "due"),
            func.max(standing.last_active).label("last_active"),
        )
        .group_by(Institution.id, Enrolment.cohort_id)
    )


_INSTITUTION = bindparam("institution", type_=Uuid)
# Who ever worked there: who counts there now is among them.
_worked = aliased(Affiliation)
_WORKED_THERE = Enrolment.user_id.in_(select(_worked.user_id).where(_worked.institution_id == _INSTITUTION))
_IN_COHORTS = Enrolment.cohort_id == any_given("cohorts")

_CELLS = {past: Prepared(_select_cells(past)) for past in (False, True)}
_CELLS_OF_ONE = {
    past: Prepared(_select_cells(past, _WORKED_THERE).where(Institution.id == _INSTITUTION))
    for past in (False, True)
}
_CELLS_IN = {past: Prepared(_select_cells(past, _IN_COHORTS)) for past in (False, True)}


def _as_text(cells: Select[Any]) -> Select[Any]:
    """All rows as one JSON array of arrays, in an order that is the same every time. Without when somebody was last active: the
    page of the network does not say that, and it changes with everything that anybody does.
    """
    rows = cells.subquery("cells")
    columns = [one for one in rows.c if one.key != "last_active"]
    in_order = aggregate_order_by(func.json_build_array(*columns), rows.c.institution_id, rows.c.cohort_id)
    return select(func.coalesce(cast(func.json_agg(in_order), Text), "[]"))


_CELLS_TEXT = {past: Prepared(_as_text(_select_cells(past))) for past in (False, True)}


def list_cells(session: Session, at: Moment | datetime, institution_id: UUID | None = None) -> Rows:
    """The figures of every institution (or one) in every cohort in which it has participants. Ids come as text: hundreds
    of them are only compared and put into addresses. Aliases stand one a line.

    Columns: institution_id, institution_name, aliases, brin, cohort_id, people, present, recorded, last_present,
    last_recorded, completed, required, on_time, handed_in, due, last_active.
    """
    moment = Moment.of(at)
    if institution_id is None:
        return _CELLS[moment.past].all(session, now=moment.at)
    return _CELLS_OF_ONE[moment.past].all(session, now=moment.at, institution=institution_id)


def read_cells_text(session: Session, at: Moment | datetime) -> str:
    """The same, but for last_active, of the whole network as one text, for `rules.cells.read_cells`: the page of the network is
    asked for again and again, and thousands of rows cost the web process more than all the rest of it. Equal figures give
    equal texts.
    """
    moment = Moment.of(at)
    text: str = _CELLS_TEXT[moment.past].scalar(session, now=moment.at)
    return text


def list_cells_in(session: Session, at: Moment | datetime, cohort_ids: Iterable[object]) -> Rows:
    """The figures of every institution in these cohorts, of whom alone facts are read; columns as `list_cells`."""
    moment = Moment.of(at)
    return _CELLS_IN[moment.past].all(session, now=moment.at, cohorts=as_array(cohort_ids))


def _select_cohorts(standing: Standing) -> Select[Any]:
    takes_part = exists().where(Enrolment.cohort_id == Cohort.id)
    if standing.past:
        takes_part = takes_part.where(Enrolment.role == EnrolmentRole.PARTICIPANT, TOOK_PART_THEN)
    else:
        takes_part = takes_part.where(has_progress())
    return (
        select(
            cast(Cohort.id, Text).label("id"),
            Cohort.name,
            standing.state.label("state"),
            Cohort.starts_on,
            Cohort.ends_on,
            Edition.sign,
        )
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(standing.state.in_(SHOWN), takes_part)
        .order_by(Cohort.starts_on, Cohort.name)
    )


_COHORTS = {False: Prepared(_select_cohorts(present())), True: Prepared(_select_cohorts(then()))}


def list_shown_cohorts(session: Session, at: Moment | datetime | None = None) -> Rows:
    """The cohorts with participants, oldest first. Columns: id (as text), name, state, starts_on, ends_on, sign."""
    if isinstance(at, Moment) and at.past:
        return _COHORTS[True].all(session, now=at.at)
    return _COHORTS[False].all(session)


_CONTACTS = Prepared(
    select(
        cast(RoleGrant.institution_id, Text).label("institution_id"),
        User.given_name,
        User.name_particle,
        User.family_name,
        User.email,
    )
    .join(User, User.id == RoleGrant.user_id)
    .where(
        RoleGrant.role == Role.CONTACT,
        RoleGrant.institution_id == any_given("institutions"),
        User.deactivated_at.is_(None),
    )
    .order_by(User.sort_key)
)


def list_contacts(session: Session, institution_ids: Iterable[object]) -> Rows:
    """The contact persons of these institutions, by name.

    Columns: institution_id (as text), given_name, name_particle, family_name, email.
    """
    return _CONTACTS.all(session, institutions=as_array(institution_ids))
