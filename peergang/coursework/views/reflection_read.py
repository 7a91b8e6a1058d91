"""Reading what was submitted: a version with its comments, two versions beside each other, and the author's own steps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.differences import compare_words, count_changes
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.submission import change_audience, reopen_reflection, withdraw_reflection
from peergang.coursework.labels import (
    AUDIENCES,
    CONFLICTS,
    DECISION_LOOKS,
    JUDGEMENT_LOOKS,
    PLAIN_QUESTION_WORDS,
    PROBLEMS,
    SHARED_WITH,
    STATES,
)
from peergang.coursework.policy import (
    can_give_feedback,
    can_read_reactions,
    can_read_reflection,
    can_review_reflection,
    is_author,
)
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import Version, get_head, list_versions
from peergang.coursework.queries.writing import get_writing_place
from peergang.coursework.rules import EDITABLE, TRANSITIONS, ReflectionState, Step, audiences_in
from peergang.coursework.views import bp
from peergang.coursework.views.autosave import take_done
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/reflecties/<uuid:reflection_id>")
def reflection_read(reflection_id: UUID) -> ResponseReturnValue:
    """The latest version, for whoever may read it."""
    return _read(reflection_id, None)


@bp.get("/reflecties/<uuid:reflection_id>/versies/<int:number>")
def reflection_version(reflection_id: UUID, number: int) -> ResponseReturnValue:
    """One version with the comments that belong to it."""
    return _read(reflection_id, number)


def _read(reflection_id: UUID, number: int | None) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    head, access = get_head(session, actor, reflection_id)
    require(can_read_reflection(actor, access))
    mine, state = is_author(actor, access), ReflectionState(access.state)
    versions = list_versions(session, reflection_id)
    version = _pick(versions, number)
    with_reactions = can_read_reactions(actor, access)
    comments = (
        list_comments(session, version.version_id, actor.user_id, others=with_reactions) if version else ()
    )
    return render_template(
        "coursework/reflection_read.html",
        head=head,
        version=version,
        versions=versions,
        text=make_reading(version.asked(head), version.answers, comments) if version else None,
        reactions=list_reactions(session, reflection_id) if with_reactions else (),
        mine=mine,
        can_review=can_review_reflection(actor, access),
        can_give=can_give_feedback(actor, access),
        can_write=mine and access.takes_part and state in EDITABLE,
        can_withdraw=mine and access.takes_part and (state, Step.WITHDRAW) in TRANSITIONS,
        can_reopen=mine and access.takes_part and (state, Step.REOPEN) in TRANSITIONS,
        audiences=[(one, AUDIENCES[one]) for one in audiences_in(state)],
        shared_with=SHARED_WITH,
        state=STATES[state],
        looks=DECISION_LOOKS,
        judgements=JUDGEMENT_LOOKS,
        plain_questions=PLAIN_QUESTION_WORDS,
        draft_done=take_done(),
        now=clock.now(),
    )


def _pick(versions: Sequence[Version], number: int | None) -> Version | None:
    """The version asked for, or the latest; None when nothing was submitted yet."""
    if number is None:
        return versions[0] if versions else None
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/reflecties/<uuid:reflection_id>/vergelijk")
def reflection_compare(reflection_id: UUID) -> ResponseReturnValue:
    """Two versions word by word: ?van=1&naar=2; without them the last two. The author may take the draft as newer one."""
    session, actor = reading(), current_actor()
    head, access = get_head(session, actor, reflection_id)
    require(can_read_reflection(actor, access))
    versions = {one.number: one for one in list_versions(session, reflection_id)}
    mine = is_author(actor, access)
    older = versions.get(request.args.get("van", max(1, access.latest - 1), type=int))
    wants_draft = request.args.get("naar") == "concept"
    require(mine or not wants_draft)
    newer = versions.get(request.args.get("naar", access.latest, type=int))
    if older is None or (newer is None and not wants_draft):
        raise NotFound
    title, answers = (newer.title, newer.answers) if newer else ("", {})
    if wants_draft:
        place = get_writing_place(session, actor, access.activity_id, access.cohort_id)
        title, answers = place.title, place.draft
    changes = [
        (
            number,
            prompt["question"],
            compare_words(older.answers.get(prompt["slug"], ""), answers.get(prompt["slug"], "")),
        )
        for number, prompt in enumerate(head.prompts, start=1)
    ]
    return render_template(
        "coursework/reflection_compare.html",
        head=head,
        mine=mine,
        older=older,
        newer=newer,
        title=title,
        title_change=compare_words(older.title, title),
        changes=changes,
        counts=_totals(changes),
        versions=sorted(versions),
        has_draft=mine and access.state in EDITABLE,
        wants_draft=wants_draft,
    )


def _totals(changes: Sequence[tuple[int, str, list[Any]]]) -> tuple[int, int]:
    counted = [count_changes(pieces) for _number, _question, pieces in changes]
    return sum(added for added, _removed in counted), sum(removed for _added, removed in counted)


def _to_reading(reflection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)


@bp.post("/reflecties/<uuid:reflection_id>/intrekken")
def reflection_withdraw(reflection_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    with transaction() as session:
        withdraw_reflection(session, current_actor(), reflection_id, now=clock.now())
    flash(_("Je reflectie is teruggetrokken. Alleen jij ziet haar nog."), "ok")
    return _to_reading(reflection_id)


@bp.post("/reflecties/<uuid:reflection_id>/heropenen")
def reflection_reopen(reflection_id: UUID) -> ResponseReturnValue:
    """Go on with what was withdrawn."""
    actor = current_actor()
    try:
        with transaction() as session:
            reopen_reflection(session, actor, reflection_id, now=clock.now())
            access = get_access(session, actor, reflection_id)
    except Conflict as error:
        flash(str(CONFLICTS.get(error.reason, CONFLICTS["reflection_state"])), "risk")
        return _to_reading(reflection_id)
    flash(_("Je reflectie is weer een concept. Je tekst staat er nog."), "ok")
    here = url_for("coursework.reflection_write", activity_id=access.activity_id, cohort=access.cohort_id)
    return redirect(here, code=303)


@bp.post("/reflecties/<uuid:reflection_id>/lezers")
def reflection_audience(reflection_id: UUID) -> ResponseReturnValue:
    """Change who may read it, at once."""
    try:
        with transaction() as session:
            wanted = request.form.get("audience", "")
            change_audience(session, current_actor(), reflection_id, wanted, now=clock.now())
    except Invalid as error:
        flash(str(PROBLEMS[error.problems["audience"]]), "risk")
        return _to_reading(reflection_id)
    flash(_("Opgeslagen. Wie niet meer meeleest, kan je tekst vanaf nu niet meer openen."), "ok")
    return _to_reading(reflection_id)


@bp.post("/reflecties/<uuid:reflection_id>/gelezen")
def reflection_reactions_read(reflection_id: UUID) -> ResponseReturnValue:
    """Mark one reaction as read, or all of them."""
    with transaction() as session:
        mark_reactions_read(
            session,
            current_actor(),
            reflection_id,
            request.form.get("reaction", type=UUID),
            now=clock.now(),
        )
    return redirect(
        url_for("coursework.reflection_read", reflection_id=reflection_id) + "#reacties", code=303
    )
