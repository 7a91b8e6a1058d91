"""Whom the platform looks at when it issues certificates, and whom a cohort's page shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.certificates.models import Certificate
from peergang.certificates.queries.certificates import list_certificates_of
from peergang.certificates.queries.figures import get_figures
from peergang.certificates.rules.criteria import Figures, Line, Terms, judge
from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from peergang.progress.models import EnrolmentProgress
from peergang.progress.queries.compiled import has_progress, is_one_of

FEW = 2000
"""So many are looked at in one go."""


def _select_places(*, shown: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            Enrolment.state,
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            Cohort.state.label("cohort_state"),
            Cohort.starts_on,
            Edition.id.label("edition_id"),
            Edition.programme_id,
            Edition.title,
            Edition.title_en,
            Edition.certificate.label("terms"),
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            User.locale,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(User, User.id == Enrolment.user_id)
        .where(has_progress() if shown is None else shown, User.erased_at.is_(None))
    )


def _has_certificate(user_id: Any, programme_id: Any) -> ColumnElement[bool]:
    """Whether somebody has one of the programme, through whichever enrolment and whether or not it was withdrawn."""
    owner, edition = aliased(Enrolment), aliased(Edition)
    return (
        exists()
        .where(Certificate.enrolment_id == owner.id, edition.id == Certificate.edition_id)
        .where(owner.user_id == user_id, edition.programme_id == programme_id)
    )


def list_who_have_one(session: Session, pairs: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Which of these persons have a certificate of the programme beside them."""
    if not pairs:
        return set()
    rows = session.execute(
        select(Enrolment.user_id, Edition.programme_id)
        .join(Certificate, Certificate.enrolment_id == Enrolment.id)
        .join(Edition, Edition.id == Certificate.edition_id)
        .where(is_one_of(Enrolment.user_id, list({user_id for user_id, _programme in pairs})))
    )
    return {(row.user_id, row.programme_id) for row in rows} & set(pairs)


def list_candidates(
    session: Session, *, since: datetime | None, after: UUID | None = None, limit: int = FEW
) -> Rows:
    """Participants of programmes that give certificates who have none, by id after `after`; only those whose progress was
    compiled from `since` on, where given. Columns as `get_place`.
    """
    statement = _select_places().where(
        Edition.certificate.is_not(None),
        User.deactivated_at.is_(None),
        ~_has_certificate(Enrolment.user_id, Edition.programme_id),
    )
    if since is not None:
        statement = statement.join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id).where(
            EnrolmentProgress.compiled_at >= since
        )
    if after is not None:
        statement = statement.where(Enrolment.id > after)
    return session.execute(statement.order_by(Enrolment.id).limit(limit)).all()


def list_places_in(session: Session, cohort_id: UUID) -> Rows:
    """The participants of a cohort by name, and who stopped there and holds a certificate; columns as `get_place`."""
    shown = or_(has_progress(), exists().where(Certificate.enrolment_id == Enrolment.id, ~Certificate.erased))
    return session.execute(
        _select_places(shown=shown)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def list_places_of(session: Session, user_id: UUID) -> Rows:
    """Where somebody takes or took part, the newest first; columns as `get_place`."""
    return session.execute(
        _select_places().where(Enrolment.user_id == user_id).order_by(Cohort.starts_on.desc(), Enrolment.id)
    ).all()


def get_place(session: Session, enrolment_id: UUID) -> AnyRow:
    """One participant who takes or took part. Columns: enrolment_id, user_id, state, cohort_id, cohort_name, cohort_state,
    starts_on, edition_id, programme_id, title, title_en, terms (None when the programme gives no certificates), given_name,
    name_particle, family_name, email, locale.

    Raises:
        NotFound: when there is no such participant.
    """
    row = session.execute(_select_places().where(Enrolment.id == enrolment_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def judge_places(session: Session, places: Rows) -> list[tuple[AnyRow, Terms, Figures]]:
    """Each place whose programme gives certificates, with what is asked there and what was done, in one statement."""
    asked = [one for one in places if one.terms]
    figures = get_figures(session, [one.enrolment_id for one in asked])
    return [(one, Terms.read(one.terms), figures.get(one.enrolment_id, Figures())) for one in asked]


@dataclass(frozen=True, slots=True)
class OneLine:
    """What the line about the certificate on somebody's own path says."""

    has: bool = False
    is_withdrawn: bool = False
    lines: Sequence[Line] = ()


def find_line(session: Session, enrolment_id: UUID) -> OneLine | None:
    """The certificate of one enrolment, or how far it is with each criterion; None when its programme gives none."""
    if own := list_certificates_of(session, [enrolment_id]):
        return OneLine(has=not own[0].revoked_at, is_withdrawn=bool(own[0].revoked_at))
    places = session.execute(_select_places().where(Enrolment.id == enrolment_id)).all()
    for _place, terms, figures in judge_places(session, places):
        return OneLine(lines=judge(terms, figures))
    return None
