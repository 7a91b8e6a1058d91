"""Feedback to peers: whose work waits for me, and writing it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import LazyText, gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.forms.feedback import FeedbackForm, make_feedback_form
from peergang.coursework.forms.review import CommentForm
from peergang.coursework.labels import CONFLICTS, PLAIN_QUESTION_WORDS, PROBLEMS, STATES
from peergang.coursework.policy import can_give_feedback
from peergang.coursework.queries.access import ReflectionAccess, get_access_by_version
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.feedback import list_shared_with_cohort, list_to_give
from peergang.coursework.queries.feedback_task import FeedbackDraft, find_feedback_task, find_own_feedback
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head, list_versions
from peergang.coursework.rules.drafts import ANSWER_PREFIX
from peergang.coursework.rules.going import why_closed
from peergang.coursework.rules.questions import feedback_questions
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.comments import change_comment, open_form, place_comment
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/feedback")
def feedback() -> ResponseReturnValue:
    """What my peer group submitted and I have not reacted to, and what others shared with the whole cohort."""
    session, actor = reading(), current_actor()
    return render_template(
        "coursework/feedback.html",
        to_give=list_to_give(session, actor),
        shared=list_shared_with_cohort(session, actor),
        states=STATES,
        draft_done=autosave.take_done(),
        now=clock.now(),
    )


def draft_key(version_id: UUID) -> str:
    """Under which name the browser keeps its own copy of this person's feedback."""
    return f"feedback-{version_id}-{current_actor().user_id}"


def _open(
    version_id: UUID,
) -> tuple[ReflectionAccess, ReflectionHead, Version, list[tuple[str, str]], FeedbackDraft]:
    """Everything the page needs, for somebody who may give feedback on it."""
    session, actor = reading(), current_actor()
    access = get_access_by_version(session, actor, version_id)
    require(can_give_feedback(actor, access))
    head, _access = get_head(session, actor, access.reflection_id)
    version = next(
        (one for one in list_versions(session, access.reflection_id) if one.version_id == version_id), None
    )
    if version is None:
        raise NotFound
    task = find_feedback_task(session, access.activity_id)
    questions = [_worded(one) for one in feedback_questions(task.settings if task else None)]
    return access, head, version, questions, find_own_feedback(session, version_id, access.own_enrolment_id)


def _worded(question: Mapping[str, Any]) -> tuple[str, str]:
    slug = question["slug"]
    return slug, question.get("question") or str(PLAIN_QUESTION_WORDS[slug])


def _form(questions: list[tuple[str, str]], stored: FeedbackDraft) -> FeedbackForm:
    data: dict[str, Any] = {
        ANSWER_PREFIX + slug: stored.answers.get(slug, "") for slug, _question in questions
    }
    return make_feedback_form(questions)(data=data | {"revision": stored.revision})


@bp.route("/feedback/<uuid:version_id>", methods=["GET", "POST"])
def feedback_give(version_id: UUID) -> ResponseReturnValue:
    """Read a peer's version and write feedback; posting saves it, and with `intent=send` sends it."""
    _access, head, version, questions, stored = _open(version_id)
    form = _form(questions, stored)
    if request.method == "POST":
        return _save(version_id, form)
    return _page(head, version, questions, stored, form)


@bp.post("/feedback/<uuid:version_id>/concept")
def feedback_autosave(version_id: UUID) -> ResponseReturnValue:
    """Save without leaving the page."""
    now, actor = clock.now(), current_actor()
    # Whoever may not, hears nothing about the shape of what they sent either.
    require(can_give_feedback(actor, get_access_by_version(reading(), actor, version_id)))
    try:
        sent = autosave.read_payload()
        with transaction() as session:
            revision = save_feedback(
                session, actor, version_id, sent.answers, expected_revision=sent.revision, now=now
            )
    except Invalid as error:
        return autosave.refused(error)
    except Conflict as error:
        if error.reason != "draft_moved_on":
            return autosave.refused(error)
        stored = _open(version_id)[4]
        return autosave.moved_on(stored.revision, answers=stored.answers)
    return autosave.saved(revision, now)


def _save(version_id: UUID, form: FeedbackForm) -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    wants_send, revision = request.form.get("intent") == "send", form.started_from
    kept = False
    try:
        with transaction() as session:
            revision = save_feedback(
                session, actor, version_id, form.answers(), expected_revision=revision, now=now
            )
        kept = True
        if wants_send:
            with transaction() as session:
                send_feedback(session, actor, version_id, expected_revision=revision, now=now)
    except Invalid as error:
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        return _again(version_id, form, kept=kept), 422
    except Conflict as error:
        return _collision(version_id, form, error)
    autosave.remember_done(draft_key(version_id))
    if not wants_send:
        flash(_("Je concept is bewaard. Alleen jij ziet het."), "ok")
        return redirect(url_for("coursework.feedback_give", version_id=version_id), code=303)
    name = _open(version_id)[1].author_given
    flash(_("Je feedback is verstuurd naar %(name)s.", name=name), "ok")
    return redirect(url_for("coursework.feedback"), code=303)


def _collision(version_id: UUID, form: FeedbackForm, error: Conflict) -> ResponseReturnValue:
    stored = _open(version_id)[4]
    if error.reason == "feedback_read":
        autosave.remember_done(draft_key(version_id))
        flash(str(CONFLICTS[error.reason]), "now")
        return redirect(url_for("coursework.feedback_give", version_id=version_id), code=303)
    if error.reason not in CONFLICTS:
        raise error
    typed = form.started_from
    form.go_on_from(stored.revision)
    return _again(version_id, form, conflict=CONFLICTS[error.reason], typed_revision=typed), 409


def _again(version_id: UUID, form: FeedbackForm, **more: Any) -> str:
    _access, head, version, questions, stored = _open(version_id)
    return _page(head, version, questions, stored, form, **more)


def _page(
    head: ReflectionHead,
    version: Version,
    questions: list[tuple[str, str]],
    stored: FeedbackDraft,
    form: FeedbackForm,
    *,
    conflict: LazyText | None = None,
    kept: bool = False,
    typed_revision: int | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    comments = list_comments(reading(), version.version_id, current_actor().user_id, others=False)
    text = make_reading(version.asked(head), version.answers, comments)
    going = get_going(reading(), head.cohort_id, head.activity_id)
    closed = CONFLICTS.get(why_closed(*going, clock.now()))
    return render_template(
        "coursework/feedback_give.html",
        head=head,
        version=version,
        questions=[(slug, question, form[ANSWER_PREFIX + slug]) for slug, question in questions],
        stored=stored,
        form=form,
        text=text,
        comment=open_form(text, comment_form) if stored.sent_at is None and not closed else None,
        closed=closed,
        conflict=conflict,
        kept=kept,
        revision=stored.revision if typed_revision is None else typed_revision,
        saved_text=autosave.saved_text(stored.saved_at) if typed_revision is None else "",
        draft_key=draft_key(version.version_id),
        draft_done=autosave.take_done(),
    )


@bp.post("/feedback/<uuid:version_id>/opmerkingen")
def feedback_comment(version_id: UUID) -> ResponseReturnValue:
    """Place a comment at the words of a peer."""
    _access, head, version, questions, stored = _open(version_id)
    form = CommentForm()
    if not place_comment(head, version, form):
        page = _page(head, version, questions, stored, _form(questions, stored), comment_form=form)
        return page, 422
    return _to_text(version_id)


@bp.post("/feedback/<uuid:version_id>/opmerkingen/<uuid:comment_id>")
def feedback_comment_change(version_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Change or remove one's own comment."""
    _access, head, version, questions, stored = _open(version_id)
    form = CommentForm()
    if not change_comment(comment_id, form):
        page = _page(head, version, questions, stored, _form(questions, stored), comment_form=form)
        return page, 422
    return _to_text(version_id)


def _to_text(version_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.feedback_give", version_id=version_id) + "#title", code=303)
