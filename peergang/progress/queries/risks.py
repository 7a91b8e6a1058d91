"""Who asks for attention, as the background found it: signals about participants and about institutions in a cohort."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.identity.models import User
from peergang.progress.models import RiskSignal
from peergang.progress.queries.risk_statements import about_institutions, about_people, conditions_of
from peergang.progress.rules.risks import RiskState


def list_risks(
    session: Session,
    *,
    cohort_ids: Collection[UUID] | None = None,
    institution_ids: Collection[UUID] | None = None,
    states: Collection[RiskState] = (RiskState.OPEN,),
    rules: Collection[str] | None = None,
) -> Sequence[AnyRow]:
    """Signals about participants and institutions, in two statements; those that began first stand first.

    Columns: id, rule, enrolment_id (empty when it is about the institution), institution_id, institution_name, cohort_id,
    cohort_name, cause, since, values, opened_at, seen_at, ended_at, state (RiskState), user_id, given_name, name_particle,
    family_name, sort_key, last_call (when somebody last called about it).
    """
    people = list_risks_of_people(
        session, cohort_ids=cohort_ids, institution_ids=institution_ids, states=states, rules=rules
    )
    conditions = list(conditions_of(cohort_ids, institution_ids, states, rules))
    institutions = session.execute(about_institutions().where(*conditions)).all()
    return sorted([*people, *institutions], key=lambda row: (row.since, row.sort_key, str(row.id)))


def list_risks_of_people(
    session: Session,
    *,
    cohort_ids: Collection[UUID] | None = None,
    institution_ids: Collection[UUID] | None = None,
    states: Collection[RiskState] = (RiskState.OPEN,),
    rules: Collection[str] | None = None,
) -> Sequence[AnyRow]:
    """The signals about participants alone, in one statement; columns as `list_risks`."""
    conditions = list(conditions_of(cohort_ids, institution_ids, states, rules))
    order = (RiskSignal.since, User.sort_key, RiskSignal.id)
    return session.execute(about_people().where(*conditions).order_by(*order)).all()


def get_risk(session: Session, risk_id: UUID) -> AnyRow:
    """One signal; columns as `list_risks`.

    Raises:
        NotFound: when there is none.
    """
    for statement in (about_people(), about_institutions()):
        row = session.execute(statement.where(RiskSignal.id == risk_id)).one_or_none()
        if row is not None:
            return row
    raise NotFound
