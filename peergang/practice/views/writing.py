"""Writing an example, sharing it, and taking it back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.curriculum.queries import list_current_topics
from peergang.practice.actions.writing import (
    delete_draft,
    publish_example,
    save_example,
    start_example,
    withdraw_example,
)
from peergang.practice.forms.example import PROBLEMS, ExampleForm
from peergang.practice.models import PracticeExample
from peergang.practice.queries.example import get_own_example
from peergang.practice.queries.subjects import find_activity_subject
from peergang.practice.rules import VISIBLE
from peergang.practice.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


def _form(example: PracticeExample | None = None, **more: object) -> ExampleForm:
    topics = [
        (row.code, pick(row.title, row.title_en))
        for row in list_current_topics(reading(), with_questions=True)
    ]
    return ExampleForm(obj=example, topics=topics, **more)


def _page(
    form: ExampleForm, *, example: PracticeExample | None, revision: int, conflict: bool = False
) -> str:
    return render_template(
        "practice/edit.html",
        form=form,
        example=example,
        revision=revision,
        conflict=conflict,
        is_shared=example is not None and example.state in VISIBLE,
        activity=request.values.get("opdracht", ""),
    )


@bp.get("/nieuw")
def new() -> ResponseReturnValue:
    """An empty form; ?opdracht=<id> says for which activity it is."""
    activity_id = request.args.get("opdracht", type=UUID)
    activity = find_activity_subject(reading(), activity_id) if activity_id else None
    code = activity.main_question if activity is not None else None
    return _page(_form(data={"main_question": code or ""}), example=None, revision=0)


@bp.post("/nieuw")
def create() -> ResponseReturnValue:
    """Keep a first draft, or share it at once."""
    form = _form()
    if not form.validate():
        return _page(form, example=None, revision=0), 422
    activity_id = request.form.get("opdracht", type=UUID)
    if activity_id is not None and find_activity_subject(reading(), activity_id) is None:
        activity_id = None
    with transaction() as session:
        example = start_example(
            session, current_actor(), form.values(), activity_id=activity_id, now=clock.now()
        )
    return _after_saving(form, example)


@bp.get("/<uuid:example_id>/schrijven")
def edit(example_id: UUID) -> ResponseReturnValue:
    """Go on writing."""
    example = get_own_example(reading(), current_actor(), example_id)
    return _page(_form(example), example=example, revision=example.revision)


@bp.post("/<uuid:example_id>/schrijven")
def save(example_id: UUID) -> ResponseReturnValue:
    """Keep what was written; share it when that button was pressed."""
    example = get_own_example(reading(), current_actor(), example_id)
    form = _form()
    revision = request.form.get("revision", 0, type=int)
    if not form.validate():
        return _page(form, example=example, revision=revision), 422
    try:
        with transaction() as session:
            save_example(
                session, current_actor(), example_id, form.values(), revision=revision, now=clock.now()
            )
    except Conflict:
        current = get_own_example(reading(), current_actor(), example_id)
        return _page(form, example=current, revision=current.revision, conflict=True), 409
    except Invalid as error:
        form.take(error, PROBLEMS)
        return _page(form, example=example, revision=revision), 422
    return _after_saving(form, get_own_example(reading(), current_actor(), example_id))


def _after_saving(form: ExampleForm, example: PracticeExample) -> ResponseReturnValue:
    """The draft is safe by now; sharing may still ask for something."""
    if request.form.get("actie") != "delen":
        flash(_("Bewaard. Alleen jij ziet dit nog.") if example.state not in VISIBLE else _("Bewaard."), "ok")
        return redirect(url_for("practice.edit", example_id=example.id), 303)
    try:
        with transaction() as session:
            publish_example(
                session,
                current_actor(),
                example.id,
                no_student_data=bool(form.no_student_data.data),
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, PROBLEMS)
        return _page(form, example=example, revision=example.revision), 422
    flash(_("Gedeeld. Iedereen in het netwerk kan je voorbeeld nu vinden."), "ok")
    return redirect(url_for("practice.example", example_id=example.id), 303)


@bp.post("/<uuid:example_id>/terugtrekken")
def withdraw(example_id: UUID) -> ResponseReturnValue:
    """Out of the library, back to a draft."""
    with transaction() as session:
        withdraw_example(session, current_actor(), example_id, now=clock.now())
    flash(_("Je voorbeeld is weer een concept. Anderen zien het niet meer."), "ok")
    return redirect(url_for("practice.edit", example_id=example_id), 303)


@bp.post("/<uuid:example_id>/weggooien")
def discard(example_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with transaction() as session:
        delete_draft(session, current_actor(), example_id)
    flash(_("Je concept is weggegooid."), "ok")
    return redirect(url_for("practice.own"), 303)
