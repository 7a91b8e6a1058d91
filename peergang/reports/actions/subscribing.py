"""Getting a report every week or month: beginning, pausing, ending, and what the platform does at its time."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import in_locale
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.reports.kinds import get_kind, may_have, parse
from peergang.reports.models import Report, Subscription
from peergang.reports.policy import can_use_reports
from peergang.reports.queries.askers import find_asker
from peergang.reports.queries.subscriptions import is_meant
from peergang.reports.rules.lasting import lasting
from peergang.reports.rules.rhythm import day_that_is_due, latest_day, next_day
from peergang.reports.rules.states import Format

MOST = 20
"""So many subscriptions has one person at most."""


def subscribe(
    session: Session,
    actor: Actor,
    kind: str,
    query: str,
    form: Format,
    weekday: int | None,
    *,
    locale: str,
    role: str,
    now: datetime,
) -> UUID:
    """Get a table every week on `weekday`, or on the first of every month; for who may see it. Who has it already, changes
    when it comes. A past day is left out: it comes as it is at its time.

    Raises:
        NotFound: there is no such kind, or the query is none of its page.
        Invalid: weekday.
        Conflict: too_many_subscriptions.
    """
    found = get_kind(kind)
    query = lasting(query, now)
    choices = parse(query)
    require(can_use_reports(actor) and found.may(actor, choices))
    if weekday is not None and not 1 <= weekday <= 7:
        raise Invalid({"weekday": "weekday_unknown"})
    _refuse_too_many(session, actor, kind, query)
    with in_locale(locale):
        title = found.open(session, choices, now).title
    rhythm: dict[str, object] = {
        "format": form,
        "weekday": weekday,
        "next_on": next_day(weekday, local_date(now)),
        "paused_at": None,
        "locale": locale,
        "role": role,
        "title": title,
    }
    return _save(session, actor, kind, query, rhythm, now)


def _refuse_too_many(session: Session, actor: Actor, kind: str, query: str) -> None:
    own = select(Subscription.kind, Subscription.query).where(
        Subscription.user_id == actor.user_id, Subscription.ended_at.is_(None)
    )
    others = [row for row in session.execute(own) if tuple(row) != (kind, query)]
    if len(others) >= MOST:
        raise Conflict("too_many_subscriptions")


def _save(
    session: Session, actor: Actor, kind: str, query: str, rhythm: dict[str, object], now: datetime
) -> UUID:
    statement = insert(Subscription).values(
        id=uuid4(),
        user_id=actor.user_id,
        kind=kind,
        query=query,
        created_at=now,
        **rhythm,
    )
    going = Subscription.paused_at.is_(None)
    same = going & Subscription.weekday.is_not_distinct_from(statement.excluded.weekday)
    next_on = case((same, Subscription.next_on), else_=statement.excluded.next_on)
    wanted = statement.on_conflict_do_update(
        index_elements=["user_id", "kind", "query"],
        index_where=Subscription.ended_at.is_(None),
        set_=rhythm | {"next_on": next_on},
    )
    return session.scalars(wanted.returning(Subscription.id)).one()


def pause_subscription(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> None:
    """Get one's own for now no more. Pausing twice changes nothing."""
    one = _own(session, actor, subscription_id)
    one.paused_at = one.paused_at or now


def resume_subscription(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> None:
    """Get one's own again, from the next time on: what was missed does not come."""
    one = _own(session, actor, subscription_id)
    if one.paused_at is not None:
        one.paused_at = None
        one.next_on = next_day(one.weekday, local_date(now))


def end_subscription(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> None:
    """Get one's own no more."""
    _end(_own(session, actor, subscription_id), "self", now)


def end_by_token(session: Session, secret_key: str, token: str, *, now: datetime) -> str:
    """End the subscription of the mail that this comes from: who holds the signed token may, and that is all it is good for.

    Returns:
        What it was called; of one that ended before too.

    Raises:
        NotFound: no subscription has this token.
    """
    theirs = select(Subscription).where(is_meant(secret_key, token))
    one = session.scalars(theirs.with_for_update()).one_or_none()
    if one is None:
        raise NotFound
    if one.ended_at is None:
        _end(one, "self", now)
    return one.title


def end_what_may_not(session: Session, user_id: UUID, now: datetime, _cohort_id: UUID | None = None) -> None:
    """End what somebody gets and may not see any more. The platform does this when a role ends, and before it mails."""
    actor = find_asker(session, user_id)
    going = select(Subscription).where(Subscription.user_id == user_id, Subscription.ended_at.is_(None))
    for one in session.scalars(going.order_by(Subscription.id).with_for_update()).all():
        if actor is None or not may_have(actor, one.kind, one.query):
            _end(one, "not_allowed", now)
    session.flush()


def ask_for_subscribers(session: Session, *, now: datetime) -> int:
    """Ask for every report whose day has come, once, and end what somebody may not have any more. The platform does this twice
    a minute, in several workers if need be; after a standstill only the latest day is made.

    Returns:
        How many were asked for.
    """
    due = day_that_is_due(now)
    going = Subscription.paused_at.is_(None) & Subscription.ended_at.is_(None)
    statement = select(Subscription).where(going, Subscription.next_on <= due).order_by(Subscription.id)
    made = 0
    for one in session.scalars(statement.with_for_update(skip_locked=True)).all():
        actor = find_asker(session, one.user_id)
        if actor is None or not may_have(actor, one.kind, one.query):
            _end(one, "not_allowed", now)
            continue
        day = latest_day(one.weekday, one.next_on, due)
        one.next_on = next_day(one.weekday, day)
        made += _ask(session, one, day, now)
    return made


def _ask(session: Session, one: Subscription, day: date, now: datetime) -> bool:
    row = insert(Report).values(
        id=uuid4(),
        user_id=one.user_id,
        kind=one.kind,
        query=lasting(one.query, now),
        format=one.format,
        locale=one.locale,
        role=one.role,
        subscription_id=one.id,
        for_day=day,
        before=_before(session, one.id),
        asked_at=now,
    )
    new = session.scalar(row.on_conflict_do_nothing().returning(Report.id))
    if new is not None:
        enqueue(session, Job.REPORTS_MAKE, new)
    return new is not None


def _before(session: Session, subscription_id: UUID) -> dict[str, object] | None:
    """The figures of the one before, for what changed."""
    latest = (
        select(Report.figures)
        .where(Report.subscription_id == subscription_id, Report.ready_at.is_not(None))
        .order_by(Report.for_day.desc())
        .limit(1)
    )
    return session.scalar(latest)


def _end(one: Subscription, because: str, now: datetime) -> None:
    one.ended_at, one.ended_because = now, because


def _own(session: Session, actor: Actor, subscription_id: UUID) -> Subscription:
    require(can_use_reports(actor))
    one = session.get(Subscription, subscription_id, with_for_update=True, populate_existing=True)
    if one is None or one.user_id != actor.user_id or one.ended_at is not None:
        raise NotFound
    return one
