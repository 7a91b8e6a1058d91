"""Somebody was invited to a cohort: told at once, because they are waiting beside the organiser's telephone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentState
from peergang.core.db import AnyRow
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Edition
from peergang.identity.actions.links import invite_user, issue_token_secret
from peergang.identity.models import SingleUseToken, User
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.invitations import select_invitations

VALID = timedelta(days=14)
PAGE = "/uitnodigingen"
"""Where somebody who can sign in answers."""


def due(now: datetime) -> Rows:
    """Invitations that wait for an answer. A mail that could not be sent for two weeks is of no use."""
    open_ones = (
        select_invitations()
        .add_columns(Enrolment.invited_at, Enrolment.cohort_id)
        .where(Enrolment.invited_at > now - VALID)
        .subquery("open_ones")
    )
    return select(
        open_ones.c.subject_id,
        open_ones.c.recipient_id,
        open_ones.c.occurrence,
        open_ones.c.invited_at.label("not_before"),
        (open_ones.c.invited_at + literal(VALID)).label("expires_at"),
        open_ones.c.cohort_id,
    ).where(open_ones.c.blocked == "")


def standing(now: datetime) -> Rows:
    """All invitations, with what became of them."""
    return select_invitations()


def read_invitations(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Which cohort of which programme, and the link: for who has no password yet one that works once.

    Every mail gets a request of its own, so that the link in the first mail goes on working after the second.
    """
    rows = _list_invitations(session, claims)
    found = {row.id: row for row in rows}
    unused = _list_unused(session, {row.user_id for row in rows if not row.has_account}, now)
    contents: dict[UUID, Content] = {}
    for claim in claims:
        row = found.get(claim.subject_id)
        if row is None:
            continue
        path = PAGE
        if not row.has_account:
            waiting = unused.get(row.user_id)
            token_id = waiting.pop() if waiting else invite_user(session, row.user_id, now=now).id
            path = f"/uitnodiging/{issue_token_secret(session, token_id, now=now)}"
        contents[claim.id] = {**row._asdict(), "path": path}
    return contents


def recall_invitations(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The same for who is signed in already, as long as an answer is awaited."""
    rows = _list_invitations(session, claims, Enrolment.state == EnrolmentState.INVITED)
    found = {row.id: {**row._asdict(), "path": PAGE} for row in rows}
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _list_invitations(
    session: Session, claims: Sequence[Claim], *conditions: ColumnElement[bool]
) -> Sequence[AnyRow]:
    return session.execute(
        select(
            Enrolment.id,
            Enrolment.user_id,
            Enrolment.role,
            Cohort.name,
            Cohort.starts_on,
            Edition.title,
            Edition.title_en,
            User.password_hash.is_not(None).label("has_account"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_({claim.subject_id for claim in claims}), *conditions)
    ).all()


def _list_unused(session: Session, people: set[UUID], now: datetime) -> dict[UUID, list[UUID]]:
    """Requests by person of which no link was ever sent."""
    unused: dict[UUID, list[UUID]] = {}
    rows = session.execute(
        select(SingleUseToken.user_id, SingleUseToken.id).where(
            SingleUseToken.user_id.in_(people),
            SingleUseToken.purpose == TokenPurpose.INVITATION,
            SingleUseToken.token_hash.is_(None),
            SingleUseToken.used_at.is_(None),
            SingleUseToken.expires_at > now,
        )
    )
    for user_id, token_id in rows:
        unused.setdefault(user_id, []).append(token_id)
    return unused


RULE = Rule(
    name="invitation",
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Uitnodiging"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("een organisator van het netwerk je uitnodigde voor een traject"),
    due=due,
    standing=standing,
    content=read_invitations,
    known_to_organisers=True,
    about="cohort",
)
