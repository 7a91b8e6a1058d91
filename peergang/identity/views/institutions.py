"""The institutions of the network: the list, one of them, adding and changing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions import institutions as actions
from peergang.identity.forms.institutions import WORDS, InstitutionForm
from peergang.identity.labels import REGIONS
from peergang.identity.policy import can_manage_institutions, can_view_institution
from peergang.identity.queries.institutions import (
    count_people_at,
    get_institution,
    list_became,
    list_institutions,
    list_mergers_of,
)
from peergang.identity.rules import clean_text
from peergang.identity.rules.institutions import TakingPart, share_done
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

Participation = Callable[[Session, datetime, UUID | None], Mapping[str, Sequence[TakingPart]]]
"""(session, now, institution or None for all) → by institution id as text, the cohorts it takes part in."""

_sources: list[Participation] = []


def register_participation(source: Participation) -> None:
    """Let the feature that knows progress tell how institutions take part; app.py calls this."""
    _sources[:] = [source]


def _participation(now: datetime, institution_id: UUID | None = None) -> Mapping[str, Sequence[TakingPart]]:
    return _sources[0](reading(), now, institution_id) if _sources else {}


@bp.get("/instellingen")
def institutions() -> ResponseReturnValue:
    """All institutions, or those in which a search word occurs, with how they take part now."""
    require(can_manage_institutions(current_actor()))
    now = clock.now()
    search = clean_text(request.args.get("zoek", ""))[:100]
    gone = request.args.get("toon") == "alle"
    rows = list_institutions(reading(), clock.local_date(now), search, gone=gone)
    became = list_became(reading())
    parts = _participation(now)
    return render_template(
        "identity/institutions.html",
        search=search,
        gone=gone,
        institutions=[_show(row, parts.get(str(row.id), ()), became.get(row.id)) for row in rows],
    )


def _show(row: AnyRow, parts: Sequence[TakingPart], became: tuple[UUID, str] | None) -> dict[str, object]:
    going = [one for one in parts if one.goes_on]
    return {
        "row": row,
        "going": going,
        "people": sum(one.people for one in going),
        "share": share_done(going),
        "became": became,
    }


@bp.get("/instellingen/<uuid:institution_id>")
def institution(institution_id: UUID) -> ResponseReturnValue:
    """One institution: facts, history, people and cohorts in sums. Its contacts see it too, and no other."""
    actor = current_actor()
    require(can_view_institution(actor, institution_id))
    now = clock.now()
    one = get_institution(reading(), institution_id)
    manages = can_manage_institutions(actor)
    mergers = list_mergers_of(reading(), institution_id)
    parts = _participation(now, institution_id).get(str(institution_id), ()) if manages else ()
    return render_template(
        "identity/institution.html",
        one=one,
        region=REGIONS.get(one.region, ""),
        people=count_people_at(reading(), institution_id, clock.local_date(now)),
        became=next((row for row in mergers if row.institution_id == institution_id), None),
        absorbed=[row for row in mergers if row.successor_id == institution_id],
        manages=manages,
        parts=parts,
        share=share_done([part for part in parts if part.goes_on]),
    )


@bp.route("/instellingen/nieuw", methods=["GET", "POST"])
def institution_add() -> ResponseReturnValue:
    """Add an institution."""
    require(can_manage_institutions(current_actor()))
    form = InstitutionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = actions.create_institution(session, current_actor(), **form.values(), now=clock.now())
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("%(name)s is toegevoegd.", name=made.name), "ok")
            return redirect(url_for("identity.institution", institution_id=made.id), code=303)
    page = render_template("identity/institution_form.html", form=form, one=None)
    return page, 422 if form.errors else 200


@bp.route("/instellingen/<uuid:institution_id>/wijzig", methods=["GET", "POST"])
def institution_edit(institution_id: UUID) -> ResponseReturnValue:
    """Change an institution."""
    require(can_manage_institutions(current_actor()))
    one = get_institution(reading(), institution_id)
    form = InstitutionForm(
        name=one.name,
        brin=one.brin,
        place=one.place,
        other_places="\n".join(one.other_places),
        region=one.region,
        aliases="\n".join(one.aliases),
        sso_domains="\n".join(one.sso_domains),
        valid_from=one.valid_from,
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.change_institution(
                    session, current_actor(), institution_id, **form.values(), now=clock.now()
                )
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("%(name)s is bewaard.", name=form.name.data), "ok")
            return redirect(url_for("identity.institution", institution_id=institution_id), code=303)
    page = render_template("identity/institution_form.html", form=form, one=one)
    return page, 422 if form.errors else 200
