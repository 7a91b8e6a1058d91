"""Reading an example, and what a reader does with it."""

from collections import Counter
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.rules import full_name
from peergang.practice.actions.using import bookmark_example, share_experience, take_back_experience
from peergang.practice.forms.experience import ExperienceForm
from peergang.practice.labels import LICENCES, OUTCOME_ICONS, OUTCOMES, SECTORS, STATES
from peergang.practice.policy import can_adopt_example, can_edit_example
from peergang.practice.queries.example import get_example, get_maker, is_saved, list_adoptions
from peergang.practice.rules import VISIBLE, Outcome
from peergang.practice.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/<uuid:example_id>")
def example(example_id: UUID) -> ResponseReturnValue:
    """One example with everybody's experiences."""
    return _page(example_id, ExperienceForm())


def _page(example_id: UUID, form: ExperienceForm) -> str:
    session, actor = reading(), current_actor()
    found = get_example(session, actor, example_id)
    adoptions = list_adoptions(session, example_id)
    mine = next((one for one in adoptions if one.user_id == actor.user_id), None)
    if mine is not None and not form.is_submitted():
        form = ExperienceForm(data={"outcome": mine.outcome, "note": mine.note})
    return render_template(
        "practice/example.html",
        example=found,
        maker=get_maker(session, found),
        full_name=full_name,
        adoptions=adoptions,
        tried_at=len({one.institution for one in adoptions if one.institution}),
        outcomes=Counter(one.outcome for one in adoptions),
        form=form,
        mine=mine,
        is_saved=is_saved(session, actor, example_id),
        is_visible=found.state in VISIBLE,
        may_edit=can_edit_example(actor, found),
        may_adopt=can_adopt_example(actor, found),
        labels={
            "outcomes": OUTCOMES,
            "icons": OUTCOME_ICONS,
            "sectors": SECTORS,
            "licences": LICENCES,
            "states": STATES,
        },
    )


@bp.post("/<uuid:example_id>/ervaring")
def share(example_id: UUID) -> ResponseReturnValue:
    """Tell how it went."""
    form = ExperienceForm()
    if not form.validate() or form.outcome.data not in tuple(Outcome):
        return _page(example_id, form), 422
    with transaction() as session:
        share_experience(
            session,
            current_actor(),
            example_id,
            outcome=Outcome(form.outcome.data),
            note=form.note.data or "",
            now=clock.now(),
        )
    flash(_("Dank je. Je ervaring staat erbij."), "ok")
    return redirect(url_for("practice.example", example_id=example_id, _anchor="geprobeerd"), 303)


@bp.post("/<uuid:example_id>/ervaring/weg")
def take_back(example_id: UUID) -> ResponseReturnValue:
    """Remove one's own experience."""
    with transaction() as session:
        take_back_experience(session, current_actor(), example_id)
    flash(_("Je ervaring is weggehaald."), "ok")
    return redirect(url_for("practice.example", example_id=example_id), 303)


@bp.post("/<uuid:example_id>/bewaren")
def bookmark(example_id: UUID) -> ResponseReturnValue:
    """Keep or drop a bookmark."""
    keep = request.form.get("bewaar") == "1"
    with transaction() as session:
        bookmark_example(session, current_actor(), example_id, keep=keep, now=clock.now())
    flash(_("Bewaard. Je vindt het terug onder ‘Bewaard’.") if keep else _("Niet meer bewaard."), "ok")
    return redirect(url_for("practice.example", example_id=example_id), 303)
