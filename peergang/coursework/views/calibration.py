"""Judging the same text with colleagues: the list, putting one forward, judging it, and seeing where one differs."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.calibration import (
    JudgementText,
    close_calibration,
    open_calibration,
    save_judgement,
)
from peergang.coursework.forms.calibration import JudgementForm, make_judgement_form
from peergang.coursework.forms.review import CRITERION
from peergang.coursework.labels import DECISION_LOOKS, JUDGEMENT_LOOKS, PROBLEMS
from peergang.coursework.labels.desk import CALIBRATION_CONFLICTS, PHRASE_PROBLEMS
from peergang.coursework.policy import can_calibrate, can_list_reviews
from peergang.coursework.queries.calibration import (
    Judged,
    Sample,
    get_sample,
    list_colleagues,
    list_judged,
    list_samples,
    trains_still,
)
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head, list_versions
from peergang.coursework.rules.calibration import compare_judgements, count_equal
from peergang.coursework.views import bp
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/beoordelen/ijken")
def review_calibrations() -> ResponseReturnValue:
    """The samples in one's cohorts."""
    actor = current_actor()
    require(can_list_reviews(actor))
    return render_template("coursework/review_calibrations.html", samples=list_samples(reading(), actor))


@bp.route("/beoordelen/<uuid:reflection_id>/ijken", methods=["GET", "POST"])
def review_calibrate(reflection_id: UUID) -> ResponseReturnValue:
    """Choose whom to ask; posting asks them."""
    actor, problem = current_actor(), ""
    head, access = get_head(reading(), actor, reflection_id)
    require(can_calibrate(actor, access))
    colleagues = list_colleagues(reading(), actor, head.cohort_id, head.author_id)
    if request.method == "POST":
        chosen = request.form.getlist("colleagues", type=UUID)
        try:
            with transaction() as session:
                found = open_calibration(session, actor, reflection_id, chosen, now=clock.now())
        except Invalid as error:
            problem = str(PHRASE_PROBLEMS[error.problems["colleagues"]])
        else:
            flash(_("Gevraagd. Geef zelf ook je oordeel; daarna zie je dat van je collega’s."), "ok")
            return redirect(url_for("coursework.review_calibration", calibration_id=found), code=303)
    page = render_template(
        "coursework/review_calibrate.html", head=head, colleagues=colleagues, problem=problem
    )
    return page, 422 if problem else 200


@bp.route("/beoordelen/ijken/<uuid:calibration_id>", methods=["GET", "POST"])
def review_calibration(calibration_id: UUID) -> ResponseReturnValue:
    """The text with a form for one's own judgement, or, once that is sent, everybody's beside each other."""
    actor = current_actor()
    sample, head, version = _open(calibration_id)
    if request.method == "GET":
        return _page(sample, head, version)
    form, send = make_judgement_form(head.criteria)(), request.form.get("intent") != "save"
    text = JudgementText(form.criteria(), form.decision.data or "", form.note.data or "")
    try:
        with transaction() as session:
            save_judgement(session, actor, calibration_id, text, send=send, now=clock.now())
    except Invalid as error:
        form.take(error, PROBLEMS)
        return _page(sample, head, version, form), 422
    except Conflict as error:
        flash(str(CALIBRATION_CONFLICTS[error.reason]), "now")
        g.refused_words = text.note
        return _page(*_open(calibration_id)), 409
    flash(
        _("Verstuurd. Alleen je collega’s zien het.") if send else _("Bewaard. Alleen jij ziet het."),
        "ok",
    )
    return redirect(url_for("coursework.review_calibration", calibration_id=calibration_id), code=303)


@bp.post("/beoordelen/ijken/<uuid:calibration_id>/sluiten")
def review_calibration_close(calibration_id: UUID) -> ResponseReturnValue:
    """End it."""
    with transaction() as session:
        close_calibration(session, current_actor(), calibration_id, now=clock.now())
    flash(_("Afgesloten. Wie al een oordeel gaf, kan dit blijven lezen."), "ok")
    return redirect(url_for("coursework.review_calibration", calibration_id=calibration_id), code=303)


def _open(calibration_id: UUID) -> tuple[Sample, ReflectionHead, Version]:
    """The sample as far as its author lets trainers read it now."""
    session, actor = reading(), current_actor()
    sample = get_sample(session, calibration_id)
    head, access = get_head(session, actor, sample.reflection_id)
    require(can_calibrate(actor, access))
    versions = {one.version_id: one for one in list_versions(session, sample.reflection_id)}
    return sample, head, versions[sample.version_id]


def _page(sample: Sample, head: ReflectionHead, version: Version, form: JudgementForm | None = None) -> str:
    session, actor = reading(), current_actor()
    judged = list_judged(session, sample.calibration_id, actor.user_id)
    mine = next((one for one in judged if one.trainer_id == actor.user_id), None)
    sent = [one for one in judged if one.sent_at]
    shown = sent if mine in sent else []
    lines = compare_judgements([one["slug"] for one in head.criteria], [one.criteria for one in shown])
    if form is None:
        form = make_judgement_form(head.criteria)(data=_stored(mine))
    return render_template(
        "coursework/review_calibration.html",
        sample=sample,
        head=head,
        version=version,
        text=make_reading(version.asked(head), version.answers),
        form=form,
        mine=mine,
        shown=shown,
        waiting=[one for one in judged if not one.sent_at and one.trainer_id != actor.user_id],
        sent_count=len(sent),
        labels={one["slug"]: one["label"] for one in head.criteria},
        lines=lines,
        equal=count_equal(lines),
        judgements=JUDGEMENT_LOOKS,
        looks=DECISION_LOOKS,
        may_close=sample.opened_by_id == actor.user_id or not trains_still(session, sample),
    )


def _stored(mine: Judged | None) -> dict[str, Any]:
    if mine is None:
        return {}
    criteria = {CRITERION + slug: value for slug, value in mine.criteria.items()}
    return criteria | {"decision": mine.decision or "", "note": mine.note}
