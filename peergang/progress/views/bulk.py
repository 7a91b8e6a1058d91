"""One thing for several participants at once: first who it would be for, then what became of it for each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_train
from peergang.cohorts.queries.people import list_participants
from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import Actor, require
from peergang.identity.rules import full_name
from peergang.progress.actions import bulk as bulk_actions
from peergang.progress.actions.bulk import Outcome
from peergang.progress.forms.bulk import AttendForm, CompleteForm, ExtendForm, RemindForm
from peergang.progress.labels.grid import DONE, LEADS, SKIPPED, TITLES, UNDO, Deed
from peergang.progress.policy import can_view_cohort_progress
from peergang.progress.queries.grid import get_cohort_head
from peergang.progress.queries.grid_cells import list_grid_activities
from peergang.progress.views import bp
from peergang.progress.views.bulk_deeds import MAY, WHEN
from peergang.progress.views.bulk_preview import MODULE, first_subject, foresee, list_subjects
from peergang.progress.views.trail import leave_opening
from peergang.reminders.actions.nudging import remind_participants, withdraw_reminders
from peergang.web.database import reading, transaction
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor

FORMS: dict[Deed, type[Any]] = {
    Deed.REMIND: RemindForm,
    Deed.EXTEND: ExtendForm,
    Deed.ATTEND: AttendForm,
    Deed.COMPLETE: CompleteForm,
}
URL = "/cohorten/<uuid:cohort_id>/voortgang/<any(herinneren,uitstel,aanwezig,afronden):deed>"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the page is about: the cohort, what would be done, and who was chosen, by name."""

    head: Any
    deed: Deed
    people: list[Any]
    activities: Any


@bp.route(URL, methods=["GET", "POST"])
def bulk(cohort_id: UUID, deed: str) -> ResponseReturnValue:
    """Ask before it is done, naming everybody; with the button of that page it is done, and told of each."""
    actor = current_actor()
    require(can_view_cohort_progress(actor, cohort_id))
    require(MAY[Deed(deed)](actor, cohort_id))
    if (ask := ask_reason(actor, has_another_role=can_train(actor, cohort_id))) is not None:
        return ask
    chosen = _read(reading(), cohort_id, Deed(deed))
    if not chosen.people:
        flash(_("Kies eerst voor wie."), "now")
        return redirect(url_for("progress.cohort", cohort_id=cohort_id, **_back()), code=303)
    form = FORMS[chosen.deed]()
    form.subject.choices = list_subjects(reading(), chosen.deed, chosen.activities, cohort_id, clock.now())
    if request.method == "POST" and "zeker" in request.form and form.validate_on_submit():
        try:
            return _do(actor, chosen, form)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
    return _ask(actor, chosen, form)


def _read(session: Session, cohort_id: UUID, deed: Deed) -> Chosen:
    head = get_cohort_head(session, cohort_id)
    if head.state not in WHEN[deed]:
        raise Conflict("cohort_state", state=head.state)
    wanted = set(request.values.getlist("wie"))
    people = [one for one in list_participants(session, cohort_id) if str(one.enrolment_id) in wanted]
    return Chosen(head, deed, people, list_grid_activities(session, cohort_id))


def _back() -> dict[str, Any]:
    module = request.values.get("module", "")
    return {"module": module} if module else {}


def _ask(actor: Actor, chosen: Chosen, form: Any) -> ResponseReturnValue:
    now = clock.now()
    offered = [value for value, *_rest in form.subject.choices]
    if form.subject.data not in offered:
        proposed = first_subject(chosen.activities, request.values.get("module", ""), now)
        form.subject.data = proposed if proposed in offered else next(iter(offered), "")
    leave_opening(actor, (one.user_id for one in chosen.people), "cohort_progress", now)
    lines = foresee(
        reading(),
        actor,
        chosen.deed,
        chosen.head.id,
        chosen.people,
        form.subject.data or "",
        chosen.activities,
        now,
    )
    page = render_template(
        "progress/bulk.html",
        head=chosen.head,
        deed=chosen.deed,
        title=TITLES[chosen.deed],
        lead=LEADS[chosen.deed],
        form=form,
        lines=[(one, _name(one.person)) for one in lines],
        people=[(one.enrolment_id, _name(one)) for one in chosen.people],
        going=sum(one.will for one in lines),
        back=url_for("progress.cohort", cohort_id=chosen.head.id, **_back()),
    )
    return page, 422 if form.errors else 200


def _do(actor: Actor, chosen: Chosen, form: Any) -> ResponseReturnValue:
    kind, _colon, key = form.subject.data.partition(":")
    with transaction() as work:
        found = _perform(work, actor, chosen, form, kind, UUID(key))
    leave_opening(actor, (one.user_id for one in chosen.people), "cohort_progress", clock.now())
    names = {one.enrolment_id: _name(one) for one in chosen.people}
    told = sorted(found, key=lambda one: list(names).index(one.enrolment_id))
    return render_template(
        "progress/bulk_done.html",
        head=chosen.head,
        deed=chosen.deed,
        title=TITLES[chosen.deed],
        done=[names[one.enrolment_id] for one in told if not one.why],
        skipped=[
            (names[one.enrolment_id], str(SKIPPED.get(one.why, SKIPPED["gone"]))) for one in told if one.why
        ],
        did=DONE[chosen.deed],
        undo=UNDO.get(chosen.deed),
        ids=[record for one in told for record in one.undo],
        meeting_id=key if chosen.deed == Deed.ATTEND else None,
        only=chosen.people[0].enrolment_id if len(chosen.people) == 1 else None,
        back=url_for("progress.cohort", cohort_id=chosen.head.id, **_back()),
    )


def _perform(work: Session, actor: Actor, chosen: Chosen, form: Any, kind: str, key: UUID) -> list[Outcome]:
    ids, now, cohort_id = [one.enrolment_id for one in chosen.people], clock.now(), chosen.head.id
    match chosen.deed:
        case Deed.REMIND:
            return [
                Outcome(one.person.enrolment_id, one.why, [one.nudge_id] if one.nudge_id else ())
                for one in remind_participants(work, actor, cohort_id, ids, key, now=now)
            ]
        case Deed.EXTEND:
            return bulk_actions.extend_all(
                work,
                actor,
                cohort_id,
                ids,
                due_on=form.due_on.data,
                reason=form.reason.data,
                now=now,
                **({"module_id": key} if kind == MODULE else {"activity_id": key}),
            )
        case Deed.ATTEND:
            return bulk_actions.attend_all(work, actor, cohort_id, ids, key, now=now)
        case Deed.COMPLETE:
            return bulk_actions.complete_all(
                work, actor, cohort_id, ids, key, reason=form.reason.data, now=now
            )


@bp.post(URL + "/terug")
def undo_bulk(cohort_id: UUID, deed: str) -> ResponseReturnValue:
    """Take back what was just done."""
    acts = {
        Deed.REMIND: withdraw_reminders,
        Deed.EXTEND: bulk_actions.revoke_extensions,
        Deed.COMPLETE: bulk_actions.take_back_overrides,
    }
    actor, act = current_actor(), acts.get(Deed(deed))
    require(MAY[Deed(deed)](actor, cohort_id))
    if act is None:
        raise NotFound
    ids = [found for text in request.form.getlist("wat") if (found := _uuid(text)) is not None]
    with transaction() as work:
        number = act(work, actor, cohort_id, ids, now=clock.now())
    text = ngettext("%(num)s keer teruggenomen.", "%(num)s keer teruggenomen.", number)
    flash(
        text if number else _("Er viel niets meer terug te nemen: het is al verstuurd of al teruggenomen."),
        "ok",
    )
    return redirect(url_for("progress.cohort", cohort_id=cohort_id, **_back()), code=303)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _name(person: Any) -> str:
    return full_name(person.given_name, person.name_particle, person.family_name)
