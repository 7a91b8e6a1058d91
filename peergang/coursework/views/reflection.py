"""Writing a reflection: saving, submitting, another set of questions, a preview, and autosave."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.drafts import SavedDraft, save_draft
from peergang.coursework.actions.submission import submit_reflection
from peergang.coursework.forms.reflection import ReflectionForm
from peergang.coursework.labels import CONFLICTS, PROBLEMS
from peergang.coursework.policy import can_write_reflection
from peergang.coursework.queries.reflections import list_versions
from peergang.coursework.queries.writing import WritingPlace, get_writing_place
from peergang.coursework.rules import EDITABLE, ReflectionState, audiences_in
from peergang.coursework.rules.drafts import DraftText
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.prompt_sets import wanted_set
from peergang.coursework.views.reflection_page import draft_key, make_form, read_as_typed, show_editor
from peergang.coursework.views.which_cohort import cohort_named, keep_cohort
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/reflecties/opdracht/<uuid:activity_id>")
def reflection(activity_id: UUID) -> ResponseReturnValue:
    """The way in from an activity: to the editor while there is something to write, else to what was submitted."""
    place = get_writing_place(reading(), current_actor(), activity_id, cohort_named())
    if place.reflection_id and place.state not in {ReflectionState.DRAFT, ReflectionState.RETURNED}:
        return redirect(url_for("coursework.reflection_read", reflection_id=place.reflection_id))
    return redirect(url_for("coursework.reflection_write", activity_id=activity_id, **keep_cohort()))


@bp.route("/reflecties/opdracht/<uuid:activity_id>/schrijven", methods=["GET", "POST"])
def reflection_write(activity_id: UUID) -> ResponseReturnValue:
    """The editor. Posting saves the draft, and with `intent=submit` submits it too."""
    place = get_writing_place(reading(), current_actor(), activity_id, cohort_named())
    if request.method == "POST":
        return _save(place, make_form(place))
    if place.state not in EDITABLE:
        return redirect(url_for("coursework.reflection_read", reflection_id=place.reflection_id))
    return show_editor(place, make_form(place))


@bp.post("/reflecties/opdracht/<uuid:activity_id>/voorbeeld")
def reflection_preview(activity_id: UUID) -> ResponseReturnValue:
    """The text on the screen as its readers would see it. Nothing is stored."""
    place = get_writing_place(reading(), current_actor(), activity_id, cohort_named())
    require(can_write_reflection(current_actor(), place))
    form = make_form(place)
    return show_editor(place, form, typed_revision=form.started_from, preview=read_as_typed(place, form))


@bp.post("/reflecties/opdracht/<uuid:activity_id>/concept")
def reflection_autosave(activity_id: UUID) -> ResponseReturnValue:
    """Save without leaving the page."""
    now, actor = clock.now(), current_actor()
    place = get_writing_place(reading(), actor, activity_id, cohort_named())
    try:
        sent = autosave.read_payload()
        draft = DraftText(
            place.title if sent.title is None else sent.title,
            (place.audience or "") if sent.audience is None else sent.audience,
            {**place.draft, **sent.answers},
        )
        done = _store(place, draft, sent.revision, now)
    except Invalid as error:
        return autosave.refused(error)
    except Conflict as error:
        if error.reason != "draft_moved_on":
            return autosave.refused(error)
        stored = get_writing_place(reading(), actor, activity_id, place.cohort_id)
        return autosave.moved_on(
            stored.revision, title=stored.title, audience=stored.audience or "", answers=stored.draft
        )
    return autosave.saved(done.revision, now)


def _store(place: WritingPlace, draft: DraftText, revision: int, now: datetime) -> SavedDraft:
    actor, there = current_actor(), place.cohort_id
    with transaction() as session:
        return save_draft(
            session, actor, place.activity_id, draft, expected_revision=revision, cohort_id=there, now=now
        )


def _save(place: WritingPlace, form: ReflectionForm) -> ResponseReturnValue:
    now = clock.now()
    wants_submit = request.form.get("intent") == "submit"
    revision = form.started_from
    draft = form.draft()
    if "questions" in request.form:
        draft = replace(draft, prompt_set=wanted_set(request.form["questions"]))
    try:
        saved = _store(place, draft, revision, now)
    except Invalid as error:
        form.take(error, PROBLEMS)
        return show_editor(place, form, typed_revision=revision), 422
    except Conflict as error:
        return _collision(place, form, error, wants_submit)
    if "questions" in request.form:
        autosave.remember_done(draft_key(place))
        here = url_for("coursework.reflection_write", activity_id=place.activity_id, **keep_cohort())
        return redirect(f"{here}#vragen", code=303)
    if not wants_submit:
        autosave.remember_done(draft_key(place))
        flash(_("Je concept is bewaard. Je kunt altijd verder schrijven."), "ok")
        here = url_for("coursework.reflection_write", activity_id=place.activity_id, **keep_cohort())
        return redirect(here, code=303)
    return _submit(place, form, saved.reflection_id, saved.revision)


def _submit(
    place: WritingPlace, form: ReflectionForm, reflection_id: UUID, revision: int
) -> ResponseReturnValue:
    actor = current_actor()
    try:
        with transaction() as session:
            version = submit_reflection(
                session, actor, reflection_id, expected_revision=revision, now=clock.now()
            )
    except Invalid as error:
        if error.problems == {"answers": "unchanged"}:
            return _already_there(place, reflection_id)
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        fresh = get_writing_place(reading(), actor, place.activity_id, place.cohort_id)
        return show_editor(fresh, form, kept=True), 422
    except Conflict as error:
        return _collision(place, form, error, wants_submit=True)
    autosave.remember_done(draft_key(place))
    flash(_("Versie %(number)s is ingeleverd. Wie je koos, kan die nu lezen.", number=version.number), "ok")
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)


def _collision(
    place: WritingPlace, form: ReflectionForm, error: Conflict, wants_submit: bool
) -> ResponseReturnValue:
    """Another tab was first. What was typed stays on the page, and nothing of it is overwritten unseen."""
    fresh = get_writing_place(reading(), current_actor(), place.activity_id, place.cohort_id)
    if wants_submit and fresh.reflection_id and _already_submitted(fresh, form):
        return _already_there(place, fresh.reflection_id)
    typed = form.started_from
    form.go_on_from(fresh.revision)
    form.offer(audiences_in(fresh.state))
    return show_editor(fresh, form, conflict=CONFLICTS.get(error.reason), typed_revision=typed), 409


def _already_there(place: WritingPlace, reflection_id: UUID) -> ResponseReturnValue:
    """Handing in the same words once more asks nothing of anybody: they are there, and this is where."""
    autosave.remember_done(draft_key(place))
    flash(_("Deze tekst had je al ingeleverd. Er is niets aan veranderd."), "ok")
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)


def _already_submitted(place: WritingPlace, form: ReflectionForm) -> bool:
    """Whether the very words of the form are the latest version: the button was pressed twice."""
    if place.reflection_id is None or place.latest == 0:
        return False
    latest, typed = list_versions(reading(), place.reflection_id)[0], form.draft()
    plain = {slug: text.replace("\r\n", "\n").strip() for slug, text in typed.answers.items()}
    same = [{slug: text for slug, text in one.items() if text} for one in (latest.answers, plain)]
    return latest.title == typed.title.strip() and same[0] == same[1]
