"""The trainer's work: the queue, one reflection beside it, and the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, session as browser, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import LazyText, gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.reviewing import (
    ReviewText,
    claim_review,
    release_review,
    save_review,
    send_review,
)
from peergang.coursework.forms.review import CRITERION, CommentForm, ReviewForm, make_review_form
from peergang.coursework.labels import (
    CONFLICTS,
    DECISION_LOOKS,
    DECISIONS,
    JUDGEMENT_LOOKS,
    PLAIN_QUESTION_WORDS,
    PROBLEMS,
    SHARED_WITH,
    STATES,
)
from peergang.coursework.policy import can_list_reviews, can_review_reflection
from peergang.coursework.queries.access import ReflectionAccess, get_access
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head, list_versions
from peergang.coursework.queries.review_queue import ReviewDraft, find_review_draft, list_review_queue
from peergang.coursework.rules import WAITING, Decision, ReflectionState
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.comments import change_comment, open_form, place_comment
from peergang.coursework.views.queue_lines import queue_lines
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

KEYS = "keys_off"


@dataclass(frozen=True, slots=True)
class _Open:
    """One reflection on the trainer's desk."""

    access: ReflectionAccess
    head: ReflectionHead
    version: Version
    earlier: Sequence[Version]
    draft: ReviewDraft


@bp.get("/beoordelen")
def review_queue() -> ResponseReturnValue:
    """The queue with its first reflection opened; a kind word when nothing waits."""
    actor = current_actor()
    require(can_list_reviews(actor))
    queue = list_review_queue(reading(), actor)
    if not queue:
        return render_template("coursework/review_queue.html", draft_done=autosave.take_done())
    opened = _open(queue[0].reflection_id)
    return _page(opened, _form(opened))


@bp.route("/beoordelen/<uuid:reflection_id>", methods=["GET", "POST"])
def review(reflection_id: UUID) -> ResponseReturnValue:
    """One reflection with its comments and the decision; posting saves, and with `intent=send` sends."""
    opened = _open(reflection_id)
    form = _form(opened)
    if request.method == "POST":
        return _save(opened, form)
    return _page(opened, form)


@bp.post("/beoordelen/<uuid:reflection_id>/concept")
def review_autosave(reflection_id: UUID) -> ResponseReturnValue:
    """Save without leaving the page. The first save picks the reflection up."""
    now, actor = clock.now(), current_actor()
    opened = _open(reflection_id)
    try:
        sent = autosave.read_payload()
        text = _text_of(sent.fields)
        version_id = request.args.get("versie", opened.version.version_id, type=UUID)
        with transaction() as session:
            revision = save_review(
                session, actor, reflection_id, version_id, text, expected_revision=sent.revision, now=now
            )
    except Invalid as error:
        return autosave.refused(error)
    except Conflict as error:
        if error.reason != "draft_moved_on":
            return autosave.refused(error)
        stored = _open(reflection_id).draft
        return autosave.moved_on(stored.revision, fields=_fields_of(stored))
    return autosave.saved(revision, now)


def draft_key(version_id: UUID) -> str:
    """Under which name the browser keeps its own copy of this person's review."""
    return f"review-{version_id}-{current_actor().user_id}"


def _text_of(fields: Mapping[str, str]) -> ReviewText:
    criteria = {
        name.removeprefix(CRITERION): value
        for name, value in fields.items()
        if name.startswith(CRITERION) and value
    }
    return ReviewText(fields.get("decision", ""), criteria, fields.get("message", ""))


def _fields_of(stored: ReviewDraft) -> dict[str, str]:
    fields = {CRITERION + slug: value for slug, value in stored.criteria.items()}
    return fields | {"decision": stored.decision or "", "message": stored.message}


def _open(reflection_id: UUID) -> _Open:
    session, actor = reading(), current_actor()
    access = get_access(session, actor, reflection_id)
    require(can_review_reflection(actor, access))
    versions = list_versions(session, reflection_id)
    version = versions[0]
    draft = find_review_draft(session, version.version_id, actor.user_id)
    return _Open(access, get_head(session, reflection_id), version, versions[1:], draft)


def _form(opened: _Open) -> ReviewForm:
    stored: dict[str, Any] = dict(_fields_of(opened.draft))
    stored |= {"revision": opened.draft.revision, "version": str(opened.version.version_id)}
    return make_review_form(opened.head.criteria)(data=stored)


def _save(opened: _Open, form: ReviewForm) -> ResponseReturnValue:
    now, actor, reflection_id = clock.now(), current_actor(), opened.head.reflection_id
    # The keyboard shortcut sends the form without pressing a button: it means what the page says, send.
    wants_send, revision = request.form.get("intent") != "save", form.started_from
    text = ReviewText(form.decision.data or "", form.criteria(), form.message.data or "")
    following = _next_in_queue(reflection_id)
    try:
        with transaction() as session:
            revision = save_review(
                session,
                actor,
                reflection_id,
                _version_id(form),
                text,
                expected_revision=revision,
                now=now,
            )
        if wants_send:
            with transaction() as session:
                send_review(session, actor, reflection_id, expected_revision=revision, now=now)
    except Invalid as error:
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        return _page(_open(reflection_id), form), 422
    except Conflict as error:
        return _collision(reflection_id, form, error)
    autosave.remember_done(draft_key(opened.version.version_id))
    if not wants_send:
        flash(_("Je concept is bewaard. Alleen jij ziet het."), "ok")
        return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)
    flash(_sent_words(text.decision, opened.head), "ok")
    if following is None:
        return redirect(url_for("coursework.review_queue"), code=303)
    return redirect(url_for("coursework.review", reflection_id=following), code=303)


def _version_id(form: ReviewForm) -> UUID:
    try:
        return UUID(form.version.data or "")
    except ValueError:
        raise NotFound from None


def _next_in_queue(reflection_id: UUID) -> UUID | None:
    """The one after this in the queue; the first when this was the last; None when there is no other."""
    queue = [one.reflection_id for one in list_review_queue(reading(), current_actor())]
    if reflection_id not in queue:
        return queue[0] if queue else None
    at = queue.index(reflection_id)
    rest = queue[at + 1 :] + queue[:at]
    return rest[0] if rest else None


def _sent_words(decision: str, head: ReflectionHead) -> str:
    name = head.author_given
    if decision == Decision.APPROVE:
        return _("Verstuurd. De reflectie van %(name)s is afgerond.", name=name)
    if decision == Decision.RETURN:
        return _("Verstuurd. %(name)s kan de reflectie nu aanvullen.", name=name)
    return _(
        "Verstuurd. %(name)s weet dat je eerst even wilt praten; de reflectie blijft bij jou.", name=name
    )


def _collision(reflection_id: UUID, form: ReviewForm, error: Conflict) -> ResponseReturnValue:
    """Somebody was first. What was typed stays on the page."""
    opened = _open(reflection_id)
    typed = form.started_from
    form.go_on_from(opened.draft.revision)
    form.version.data = str(opened.version.version_id)
    return _page(opened, form, conflict=CONFLICTS.get(error.reason), typed_revision=typed), 409


def _page(
    opened: _Open,
    form: ReviewForm,
    *,
    conflict: LazyText | None = None,
    typed_revision: int | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    session, actor, now = reading(), current_actor(), clock.now()
    head, version = opened.head, opened.version
    comments = list_comments(session, version.version_id, actor.user_id)
    text = make_reading(head.prompts, version.answers, comments)
    queue = list_review_queue(session, actor)
    taken = head.state == ReflectionState.IN_REVIEW and head.reviewer_id != actor.user_id
    return render_template(
        "coursework/review.html",
        head=head,
        version=version,
        earlier=opened.earlier,
        form=form,
        criteria=[(one, form[CRITERION + one["slug"]]) for one in head.criteria],
        decisions=DECISIONS,
        text=text,
        comment=open_form(text, comment_form) if head.state in WAITING and not taken else None,
        lines=queue_lines(queue, actor, now),
        total=queue[0].total if queue else 0,
        reactions=list_reactions(session, head.reflection_id),
        taken=taken,
        mine=head.reviewer_id == actor.user_id,
        waiting=head.state in WAITING,
        state=STATES[head.state],
        shared_with=SHARED_WITH,
        looks=DECISION_LOOKS,
        judgements=JUDGEMENT_LOOKS,
        plain_questions=PLAIN_QUESTION_WORDS,
        conflict=conflict,
        revision=opened.draft.revision if typed_revision is None else typed_revision,
        saved_text=autosave.saved_text(opened.draft.saved_at),
        draft_key=draft_key(version.version_id),
        draft_done=autosave.take_done(),
        keys_off=bool(browser.get(KEYS)),
    )


@bp.post("/beoordelen/<uuid:reflection_id>/oppakken")
def review_claim(reflection_id: UUID) -> ResponseReturnValue:
    """Pick it up, or with `take_over` take it over from a colleague."""
    try:
        with transaction() as session:
            claim_review(
                session,
                current_actor(),
                reflection_id,
                take_over="take_over" in request.form,
                now=clock.now(),
            )
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "now")
    else:
        flash(_("Jij hebt deze reflectie nu. Je collega’s zien dat."), "ok")
    return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)


@bp.post("/beoordelen/<uuid:reflection_id>/teruggeven")
def review_release(reflection_id: UUID) -> ResponseReturnValue:
    """Put it back into the queue."""
    with transaction() as session:
        release_review(session, current_actor(), reflection_id, now=clock.now())
    flash(_("De reflectie staat weer in de rij, op haar oude plaats."), "ok")
    return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)


@bp.post("/beoordelen/<uuid:reflection_id>/opmerkingen")
def review_comment(reflection_id: UUID) -> ResponseReturnValue:
    """Place a comment at the words."""
    opened, form = _open(reflection_id), CommentForm()
    if not place_comment(opened.head, opened.version, form):
        return _page(opened, _form(opened), comment_form=form), 422
    return _to_text(reflection_id)


@bp.post("/beoordelen/<uuid:reflection_id>/opmerkingen/<uuid:comment_id>")
def review_comment_change(reflection_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Change or remove one's own comment."""
    opened, form = _open(reflection_id), CommentForm()
    if not change_comment(comment_id, form):
        return _page(opened, _form(opened), comment_form=form), 422
    return _to_text(reflection_id)


def _to_text(reflection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("coursework.review", reflection_id=reflection_id) + "#title", code=303)


@bp.post("/beoordelen/sneltoetsen")
def review_keys() -> ResponseReturnValue:
    """Switch the single-letter shortcuts off or on in this browser (WCAG 2.1.4)."""
    require(can_list_reviews(current_actor()))
    if request.form.get("keys") == "off":
        browser[KEYS] = True
        flash(_("De sneltoetsen staan uit in deze browser."), "ok")
    else:
        browser.pop(KEYS, None)
        flash(_("De sneltoetsen staan aan."), "ok")
    wanted = request.form.get("reflection", type=UUID)
    if wanted is None:
        return redirect(url_for("coursework.review_queue"), code=303)
    return redirect(url_for("coursework.review", reflection_id=wanted), code=303)
