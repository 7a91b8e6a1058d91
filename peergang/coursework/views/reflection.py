"""Writing a reflection: the editor, its two buttons, and autosave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.queries.peers import list_peers
from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import LazyText, gettext as _, ngettext
from peergang.coursework.actions.drafts import SavedDraft, save_draft
from peergang.coursework.actions.submission import submit_reflection
from peergang.coursework.forms.reflection import ReflectionForm, make_reflection_form
from peergang.coursework.labels import CONFLICTS, DECISION_LOOKS, PROBLEMS, STATES
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import list_versions
from peergang.coursework.queries.writing import WritingPlace, get_writing_place
from peergang.coursework.rules import EDITABLE, Audience, ReflectionState, audiences_in
from peergang.coursework.rules.drafts import ANSWER_PREFIX, DraftText, count_words
from peergang.coursework.rules.going import why_closed
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.length_hint import length_hint
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
        return _save(place, _form(place))
    if place.state not in EDITABLE:
        return redirect(url_for("coursework.reflection_read", reflection_id=place.reflection_id))
    return _page(place, _form(place))


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


def draft_key(place: WritingPlace) -> str:
    """Under which name the browser keeps its own copy of this person's text, apart for each of their cohorts.

    The slug and not the id: it stays the same when the cohort goes over to a newer edition.
    """
    return f"reflection-{place.activity_slug}-{place.enrolment_id}-{current_actor().user_id}"


def _form(place: WritingPlace) -> ReflectionForm:
    stored: dict[str, Any] = {ANSWER_PREFIX + slug: text for slug, text in place.draft.items()}
    stored |= {"title": place.title, "audience": place.audience, "revision": place.revision}
    form = make_reflection_form(place.prompts)(data=stored)
    form.offer(audiences_in(place.state))
    return form


def _save(place: WritingPlace, form: ReflectionForm) -> ResponseReturnValue:
    now = clock.now()
    wants_submit = request.form.get("intent") == "submit"
    revision = form.started_from
    try:
        saved = _store(place, form.draft(), revision, now)
    except Invalid as error:
        form.take(error, PROBLEMS)
        return _page(place, form, typed_revision=revision), 422
    except Conflict as error:
        return _collision(place, form, error, wants_submit)
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
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        fresh = get_writing_place(reading(), actor, place.activity_id, place.cohort_id)
        return _page(fresh, form, kept=True), 422
    except Conflict as error:
        return _collision(place, form, error, wants_submit=True)
    autosave.remember_done(draft_key(place))
    flash(_("Versie %(number)s is ingeleverd. Wie je koos, kan haar nu lezen.", number=version.number), "ok")
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)


def _collision(
    place: WritingPlace, form: ReflectionForm, error: Conflict, wants_submit: bool
) -> ResponseReturnValue:
    """Another tab was first. What was typed stays on the page, and nothing of it is overwritten unseen."""
    fresh = get_writing_place(reading(), current_actor(), place.activity_id, place.cohort_id)
    if wants_submit and fresh.reflection_id and _already_submitted(fresh, form):
        autosave.remember_done(draft_key(place))
        flash(_("Deze tekst had je al ingeleverd."), "ok")
        return redirect(url_for("coursework.reflection_read", reflection_id=fresh.reflection_id), code=303)
    typed = form.started_from
    form.go_on_from(fresh.revision)
    form.offer(audiences_in(fresh.state))
    return _page(fresh, form, conflict=CONFLICTS.get(error.reason), typed_revision=typed), 409


def _already_submitted(place: WritingPlace, form: ReflectionForm) -> bool:
    """Whether the very words of the form are the latest version: the button was pressed twice."""
    if place.reflection_id is None or place.latest == 0:
        return False
    latest, typed = list_versions(reading(), place.reflection_id)[0], form.draft()
    answers = {one["slug"]: typed.answers.get(one["slug"], "") for one in place.prompts}
    plain = {slug: text.replace("\r\n", "\n").strip() for slug, text in answers.items()}
    return (latest.title, latest.answers) == (typed.title.strip(), plain)


@dataclass(frozen=True, slots=True)
class _Prompt:
    slug: str
    number: int
    question: str
    hint: str
    value: str
    state: str
    guide: str
    error: str


def _prompts(place: WritingPlace, form: ReflectionForm) -> list[_Prompt]:
    """The questions with what was answered; the first unfinished one is the one for now."""
    found: list[_Prompt] = []
    seen_now = False
    for number, one in enumerate(place.prompts, start=1):
        field = form[ANSWER_PREFIX + one["slug"]]
        value = field.data or ""
        words, low, high = count_words(value), one.get("min_words") or 0, one.get("max_words") or 0
        done = words > 0 and words >= low
        state = "done" if done else "later" if seen_now else "now"
        seen_now = seen_now or not done
        guide = length_hint(words, low, high)
        error = field.errors[0] if field.errors else ""
        found.append(
            _Prompt(one["slug"], number, one["question"], one.get("hint", ""), value, state, guide, error)
        )
    return found


def _hints(place: WritingPlace) -> dict[str, str]:
    """Who is meant by each audience, by name where there are few."""
    peers = [row.given_name for row in list_peers(reading(), place.enrolment_id)]
    if not peers:
        group = _("Je zit nog niet in een peergroep. Zodra je er een hebt, lezen zij mee.")
    elif len(peers) == 1:
        group = peers[0]
    else:
        group = _("%(names)s en %(last)s", names=", ".join(peers[:-1]), last=peers[-1])
    return {
        Audience.PRIVATE: _("Je kunt zo bewaren, maar nog niet inleveren"),
        Audience.PEER_GROUP: group,
        Audience.COHORT: ngettext("%(num)s deelnemer", "%(num)s deelnemers", place.participants),
    }


def _page(
    place: WritingPlace,
    form: ReflectionForm,
    *,
    conflict: LazyText | None = None,
    kept: bool = False,
    typed_revision: int | None = None,
) -> str:
    shown = place.reflection_id if place.latest else None
    closed = CONFLICTS.get(why_closed(place.cohort_state, place.opens_at, clock.now()))
    return render_template(
        "coursework/reflection_write.html",
        place=place,
        form=form,
        prompts=_prompts(place, form),
        hints=_hints(place),
        versions=list_versions(reading(), shown) if shown else [],
        reactions=list_reactions(reading(), shown) if shown else [],
        looks=DECISION_LOOKS,
        state=STATES[place.state],
        editable=place.state in EDITABLE and not closed,
        closed=closed,
        conflict=conflict if not closed else None,
        kept=kept,
        saved_text=autosave.saved_text(place.saved_at) if kept or typed_revision is None else "",
        revision=place.revision if typed_revision is None else typed_revision,
        draft_key=draft_key(place),
        draft_done=autosave.take_done(),
        now=clock.now(),
    )
