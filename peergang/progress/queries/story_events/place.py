"""Work, peer group and holidays during the run."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, cast, func, select

from peergang.cohorts.models import Enrolment, FreePeriod, PeerGroup, PeerGroupMembership
from peergang.core.db import AMSTERDAM
from peergang.identity.models import Affiliation, Institution
from peergang.progress.queries.story_events.base import Part, event
from peergang.progress.rules.story import Happened

A_HOLIDAY = 4
"""Days; a free day or a long weekend is no break."""


def list_parts(head: Any) -> list[Part]:
    """Where somebody was."""
    return [_moved(head), _grouped(head), _away(head)]


def _moved(head: Any) -> Part:
    until = Affiliation.valid_until
    return (
        event(Happened.WORK, _morning(Affiliation.valid_from), title=Institution.name)
        .select_from(Affiliation)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(
            Affiliation.user_id == head.user_id,
            Affiliation.valid_from > head.starts_on,
            Affiliation.valid_from <= head.ends_on,
            until.is_(None) | (until > Affiliation.valid_from),
        )
    )


def _grouped(head: Any) -> Part:
    return (
        event(Happened.GROUP, PeerGroupMembership.joined_at, title=PeerGroup.name)
        .select_from(PeerGroupMembership)
        .join(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .where(PeerGroupMembership.enrolment_id == head.enrolment_id)
    )


def _away(head: Any) -> Part:
    region = (
        select(Institution.region)
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .join(Enrolment, Enrolment.affiliation_id == Affiliation.id)
        .where(Enrolment.id == head.enrolment_id)
        .scalar_subquery()
    )
    first, last = FreePeriod.starts_on, FreePeriod.ends_on
    return (
        event(Happened.HOLIDAY, _morning(first), title=FreePeriod.name, until=_morning(last))
        .select_from(FreePeriod)
        .where(
            last - first >= A_HOLIDAY,
            first.between(head.starts_on, head.ends_on),
            (FreePeriod.region == "") | (FreePeriod.region == region),
        )
    )


def _morning(day: Any) -> ColumnElement[datetime]:
    return func.timezone(AMSTERDAM, cast(day, DateTime()))
