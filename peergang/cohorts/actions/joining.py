"""Joining by link: switching it on, and asking for a place. An organiser decides; see actions/join_requests.py."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import JoinRequest
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.joining import find_own_state, get_join_state
from peergang.cohorts.queries.roster import read_institutions
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.joining import ASKABLE, MOTIVATION_MAX_LENGTH, RequestState
from peergang.cohorts.rules.roster.names import (
    address_problem,
    clean,
    name_problem,
    normal_address,
    safe_job_title,
)
from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User
from peergang.identity.queries.affiliations import find_affiliation_on


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody fills in who has no account, or is not signed in."""

    given_name: str
    particle: str
    family_name: str
    email: str
    institution: str
    job_title: str = ""
    motivation: str = ""


def set_joining(
    session: Session, actor: Actor, cohort_id: UUID, *, is_open: bool, until: date | None, now: datetime
) -> None:
    """Open or close a cohort for who has the link, until the end of a day. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    cohort.join_open, cohort.join_until = is_open, until
    session.flush()
    verb = "joining_opened" if is_open else "joining_closed"
    details = {"until": until.isoformat() if until else ""}
    record_audit(session, actor, verb, "cohort", cohort_id, details, now=now)


def renew_link(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> None:
    """Make the link void and give the cohort a new one. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    cohort.join_number += 1
    session.flush()
    record_audit(session, actor, "join_link_renewed", "cohort", cohort_id, now=now)


def ask_place(session: Session, cohort_id: UUID, number: int, asking: Asking, *, now: datetime) -> None:
    """Ask for a place through the link with this number; whoever holds the link. Asking twice is asking once, and nothing
    tells whether the address is known here.

    Raises:
        NotFound: when there is no such cohort.
        Conflict: `join_closed` when the link lets nobody in (any more).
        Invalid: {"given_name" | "email" | "institution" | "motivation": code}.
    """
    _require_open(session, cohort_id, number, now)
    email = normal_address(clean(asking.email))
    names = clean(asking.given_name), clean(asking.particle), clean(asking.family_name)
    _check(asking, email, *names)
    school = read_institutions(session).find(clean(asking.institution), "", None)
    _write(
        session,
        cohort_id=cohort_id,
        given_name=names[0],
        particle=names[1],
        family_name=names[2],
        email=email,
        institution_id=school.id if school else None,
        institution_text=clean(asking.institution),
        job_title=safe_job_title(clean(asking.job_title)),
        motivation=asking.motivation.strip(),
        requested_at=now,
    )


def _check(asking: Asking, email: str, *names: str) -> None:
    judged = {
        "given_name": name_problem(*names),
        "email": address_problem(email),
        "institution": "" if clean(asking.institution) else "institution_missing",
        "motivation": "long" if len(asking.motivation) > MOTIVATION_MAX_LENGTH else "",
    }
    if problems := {field: code for field, code in judged.items() if code}:
        raise Invalid(problems)


def ask_own_place(
    session: Session, actor: Actor, cohort_id: UUID, number: int, motivation: str = "", *, now: datetime
) -> None:
    """Ask for a place as who is signed in; everybody for themselves. Who has one already changes nothing; what was
    typed before under this address gives way, because only who is signed in proves whose it is.

    Raises:
        NotFound: no such cohort. Conflict: `join_closed`. Invalid: {"motivation": "long"}.
    """
    require(actor.user_id is not None)
    _require_open(session, cohort_id, number, now)
    if len(motivation) > MOTIVATION_MAX_LENGTH:
        raise Invalid({"motivation": "long"})
    if find_own_state(session, actor, cohort_id):
        return
    _write_own(session, session.get_one(User, actor.user_id), cohort_id, motivation, now)


def _write_own(session: Session, user: User, cohort_id: UUID, motivation: str, now: datetime) -> None:
    current = find_affiliation_on(session, user.id, local_date(now))
    _write(
        session,
        cohort_id=cohort_id,
        user_id=user.id,
        given_name=user.given_name,
        particle=user.name_particle,
        family_name=user.family_name,
        email=user.email.lower(),
        institution_id=current.institution_id if current else None,
        institution_text="",
        job_title=current.job_title if current else "",
        motivation=motivation.strip(),
        requested_at=now,
    )


def _require_open(session: Session, cohort_id: UUID, number: int, now: datetime) -> None:
    _, state = get_join_state(session, cohort_id, number, local_date(now))
    if state not in ASKABLE:
        raise Conflict("join_closed")


def _write(session: Session, **values: object) -> None:
    statement = insert(JoinRequest).values(id=uuid4(), state=RequestState.WAITING, **values)
    if values.get("user_id") is None:
        session.execute(statement.on_conflict_do_nothing())
        return
    # The first to ask keeps that moment: the owner may have been the one who typed it.
    owned = {
        name: statement.excluded[name]
        for name in values
        if name not in ("cohort_id", "email", "requested_at")
    }
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["cohort_id", "email"],
            # A parameter would hide from PostgreSQL which index it is, once the driver prepares the statement.
            index_where=text("state = 'waiting'"),
            set_=owned,
            where=JoinRequest.user_id.is_(None),
        )
    )
