"""Somebody's own certificates: what they have, what is still missing, and what they want others to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.certificates.actions.changing import choose_sharing
from peergang.certificates.forms import SharingForm
from peergang.certificates.labels import PROBLEMS
from peergang.certificates.policy import can_share_certificate
from peergang.certificates.queries.candidates import judge_places, list_places_of
from peergang.certificates.queries.certificates import (
    get_certificate,
    list_certificates_of,
    list_documents,
    list_own_certificates,
)
from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Stage, judge, stage_of
from peergang.certificates.views import bp
from peergang.certificates.views.keys import badge_key
from peergang.certificates.views.paper import verify_url
from peergang.certificates.views.words import state_of, title_of
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A programme whose certificate somebody does not have yet: the criteria in words, with whether each is met."""

    title: str
    cohort_name: str
    stage: Stage
    lines: Sequence[tuple[str, str, bool]]

    @property
    def met(self) -> int:
        """How many criteria are met."""
        return sum(is_met for _title, _state, is_met in self.lines)


@bp.get("/mijn-certificaat")
def mine() -> ResponseReturnValue:
    """Every certificate of one's own, and how far one is with the next."""
    return _page()


@bp.post("/certificaten/<uuid:certificate_id>/delen")
def share(certificate_id: UUID) -> ResponseReturnValue:
    """Choose what others see, and whether it becomes a badge."""
    actor = current_actor()
    require(can_share_certificate(actor, get_certificate(reading(), certificate_id).user_id))
    form = SharingForm(prefix=_prefix(certificate_id))
    if not form.validate_on_submit():
        return _page({certificate_id: form}), 422
    try:
        with transaction() as session:
            choose_sharing(
                session,
                actor,
                certificate_id,
                shows_name=form.shows_name.data,
                wants_badge=form.wants_badge.data,
                badge_account=form.badge_account.data or "",
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, PROBLEMS)
        return _page({certificate_id: form}), 422
    flash(_("Je keuze is bewaard."), "ok")
    return redirect(url_for("certificates.mine", _anchor=f"certificaat-{certificate_id}"), code=303)


def _page(refused: dict[UUID, SharingForm] | None = None) -> str:
    session, actor = reading(), current_actor()
    user_id = actor.user_id
    assert user_id is not None
    certificates = list_own_certificates(session, user_id)
    followed = list_places_of(session, user_id)
    had = {one.enrolment_id for one in list_certificates_of(session, [one.enrolment_id for one in followed])}
    places = [one for one in followed if one.enrolment_id not in had]
    history: dict[UUID, list[AnyRow]] = {}
    for one in list_documents(session, [one.certificate_id for one in certificates]):
        history.setdefault(one.certificate_id, []).append(one)
    forms = {one.certificate_id: _form(one) for one in certificates} | (refused or {})
    return render_template(
        "certificates/mine.html",
        certificates=certificates,
        forms=forms,
        refused=next(iter((refused or {}).values()), None),
        history=history,
        on_the_way=[
            _on_the_way(place, terms, figures) for place, terms, figures in judge_places(session, places)
        ],
        without=[one for one in places if not one.terms],
        show_code=show_code,
        verify_url=verify_url,
        signs_badges=badge_key() is not None,
        stages=Stage,
    )


def _prefix(certificate_id: UUID) -> str:
    """Two certificates on one page have fields of their own."""
    return f"c{certificate_id.hex[:8]}-"


def _form(certificate: AnyRow) -> SharingForm:
    return SharingForm(
        formdata=None,
        prefix=_prefix(certificate.certificate_id),
        shows_name=certificate.shows_name,
        wants_badge=certificate.badge_wanted_at is not None,
        badge_account=certificate.badge_account,
    )


def _on_the_way(place: AnyRow, terms: Any, figures: Any) -> OnTheWay:
    return OnTheWay(
        pick(place.title, place.title_en),
        place.cohort_name,
        stage_of(terms, figures),
        [(title_of(line), state_of(line), line.is_met) for line in judge(terms, figures)],
    )
