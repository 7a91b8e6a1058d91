"""Who of a cohort has a certificate, who nearly, and the file with which institutions give edubadges."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.certificates.labels import STAGES
from peergang.certificates.policy import can_issue_certificate, can_list_certificates, can_take_award_file
from peergang.certificates.queries.candidates import judge_places, list_places_in
from peergang.certificates.queries.certificates import list_certificates_in
from peergang.certificates.rules.awards import Recipient, Variant, write_awards
from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Line, Stage, Terms, judge, stage_of
from peergang.certificates.views import bp
from peergang.certificates.views.paper import verify_url
from peergang.certificates.views.trail import leave_opening
from peergang.certificates.views.words import narrative_of, title_of
from peergang.cohorts.policy import can_train
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.rules import EnrolmentState
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _, in_locale, pick
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.rules import full_name
from peergang.web.database import reading
from peergang.web.trail import ask_reason, leave_trail
from peergang.web.viewer import current_actor

ORDER = (Stage.MET, Stage.NEARLY, Stage.ON_THE_WAY, Stage.HAS, Stage.WITHDRAWN)
"""Who may need something first."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant on the list."""

    place: AnyRow
    name: str
    stage: Stage
    lines: list[Line]
    certificate: AnyRow | None
    may_issue: bool

    @property
    def wants_badge(self) -> bool:
        """Whether they stand in the file with which badges are given."""
        one = self.certificate
        if one is None or one.badge_wanted_at is None or one.revoked_at is not None:
            return False
        return bool(one.cohort_id == self.place.cohort_id)

    @property
    def has_stopped(self) -> bool:
        """Whether they hold a certificate and take part no more."""
        return bool(self.place.state == EnrolmentState.WITHDRAWN)


@bp.get("/cohorten/<uuid:cohort_id>/certificaten")
def cohort(cohort_id: UUID) -> ResponseReturnValue:
    """The list of a cohort, for its trainers and organisers."""
    actor = current_actor()
    require(can_list_certificates(actor, cohort_id))
    if (ask := ask_reason(actor, has_another_role=can_train(actor, cohort_id))) is not None:
        return ask
    session = reading()
    head = get_cohort(session, cohort_id)
    people = _people(session, actor, cohort_id)
    leave_opening(actor, (one.place.user_id for one in people), "cohort_certificates", clock.now())
    asked = next((one.place.terms for one in people if one.place.terms), None)
    wanting = [one for one in people if one.wants_badge]
    return render_template(
        "certificates/cohort.html",
        head=head,
        people=people,
        terms=Terms.read(asked) if asked else None,
        stages=STAGES,
        title_of=title_of,
        show_code=show_code,
        number_of={stage: sum(one.stage is stage for one in people) for stage in Stage},
        trains=can_train(actor, cohort_id),
        may_change=actor.is_organiser,
        may_take_file=can_take_award_file(actor),
        wanting=len(wanting),
        with_account=sum(bool(one.certificate.badge_account) for one in wanting if one.certificate),
        variants=Variant,
    )


def _people(session: Session, actor: Actor, cohort_id: UUID) -> list[Person]:
    places = list_places_in(session, cohort_id)
    certificates = {one.enrolment_id: one for one in list_certificates_in(session, cohort_id)}
    judged: dict[UUID, Any] = {
        place.enrolment_id: (terms, figures) for place, terms, figures in judge_places(session, places)
    }
    people = []
    for place in places:
        certificate = certificates.get(place.enrolment_id)
        known = judged.get(place.enrolment_id)
        stage = stage_of(*known) if known else Stage.ON_THE_WAY
        if certificate:
            stage = Stage.WITHDRAWN if certificate.revoked_at else Stage.HAS
        name = full_name(place.given_name, place.name_particle, place.family_name)
        may_issue = certificate is None and can_issue_certificate(actor, cohort_id, place.user_id)
        lines = judge(*known) if known else []
        people.append(Person(place, name, stage, lines, certificate, may_issue))
    return sorted(people, key=lambda one: ORDER.index(one.stage))


@bp.get("/cohorten/<uuid:cohort_id>/certificaten/edubadges.csv")
def award_file(cohort_id: UUID) -> ResponseReturnValue:
    """Who asked for a badge, as the file of edubadges: ?vorm=account or naam. For organisers."""
    actor = current_actor()
    require(can_take_award_file(actor))
    session, now = reading(), clock.now()
    head = get_cohort(session, cohort_id)
    chosen = Variant.ACCOUNT if request.args.get("vorm") == Variant.ACCOUNT else Variant.NAME
    places = {one.enrolment_id: one for one in list_places_in(session, cohort_id)}
    wanting = [
        (places[one.enrolment_id], one)
        for one in list_certificates_in(session, cohort_id)
        if one.badge_wanted_at is not None and one.revoked_at is None and one.enrolment_id in places
        # One that came with them from another cohort stands in the file of that one.
        if (chosen is Variant.NAME or one.badge_account) and one.cohort_id == cohort_id
    ]
    body = write_awards([_recipient(*one) for one in wanting], chosen)
    leave_opening(actor, (place.user_id for place, _one in wanting), "badge_file", now, exported=True)
    leave_trail(partial(_record, actor, head.cohort_id, len(wanting), now))
    name = f"edubadges-{chosen}-{clock.local_date(now):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _record(actor: Actor, cohort_id: UUID, number: int, now: datetime, session: Session) -> None:
    record_audit(session, actor, "badge_file_exported", "cohort", cohort_id, {"number": number}, now=now)


def _recipient(place: AnyRow, certificate: AnyRow) -> Recipient:
    with in_locale(certificate.language):
        return Recipient(
            email=place.email,
            account=certificate.badge_account,
            given_name=place.given_name,
            surname=full_name("", place.name_particle, place.family_name),
            narrative=narrative_of(
                Terms.read(certificate.basis["terms"]), by_hand=bool(certificate.issue_reason)
            ),
            evidence_url=verify_url(certificate.code),
            evidence_name=_("Certificaat %(code)s", code=show_code(certificate.code)),
            evidence_description=pick(certificate.programme_title, certificate.programme_title_en),
        )
