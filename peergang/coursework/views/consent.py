"""Consent for words in a practice example: what the author asks, and what somebody who stands in it answers."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.coursework.actions.promotion import answer_consent, ask_consent, settle_myself
from peergang.coursework.labels.promotion import CONSENTS, PROMOTION_PROBLEMS
from peergang.coursework.queries.promotion import find_promotion, get_asked, get_own_promotion, list_standings
from peergang.coursework.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.app_template_global()
def is_promoted(example_id: UUID) -> bool:
    """Whether an example was made of a reflection: the library, which is below this feature, then shows the way here."""
    return find_promotion(reading(), example_id) is not None


@bp.route("/reflecties/voorbeelden/<uuid:example_id>/toestemming", methods=["GET", "POST"])
def promotion_consents(example_id: UUID) -> ResponseReturnValue:
    """Everybody who stands in my example, and where their consent stands; a button asks, or says what I know myself."""
    if request.method == "POST":
        return _ask(example_id)
    session = reading()
    example, promotion = get_own_promotion(session, current_actor(), example_id)
    standings = list_standings(session, promotion, example)
    return render_template(
        "coursework/promotion_consents.html",
        example=example,
        promotion=promotion,
        standings=standings,
        settled=all(one.is_settled for one in standings),
        looks=CONSENTS,
        now=clock.now(),
    )


def _ask(example_id: UUID) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    person_id, name = request.form.get("person", type=UUID), request.form.get("name", "")
    answer = request.form.get("answer", "")
    back = redirect(url_for("coursework.promotion_consents", example_id=example_id), code=303)
    try:
        with transaction() as session:
            if not answer:
                if person_id is None:
                    raise NotFound
                ask_consent(session, actor, example_id, person_id, now=now)
            else:
                settle_myself(session, actor, example_id, person_id or name, answer, now=now)
    except Conflict as error:
        words = _("Dit kan alleen die persoon zelf zeggen.")
        if error.reason == "asked_lately":
            words = _("Je vroeg dit kort geleden. Geef eerst wat tijd, of haal de woorden weg.")
        flash(words, "risk")
        return back
    flash(_("Bewaard.") if answer else _("Gevraagd. Je ziet hier het antwoord."), "ok")
    return back


@bp.route("/toestemming/<uuid:consent_id>", methods=["GET", "POST"])
def consent(consent_id: UUID) -> ResponseReturnValue:
    """What I am asked: exactly the words of mine or with my name, and nothing else of the text. I answer yes or no."""
    return _answer(consent_id) if request.method == "POST" else _page(consent_id)


def _page(consent_id: UUID, problem: str = "", changed: str = "") -> str:
    return render_template(
        "coursework/consent.html",
        asked=get_asked(reading(), current_actor(), consent_id),
        problem=PROMOTION_PROBLEMS[problem] if problem else "",
        changed=changed,
    )


def _answer(consent_id: UUID) -> ResponseReturnValue:
    answer = request.form.get("answer", "")
    try:
        with transaction() as session:
            answer_consent(
                session,
                current_actor(),
                consent_id,
                answer,
                asked_at=request.form.get("asked", ""),
                now=clock.now(),
            )
    except Invalid as error:
        return _page(consent_id, error.problems["answer"]), 422
    except Conflict:
        return _page(
            consent_id, changed=_("De tekst is intussen veranderd. Lees hem nog eens en kies dan.")
        ), 409
    flash(_("Dank je. Je antwoord is bewaard, en je kunt er later op terugkomen."), "ok")
    return redirect(url_for("coursework.consent", consent_id=consent_id), code=303)
