"""Somebody came into a peer group or left it: who is in it now, to everybody in it.

An hour after the last change, so that a trainer who is shuffling, or takes something back, sends one mail or none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, Subquery, case, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupChange, PeerGroupMembership
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core.i18n import lazy_gettext
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.rules import daytime

TELL_AFTER = timedelta(hours=1)
GOOD_FOR = timedelta(days=5)


def _last_changes(now: datetime) -> Subquery:
    """The last change that touched each group, of the past days. One that took another back within the hour is left out:
    nobody was told anything.
    """
    touched = union_all(
        *(
            select(PeerGroupMembership.peer_group_id, column.label("change_id")).where(column.is_not(None))
            for column in (PeerGroupMembership.joined_by_id, PeerGroupMembership.left_by_id)
        )
    ).subquery("touched")
    undone = aliased(PeerGroupChange)
    return (
        select(
            touched.c.peer_group_id,
            PeerGroupChange.id.label("change_id"),
            PeerGroupChange.made_at,
            (PeerGroupChange.made_at < undone.made_at + TELL_AFTER).label("at_once"),
        )
        .join(PeerGroupChange, PeerGroupChange.id == touched.c.change_id)
        .outerjoin(undone, undone.id == PeerGroupChange.undoes_id)
        .where(PeerGroupChange.made_at > now - GOOD_FOR)
        .ext(distinct_on(touched.c.peer_group_id))
        .order_by(touched.c.peer_group_id, PeerGroupChange.number.desc())
        .subquery("last_changes")
    )


def _told(now: datetime) -> tuple[Subquery, Rows]:
    last = _last_changes(now)
    blocked = case(
        (Enrolment.state != EnrolmentState.ACTIVE, "withdrawn"),
        (Cohort.state != CohortState.RUNNING, "closed"),
        else_=literal("", String),
    )
    found: Rows = (
        select(
            last.c.peer_group_id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            cast(last.c.change_id, String).label("occurrence"),
            blocked.label("blocked"),
        )
        .select_from(last)
        .join(PeerGroupMembership, PeerGroupMembership.peer_group_id == last.c.peer_group_id)
        .join(Enrolment, Enrolment.id == PeerGroupMembership.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(PeerGroupMembership.left_at.is_(None), last.c.at_once.is_not(True))
    )
    return last, found


def standing(now: datetime) -> Rows:
    """Groups that changed these days, with who is in them now; a later change is another occurrence."""
    return _told(now)[1]


def due(now: datetime) -> Rows:
    """The same, an hour after the change, by day."""
    last, told = _told(now)
    near = told.add_columns(last.c.made_at, Cohort.id.label("cohort_id")).subquery("near")
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.made_at + TELL_AFTER, literal(daytime(now))).label("not_before"),
        (near.c.made_at + GOOD_FOR).label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The name of the group and of everybody in it, with their institutions, in one statement."""
    rows = session.execute(
        select(
            PeerGroup.id,
            PeerGroup.name,
            Cohort.name.label("cohort"),
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution"),
        )
        .join(Cohort, Cohort.id == PeerGroup.cohort_id)
        .join(PeerGroupMembership, PeerGroupMembership.peer_group_id == PeerGroup.id)
        .join(Enrolment, Enrolment.id == PeerGroupMembership.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            PeerGroup.id.in_({claim.subject_id for claim in claims}), PeerGroupMembership.left_at.is_(None)
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()
    members: dict[UUID, list[str]] = {}
    for row in rows:
        name = full_name(row.given_name, row.name_particle, row.family_name)
        members.setdefault(row.id, []).append(f"{name}, {row.institution}" if row.institution else name)
    found = {
        row.id: {"path": "/deze-week", "name": row.name, "cohort": row.cohort, "members": members[row.id]}
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="group_changed",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je peergroep is veranderd"),
    timing=lazy_gettext("Een uur nadat er iemand bij kwam of wegging"),
    reason=lazy_gettext("je in een peergroep zit die veranderde"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_participant,
    known_to_organisers=True,
    about="cohort",
)
