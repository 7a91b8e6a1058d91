"""People of an institution take part, and nobody there is known to call."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState
from peergang.core.db import local_day
from peergang.core.i18n import lazy_gettext
from peergang.identity.models import Institution, RoleGrant, User
from peergang.identity.rules import Role
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.queries.risk_rules.base import RiskRule


def find(now: datetime, among: ColumnElement[bool]) -> Any:  # noqa: ARG001 every rule is asked alike
    """It holds since the first of them took part, or since the account of the last contact person closed."""
    contacts = and_(
        RoleGrant.user_id == User.id,
        RoleGrant.role == Role.CONTACT,
        RoleGrant.institution_id == Institution.id,
    )
    somebody = exists().where(contacts, User.deactivated_at.is_(None)).correlate(Institution)
    left_at = select(func.max(User.deactivated_at)).where(contacts).correlate(Institution).scalar_subquery()
    people = (
        select()
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(among, has_progress(), Cohort.state == CohortState.RUNNING)
    )
    return (
        join_institution(people, counting_day(TODAY))
        .add_columns(
            Institution.id.label("institution_id"),
            Enrolment.cohort_id,
            literal("", String).label("cause"),
            local_day(func.greatest(func.min(Enrolment.activated_at), left_at)).label("since"),
            cast(func.jsonb_build_object(), JSONB).label("values"),
        )
        .where(~somebody)
        .group_by(Institution.id, Enrolment.cohort_id)
    )


RULE = RiskRule(title=lazy_gettext("Geen contactpersoon"), of_people=False, find=find)
