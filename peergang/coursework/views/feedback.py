"""Feedback to peers: whose work waits for me, and writing it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import LazyText, gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.feedback import drop_change, save_feedback, send_feedback
from peergang.coursework.forms.feedback import FeedbackForm
from peergang.coursework.forms.review import CommentForm
from peergang.coursework.labels import CONFLICTS, PLAIN_QUESTION_WORDS, PROBLEMS
from peergang.coursework.labels.feedback import SEEN_LOOKS
from peergang.coursework.policy import can_give_feedback
from peergang.coursework.queries.access import get_access_by_version
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.going import get_going
from peergang.coursework.rules.drafts import ANSWER_PREFIX
from peergang.coursework.rules.feedback import (
    CRITERION_PREFIX,
    WHERE_PREFIX,
    criteria_fields,
    criteria_of,
)
from peergang.coursework.rules.going import why_closed
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.comments import change_comment, open_form, place_comment, refused_status
from peergang.coursework.views.completion import find_feedback_completion
from peergang.coursework.views.feedback_sheet import Sheet, open_sheet
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


def draft_key(version_id: UUID) -> str:
    """Under which name the browser keeps its own copy of this person's feedback."""
    return f"feedback-{version_id}-{current_actor().user_id}"


@bp.route("/feedback/<uuid:version_id>", methods=["GET", "POST"])
def feedback_give(version_id: UUID) -> ResponseReturnValue:
    """Read a peer's version and write feedback; posting saves it, and with `intent=send` sends it. What was sent can be
    changed here until it is read.
    """
    sheet = open_sheet(version_id)
    form = sheet.form()
    if request.method == "POST":
        return _save(version_id, form)
    return _page(sheet, form)


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
                session,
                actor,
                version_id,
                sent.answers,
                criteria_of(sent.fields),
                expected_revision=sent.revision,
                now=now,
            )
    except Invalid as error:
        return autosave.refused(error)
    except Conflict as error:
        if error.reason != "draft_moved_on":
            return autosave.refused(error)
        stored = open_sheet(version_id).stored
        fields = criteria_fields(stored.writing.criteria)
        return autosave.moved_on(stored.revision, answers=dict(stored.writing.answers), fields=fields)
    return autosave.saved(revision, now)


def _save(version_id: UUID, form: FeedbackForm) -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    wants_send, revision = request.form.get("intent") == "send", form.started_from
    kept = False
    try:
        with transaction() as session:
            revision = save_feedback(
                session,
                actor,
                version_id,
                form.answers(),
                form.criteria(),
                expected_revision=revision,
                now=now,
            )
        kept = True
        if wants_send:
            with transaction() as session:
                feedback = send_feedback(session, actor, version_id, expected_revision=revision, now=now)
                is_change = feedback.sent_at != now
    except Invalid as error:
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        return _page(open_sheet(version_id), form, kept=kept), 422
    except Conflict as error:
        return _collision(version_id, form, error)
    autosave.remember_done(draft_key(version_id))
    return _saved(version_id) if not wants_send else _sent(version_id, is_change=is_change)


def _saved(version_id: UUID) -> ResponseReturnValue:
    sheet = open_sheet(version_id)
    if sheet.stored.sent_at is None:
        flash(_("Je concept is bewaard. Alleen jij ziet het."), "ok")
    else:
        flash(_("Je wijziging is bewaard, maar nog niet verstuurd. Alleen jij ziet die."), "ok")
    return _to_page(version_id)


def _sent(version_id: UUID, *, is_change: bool) -> ResponseReturnValue:
    name = open_sheet(version_id).head.author_given
    if is_change:
        flash(_("Aangepast. %(name)s leest wat er nu staat.", name=name), "ok")
        return _to_page(version_id)
    flash(_("Je feedback is verstuurd naar %(name)s.", name=name), "ok")
    return redirect(url_for("coursework.feedback"), code=303)


def _to_page(version_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.feedback_give", version_id=version_id), code=303)


def _collision(version_id: UUID, form: FeedbackForm, error: Conflict) -> ResponseReturnValue:
    sheet = open_sheet(version_id)
    if error.reason not in CONFLICTS:
        raise error
    typed = form.started_from
    form.go_on_from(sheet.stored.revision)
    return _page(sheet, form, conflict=CONFLICTS[error.reason], typed_revision=typed), 409


@bp.post("/feedback/<uuid:version_id>/laat-zo")
def feedback_drop(version_id: UUID) -> ResponseReturnValue:
    """Let what was sent stand, and forget the change."""
    with transaction() as session:
        drop_change(session, current_actor(), version_id, now=clock.now())
    autosave.remember_done(draft_key(version_id))
    flash(_("Je feedback blijft zoals je die verstuurde."), "ok")
    return _to_page(version_id)


def _page(
    sheet: Sheet,
    form: FeedbackForm,
    *,
    conflict: LazyText | None = None,
    kept: bool = False,
    typed_revision: int | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    head, version, stored = sheet.head, sheet.version, sheet.stored
    comments = list_comments(reading(), version.version_id, current_actor().user_id, others=False)
    text = make_reading(head.prompts, version.answers, comments)
    going = get_going(reading(), head.cohort_id, head.activity_id)
    closed = CONFLICTS.get(why_closed(*going, clock.now()))
    is_open = not stored.is_fixed and not closed
    return render_template(
        "coursework/feedback_give.html",
        head=head,
        version=version,
        questions=[(slug, words, form[ANSWER_PREFIX + slug]) for slug, words in sheet.questions],
        criteria=[
            (one, form[CRITERION_PREFIX + one["slug"]], form[WHERE_PREFIX + one["slug"]])
            for one in sheet.asked.criteria
        ],
        asked=sheet.asked,
        plain_questions=PLAIN_QUESTION_WORDS,
        stored=stored,
        form=form,
        text=text,
        comment=open_form(text, comment_form) if is_open else None,
        is_open=is_open,
        closed=closed,
        late=stored.is_fixed and (conflict is not None or stored.rewrite is not None),
        conflict=conflict,
        kept=kept,
        revision=stored.revision if typed_revision is None else typed_revision,
        saved_text=autosave.saved_text(stored.saved_at) if typed_revision is None else "",
        draft_key=draft_key(version.version_id),
        draft_done=autosave.take_done(),
        seen_looks=SEEN_LOOKS,
        completion=find_feedback_completion(head.cohort_id, sheet.giver_id, head.activity_id, clock.now()),
    )


@bp.post("/feedback/<uuid:version_id>/opmerkingen")
def feedback_comment(version_id: UUID) -> ResponseReturnValue:
    """Place a comment at the words of a peer."""
    sheet = open_sheet(version_id)
    form = CommentForm()
    if not place_comment(sheet.head, sheet.version, form):
        return _page(sheet, sheet.form(), comment_form=form), refused_status()
    return _to_text(version_id)


@bp.post("/feedback/<uuid:version_id>/opmerkingen/<uuid:comment_id>")
def feedback_comment_change(version_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Change or remove one's own comment."""
    sheet = open_sheet(version_id)
    form = CommentForm()
    if not change_comment(comment_id, form):
        return _page(sheet, sheet.form(), comment_form=form), refused_status()
    return _to_text(version_id)


def _to_text(version_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.feedback_give", version_id=version_id) + "#title", code=303)
