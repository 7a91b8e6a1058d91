"""Where people work, and since when. The past stays: a change closes a period and adds one (docs/decisions/0021)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.policy import can_manage_people
from peergang.identity.queries.affiliations import list_periods
from peergang.identity.rules import clean_text
from peergang.identity.rules.affiliations import plan_change
from peergang.identity.rules.institutions import LOOK_AHEAD, is_near


def change_affiliation(
    session: Session,
    actor: Actor,
    user_id: UUID,
    institution_id: UUID,
    *,
    since: date,
    job_title: str = "",
    now: datetime,
) -> UUID:
    """Say that somebody works at an institution from a day on, in the past or to come; for organisers and the command
    line. Gives the id of the affiliation.

    The period of that day ends there; it stays, because what was done in it counts for that institution (invariant 9).
    What began afterwards stays too, and what was only planned gives way.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such person.
        Invalid: {"since": "day_far"}, {"institution": "institution_gone"}.
    """
    require(can_manage_people(actor))
    today = local_date(now)
    _check_since(since, today)
    _check_institution(session, institution_id)
    if session.get(User, user_id) is None:
        raise NotFound
    found = ensure_affiliations(session, {user_id: (institution_id, job_title)}, since, today)[user_id]
    details = {"institution_id": str(institution_id), "since": since.isoformat()}
    record_audit(session, actor, "affiliation_changed", "user", user_id, details, now=now)
    return found


def correct_affiliation(
    session: Session,
    actor: Actor,
    affiliation_id: UUID,
    *,
    institution_id: UUID,
    job_title: str,
    since: date,
    until: date | None,
    now: datetime,
) -> None:
    """Put right a period that was written down wrongly; for organisers. `until` is the first day it no longer holds, the
    same as `since` when it never was.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such affiliation.
        Invalid: {"since": "day_far" | "periods_overlap"}, {"until": "until_before" | "day_far"},
            {"institution": "institution_gone"}.
    """
    require(can_manage_people(actor))
    found = _lock_affiliation(session, affiliation_id)
    today = local_date(now)
    if since != found.valid_from:
        _check_since(since, today)
    if until is not None and until < since:
        raise Invalid({"until": "until_before"})
    if until not in (None, found.valid_until) and not is_near(until, today, ahead=LOOK_AHEAD):
        raise Invalid({"until": "day_far"})
    if institution_id != found.institution_id:
        _check_institution(session, institution_id)
    before = _as_details(found)
    _write(session, found, institution_id, job_title, since, until)
    details = {"before": before, "after": _as_details(found)}
    record_audit(session, actor, "affiliation_corrected", "user", found.user_id, details, now=now)


def _check_since(since: date, today: date) -> None:
    if not is_near(since, today, ahead=LOOK_AHEAD):
        raise Invalid({"since": "day_far"})


def end_affiliation(
    session: Session, actor: Actor, affiliation_id: UUID, *, until: date, now: datetime
) -> None:
    """Say that somebody no longer works at an institution from `until` on; for organisers.

    Raises:
        Forbidden, NotFound, Invalid: as `correct_affiliation`.
    """
    require(can_manage_people(actor))
    found = _lock_affiliation(session, affiliation_id)
    correct_affiliation(
        session,
        actor,
        affiliation_id,
        institution_id=found.institution_id,
        job_title=found.job_title,
        since=found.valid_from,
        until=until,
        now=now,
    )


def ensure_affiliations(
    session: Session, wanted: Mapping[UUID, tuple[UUID, str]], since: date, today: date
) -> dict[UUID, UUID]:
    """Let every person of `wanted` work at (institution, job title) from `since` on, in a constant number of statements.
    Gives {user id: affiliation id}. The caller asked its own policy.
    """
    # Two changes of one person wait for each other here; the constraint would refuse the second.
    session.execute(
        select(User.id).where(User.id.in_(wanted)).order_by(User.id).with_for_update(key_share=True)
    )
    periods = list_periods(session, wanted)
    plans = {user: plan_change(periods.get(user, ()), one[0], since, today) for user, one in wanted.items()}
    _cut(session, {one for plan in plans.values() for one in plan.cut}, since)
    stays = {user: plan.stays for user, plan in plans.items() if plan.stays is not None}
    new: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "user_id": user,
            "institution_id": wanted[user][0],
            "job_title": clean_text(wanted[user][1]),
            "valid_from": since,
            "valid_until": plan.until,
        }
        for user, plan in plans.items()
        if user not in stays
    ]
    if new:
        session.execute(insert(Affiliation), new)
    return stays | {row["user_id"]: row["id"] for row in new}


def _cut(session: Session, ids: Iterable[UUID], since: date) -> None:
    ids = list(ids)
    if ids:
        session.execute(
            update(Affiliation)
            .where(Affiliation.id.in_(ids))
            .values(valid_until=func.greatest(Affiliation.valid_from, since), continues_id=None)
            .execution_options(synchronize_session="fetch")
        )


def _lock_affiliation(session: Session, affiliation_id: UUID) -> Affiliation:
    user_id = session.scalar(select(Affiliation.user_id).where(Affiliation.id == affiliation_id))
    if user_id is None:
        raise NotFound
    # The person first, as everywhere, or two changes could wait for each other for ever.
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    return session.get_one(Affiliation, affiliation_id, with_for_update=True, populate_existing=True)


def _check_institution(session: Session, institution_id: UUID) -> None:
    """Nobody is added to an institution that ended. The row is held, so that it cannot merge meanwhile."""
    found = session.execute(
        select(Institution.valid_until).where(Institution.id == institution_id).with_for_update(read=True)
    ).one_or_none()
    if found is None or found.valid_until is not None:
        raise Invalid({"institution": "institution_gone"})


def _write(
    session: Session,
    found: Affiliation,
    institution_id: UUID,
    job_title: str,
    since: date,
    until: date | None,
) -> None:
    try:
        with session.begin_nested():
            found.institution_id, found.job_title = institution_id, clean_text(job_title)
            found.valid_from, found.valid_until, found.continues_id = since, until, None
            session.flush()
    except IntegrityError as error:
        raise Invalid({"since": "periods_overlap"}) from error


def _as_details(one: Affiliation) -> dict[str, str | None]:
    return {
        "institution_id": str(one.institution_id),
        "since": one.valid_from.isoformat(),
        "until": one.valid_until.isoformat() if one.valid_until else None,
    }
