"""Getting a table every week or month."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.permissions import require
from peergang.reports.actions.subscribing import (
    end_subscription,
    pause_subscription,
    resume_subscription,
    subscribe as subscribe_to,
)
from peergang.reports.forms import SubscribeForm
from peergang.reports.kinds import get_kind, parse
from peergang.reports.labels import CONFLICTS
from peergang.reports.labels.rhythms import name_rhythm
from peergang.reports.policy import can_use_reports
from peergang.reports.queries.subscriptions import find_subscription
from peergang.reports.rules.lasting import lasting
from peergang.reports.rules.states import Format
from peergang.reports.views import bp
from peergang.web.database import reading, transaction
from peergang.web.navigation import role_in_view
from peergang.web.viewer import current_actor


@bp.get("/rapporten/abonnement")
def subscribe() -> ResponseReturnValue:
    """Choose when a table comes (?soort=, ?vraag= as its page has it)."""
    return _page(request.args.get("soort", ""), request.args.get("vraag", ""), None)


@bp.post("/rapporten/abonnement")
def save_subscription() -> ResponseReturnValue:
    """Begin it, or change when it comes."""
    actor, form = current_actor(), SubscribeForm()
    kind, query = request.form.get("soort", ""), request.form.get("vraag", "")
    if not form.validate_on_submit():
        return _page(kind, query, form), 422
    try:
        with transaction() as session:
            subscribe_to(
                session,
                actor,
                kind,
                query,
                Format(form.format.data),
                int(form.weekday.data) if form.rhythm.data == "week" else None,
                locale=current_locale(),
                role=role_in_view(actor),
                now=clock.now(),
            )
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
        return redirect(url_for("reports.overview"), code=303)
    flash(_("Vanaf nu krijg je dit rapport vanzelf."), "ok")
    return redirect(f"{url_for('reports.overview')}#vanzelf", code=303)


def _page(kind_name: str, query: str, form: SubscribeForm | None) -> str:
    actor = current_actor()
    now = clock.now()
    asked, query = query, lasting(query, now)
    kind, choices = get_kind(kind_name), parse(query)
    require(can_use_reports(actor) and kind.may(actor, choices))
    sheet = kind.open(reading(), choices, now)
    own = find_subscription(reading(), actor, kind_name, query)
    if form is None:
        chosen = {}
        if own is not None:
            chosen = {
                "rhythm": "maand" if own.weekday is None else "week",
                "weekday": str(own.weekday or 1),
                "format": own.format,
            }
        form = SubscribeForm(formdata=None, data=chosen or None)
    return render_template(
        "reports/subscribe.html",
        form=form,
        kind=kind_name,
        query=query,
        title=sheet.title,
        about=sheet.about,
        page=kind.page(parse(asked)),
        of_its_day=query != asked,
        own=own,
        name_rhythm=name_rhythm,
    )


@bp.post("/rapporten/abonnement/<uuid:subscription_id>/pauze")
def pause(subscription_id: UUID) -> ResponseReturnValue:
    """Not for now."""
    with transaction() as session:
        pause_subscription(session, current_actor(), subscription_id, now=clock.now())
    return _back()


@bp.post("/rapporten/abonnement/<uuid:subscription_id>/verder")
def resume(subscription_id: UUID) -> ResponseReturnValue:
    """Again from the next time on."""
    with transaction() as session:
        resume_subscription(session, current_actor(), subscription_id, now=clock.now())
    return _back()


@bp.post("/rapporten/abonnement/<uuid:subscription_id>/stop")
def end(subscription_id: UUID) -> ResponseReturnValue:
    """No more."""
    with transaction() as session:
        end_subscription(session, current_actor(), subscription_id, now=clock.now())
    flash(_("Dit rapport komt niet meer vanzelf."), "ok")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(f"{url_for('reports.overview')}#vanzelf", code=303)
