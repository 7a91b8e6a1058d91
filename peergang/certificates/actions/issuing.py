"""Issuing certificates: by the platform as soon as the criteria are met, or by hand where that is fair."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate, CertificateDocument
from peergang.certificates.policy import can_issue_certificate
from peergang.certificates.queries.candidates import (
    FEW,
    get_place,
    judge_places,
    list_candidates,
    list_who_have_one,
)
from peergang.certificates.queries.figures import get_figures, hours_of_edition
from peergang.certificates.rules.codes import make_code
from peergang.certificates.rules.criteria import Figures, Terms, is_earned
from peergang.certificates.rules.people import check_reason
from peergang.cohorts.models import Enrolment
from peergang.core.db import AnyRow, Bind, transaction
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.progress.queries.compiled import has_progress, is_one_of

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(hours=2)
"""The run of every few minutes looks at whose progress was compiled since then; the nightly one looks at everybody."""


def issue_to_all(
    bind: Bind,
    issuer: str,
    *,
    now: datetime,
    everybody: bool = False,
    keep_on: Callable[[], bool] = lambda: True,
) -> int:
    """Issue what was earned, batch by batch and each in a transaction of its own. The platform itself does this.

    Two at a time do no harm: somebody has one certificate of a programme, and whoever comes second finds it there.

    Returns:
        How many certificates were issued.
    """
    since = None if everybody else now - LOOK_BACK
    after: UUID | None = None
    total = 0
    while keep_on():
        with transaction(bind) as session:
            issued, after = issue_earned(session, issuer, now=now, since=since, after=after)
        total += issued
        if after is None:
            break
    if total:
        log.info("certificates_issued", number=total)
    return total


def issue_earned(
    session: Session,
    issuer: str,
    *,
    now: datetime,
    since: datetime | None = None,
    after: UUID | None = None,
    limit: int = FEW,
) -> tuple[int, UUID | None]:
    """Issue the certificates of one batch of participants who met all criteria and have none.

    Returns:
        How many were issued, and the enrolment after which the next batch begins; None when this was the last.
    """
    places = list_candidates(session, since=since, after=after, limit=limit)
    earned = [found for found in judge_places(session, places) if is_earned(found[1], found[2])]
    names = _hold(session, [place for place, _terms, _figures in earned])
    rows = [
        _row(place, issuer, terms, figures, now)
        for place, terms, figures in earned
        if place.enrolment_id in names
    ]
    issued = _insert_each(session, rows, names, now)
    return len(issued), places[-1].enrolment_id if len(places) == limit else None


def issue_by_hand(
    session: Session, actor: Actor, enrolment_id: UUID, reason: str, issuer: str, *, now: datetime
) -> UUID:
    """Give somebody the certificate though not everything is met, and say why. For trainers of the cohort and organisers, never
    to oneself.

    Raises:
        NotFound: when nobody takes part there. Invalid: {"reason": "short" | "long"}.
        Conflict: "has_certificate" when there is one of the programme, also a withdrawn one;
            "not_taking_part" when they stopped meanwhile.
    """
    place = get_place(session, enrolment_id)
    require(can_issue_certificate(actor, place.cohort_id, place.user_id))
    words = check_reason(reason)
    names = _hold(session, [place], also_closed=True)
    if not names:
        had = list_who_have_one(session, [(place.user_id, place.programme_id)])
        raise Conflict("has_certificate" if had else "not_taking_part")
    terms = Terms.read(place.terms) if place.terms else _terms_without(session, place.edition_id)
    figures = get_figures(session, [enrolment_id])[enrolment_id]
    row = _row(place, issuer, terms, figures, now)
    row |= {"issued_by_id": actor.user_id, "issue_reason": words}
    issued = _insert(session, [row], names, now)
    if not issued:
        raise Conflict("has_certificate")
    record_audit(session, actor, "certificate_issued", "enrolment", enrolment_id, {"by_hand": True}, now=now)
    return issued[0]


def _hold(session: Session, places: Sequence[AnyRow], *, also_closed: bool = False) -> dict[UUID, str]:
    """Who of them takes part at this moment and has no certificate of the programme, with their name; by enrolment.

    The people are held first, so two who issue to somebody come after each other, and so does an erasure, which holds them
    as well: what is read here cannot change before this transaction ends. Then the enrolments, so nobody stops meanwhile.
    """
    people = _hold_people(session, {place.user_id for place in places}, also_closed=also_closed)
    have = list_who_have_one(session, [(place.user_id, place.programme_id) for place in places])
    taking_part = _hold_enrolments(
        session, [place.enrolment_id for place in places if place.user_id in people]
    )
    held: dict[UUID, str] = {}
    for place in places:
        key = (place.user_id, place.programme_id)
        if place.enrolment_id in taking_part and key not in have:
            held[place.enrolment_id] = people[place.user_id]
            have.add(key)
    return held


def _hold_people(session: Session, user_ids: Collection[UUID], *, also_closed: bool) -> dict[UUID, str]:
    """The names of those who are still there. One odd name must not keep everybody else waiting, so nothing is refused."""
    if not user_ids:
        return {}
    statement = (
        select(User.id, User.given_name, User.name_particle, User.family_name)
        .where(is_one_of(User.id, list(user_ids)), User.erased_at.is_(None))
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    if not also_closed:
        statement = statement.where(User.deactivated_at.is_(None))
    return {
        one.id: " ".join(full_name(one.given_name, one.name_particle, one.family_name).split())
        for one in session.execute(statement)
    }


def _hold_enrolments(session: Session, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    if not enrolment_ids:
        return set()
    statement = (
        select(Enrolment.id)
        .where(is_one_of(Enrolment.id, enrolment_ids), has_progress())
        .order_by(Enrolment.id)
        .with_for_update(read=True)
    )
    return set(session.scalars(statement))


def _terms_without(session: Session, edition_id: UUID) -> Terms:
    """For an edition without terms, whose certificates are all given by hand: nothing asked, and the hours that its required
    activities take.
    """
    return Terms(hours_of_edition(session, edition_id), 0, 0, 0)


def _row(place: AnyRow, issuer: str, terms: Terms, figures: Figures, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "enrolment_id": place.enrolment_id,
        "edition_id": place.edition_id,
        "code": make_code(),
        "issued_at": now,
        "issuer": issuer,
        "programme_title": place.title,
        "programme_title_en": place.title_en,
        "hours": terms.hours,
        "language": place.locale,
        "basis": {"terms": terms.stored(), "figures": figures.stored()},
        "issued_by_id": None,
        "issue_reason": "",
    }


def _insert_each(
    session: Session, rows: list[dict[str, Any]], names: dict[UUID, str], now: datetime
) -> list[UUID]:
    """As `_insert`; where the database refuses one of them, the others get theirs all the same."""
    try:
        with session.begin_nested():
            return _insert(session, rows, names, now)
    except (DataError, IntegrityError) as error:
        if len(rows) == 1:
            # Not the error itself: it quotes the row.
            log.warning(
                "certificate_refused",
                enrolment=str(rows[0]["enrolment_id"]),
                constraint=getattr(getattr(error.orig, "diag", None), "constraint_name", None),
            )
            return []
    half = len(rows) // 2
    return [
        *_insert_each(session, rows[:half], names, now),
        *_insert_each(session, rows[half:], names, now),
    ]


def _insert(
    session: Session, rows: list[dict[str, Any]], names: dict[UUID, str], now: datetime
) -> list[UUID]:
    """Write certificates with their first documents; who has one already keeps that. Gives the new ones."""
    if not rows:
        return []
    statement = insert(Certificate).values(rows).on_conflict_do_nothing(index_elements=["enrolment_id"])
    made = session.execute(statement.returning(Certificate.id, Certificate.enrolment_id)).all()
    if made:
        documents = [
            {"certificate_id": one.id, "number": 1, "name": names[one.enrolment_id], "made_at": now}
            for one in made
        ]
        session.execute(insert(CertificateDocument).values(documents))
    return [one.id for one in made]
