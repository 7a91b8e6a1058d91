"""Reading what was submitted: a version with its comments, two versions beside each other, and the author's own steps."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.differences import compare_words
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
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
from peergang.coursework.labels.waiting import author_promise
from peergang.coursework.policy import (
    can_give_feedback,
    can_read_reactions,
    can_read_reflection,
    can_review_reflection,
    is_author,
)
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head, list_versions
from peergang.coursework.queries.writing import get_writing_place
from peergang.coursework.rules import EDITABLE, TRANSITIONS, WAITING, ReflectionState, Step, audiences_in
from peergang.coursework.views import bp
from peergang.coursework.views.audience_words import find_readers, what_changes
from peergang.coursework.views.autosave import take_done
from peergang.coursework.views.comparing import compare_answers
from peergang.coursework.views.completion import find_completion
from peergang.coursework.views.phase_parts import make_phase
from peergang.coursework.views.reaction_parts import Answering, reaction_parts
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.throttle import costly
from peergang.web.viewer import current_actor


@bp.get("/reflecties/<uuid:reflection_id>")
def reflection_read(reflection_id: UUID) -> ResponseReturnValue:
    """The latest version, for whoever may read it."""
    return show_reflection(reflection_id)


@bp.get("/reflecties/<uuid:reflection_id>/versies/<int:number>")
def reflection_version(reflection_id: UUID, number: int) -> ResponseReturnValue:
    """One version with the comments that belong to it."""
    return show_reflection(reflection_id, number)


def show_reflection(
    reflection_id: UUID, number: int | None = None, answering: Answering | None = None
) -> str:
    """The page of a version, the latest without `number`; `answering` is what could not be kept of an answer on it."""
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
    phase = make_phase(get_progress(session, reflection_id), clock.now()) if mine else None
    return render_template(
        "coursework/reflection_read.html",
        head=head,
        promise=_promise(head) if mine else "",
        version=version,
        versions=versions,
        text=make_reading(version.asked(head), version.answers, comments) if version else None,
        **reaction_parts(
            list_reactions(session, reflection_id, for_trainer=not mine) if with_reactions else (), answering
        ),
        mine=mine,
        completion=find_completion(head.cohort_id, head.enrolment_id, head.activity_id, clock.now())
        if mine
        else None,
        phase=phase,
        can_review=can_review_reflection(actor, access),
        can_give=can_give_feedback(actor, access),
        can_write=mine and access.takes_part and state in EDITABLE,
        can_withdraw=mine and access.takes_part and (state, Step.WITHDRAW) in TRANSITIONS,
        can_reopen=mine and access.takes_part and (state, Step.REOPEN) in TRANSITIONS,
        audiences=[(one, AUDIENCES[one]) for one in audiences_in(state)],
        changes=_what_changes(head) if mine else {},
        shared_with=SHARED_WITH,
        state=phase.look if phase else STATES[state],
        looks=DECISION_LOOKS,
        judgements=JUDGEMENT_LOOKS,
        plain_questions=PLAIN_QUESTION_WORDS,
        draft_done=take_done(),
        now=clock.now(),
    )


def _promise(head: ReflectionHead) -> str:
    if head.state not in WAITING:
        return ""
    return author_promise(head.promised_on, clock.local_date(clock.now()))


def _what_changes(head: ReflectionHead) -> dict[str, str]:
    """What another choice of readers would mean; nothing before there is something to read."""
    if not head.latest:
        return {}
    return what_changes(find_readers(head.enrolment_id, head.reflection_id), head.audience)


def _pick(versions: Sequence[Version], number: int | None) -> Version | None:
    """The version asked for, or the latest; None when nothing was submitted yet."""
    if number is None:
        return versions[0] if versions else None
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/reflecties/<uuid:reflection_id>/vergelijk")
@costly
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
    title, text = (newer.title, (newer.asked(head), newer.answers)) if newer else ("", ([], {}))
    if wants_draft:
        place = get_writing_place(session, actor, access.activity_id, access.cohort_id)
        title, text = place.title, (place.prompts, place.draft)
    changes = compare_answers((older.asked(head), older.answers), text)
    return render_template(
        "coursework/reflection_compare.html",
        head=head,
        mine=mine,
        older=older,
        newer=newer,
        title=title,
        title_change=compare_words(older.title, title),
        changes=changes,
        counts=(sum(one.added for one in changes), sum(one.removed for one in changes)),
        versions=sorted(versions),
        has_draft=mine and access.state in EDITABLE,
        wants_draft=wants_draft,
    )


def _to_reading(reflection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)


@bp.post("/reflecties/<uuid:reflection_id>/intrekken")
def reflection_withdraw(reflection_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    with transaction() as session:
        withdraw_reflection(session, current_actor(), reflection_id, now=clock.now())
    flash(_("Je reflectie is teruggetrokken. Alleen jij ziet die nog."), "ok")
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
