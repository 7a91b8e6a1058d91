"""What admins decide about messages that failed or are in doubt: one by one, or many at once."""

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from peergang.core import clock
from peergang.core.errors import Conflict, NotFound
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.notifications.actions.replaying import replay_notices, settle_notice
from peergang.notifications.policy import can_operate_notices
from peergang.notifications.queries.operating import Selection, count_selected, list_in_doubt
from peergang.notifications.rules import UNSETTLED, NoticeState, Outcome
from peergang.reminders.forms import OneButtonForm
from peergang.reminders.labels import STATES, reason_words
from peergang.reminders.views import bp
from peergang.reminders.views.operating import rule_title
from peergang.web.cleaning import page_number
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

PAGE = 25


@bp.get("/beheer/berichten/twijfel")
def in_doubt() -> ResponseReturnValue:
    """Messages that wait for a human, one by one."""
    require(can_operate_notices(current_actor()))
    asked = request.args.get("staat", "")
    state = NoticeState(asked) if asked in UNSETTLED else None
    number, now = page_number(request.args), clock.now()
    rows = list_in_doubt(reading(), state, number, PAGE)
    total = rows[0].total if rows else 0
    first = (number - 1) * PAGE
    return render_template(
        "reminders/in_doubt.html",
        state=state,
        states=[(one, STATES[one]) for one in UNSETTLED],
        rows=[
            {
                "row": row,
                "name": full_name(row.given_name, row.name_particle, row.family_name),
                "title": rule_title(row.rule),
                "state": STATES[row.state],
                "reason": reason_words(row.reason),
                "in_time": row.expires_at > now,
            }
            for row in rows
        ],
        pages={
            "first": first + 1,
            "last": first + len(rows),
            "total": total,
            "previous_url": _page_url(state, number - 1) if number > 1 else "",
            "next_url": _page_url(state, number + 1) if first + PAGE < total else "",
        },
        form=OneButtonForm(),
    )


@bp.post("/beheer/berichten/twijfel/<uuid:notice_id>")
def settle(notice_id: UUID) -> ResponseReturnValue:
    """Say of one message that it arrived, that it goes again, or that it is let be."""
    actor = current_actor()
    require(can_operate_notices(actor))
    wanted = request.form.get("besluit", "")
    if not OneButtonForm().validate_on_submit() or wanted not in set(Outcome):
        raise NotFound
    try:
        with transaction() as session:
            settle_notice(session, actor, notice_id, Outcome(wanted), now=clock.now())
    except Conflict as error:
        if error.reason == "notice_expired":
            flash(
                _("Te laat: wat in dit bericht staat, is voorbij. Je kunt het er alleen nog bij laten."),
                "risk",
            )
        else:
            flash(_("Over dit bericht was al beslist."), "now")
    else:
        flash(_DONE[Outcome(wanted)](), "ok")
    return redirect(url_for("reminders.in_doubt"), code=303)


_DONE = {
    Outcome.SENT: lambda: _("Genoteerd: dit bericht kwam aan."),
    Outcome.AGAIN: lambda: _("Het bericht gaat binnen een minuut opnieuw uit, als het nog klopt."),
    Outcome.DROP: lambda: _("Genoteerd: we laten het erbij."),
}


@bp.route("/beheer/berichten/opnieuw", methods=["GET", "POST"])
def replay() -> ResponseReturnValue:
    """Say how many would go out again (GET, the selection stands in the address), and send them (POST)."""
    actor, now = current_actor(), clock.now()
    require(can_operate_notices(actor))
    selection = _selection(request.form if request.method == "POST" else request.args, now)
    form = OneButtonForm()
    if form.validate_on_submit():
        with transaction() as session:
            number = replay_notices(session, actor, selection, now=now)
        words = ngettext("%(num)s bericht gaat opnieuw uit.", "%(num)s berichten gaan opnieuw uit.", number)
        flash(words if number else _("Er was niets meer om opnieuw te versturen."), "ok" if number else "now")
        return redirect(url_for("reminders.operating"), code=303)
    return render_template(
        "reminders/replay.html",
        form=form,
        selection=selection,
        number=count_selected(reading(), selection, now),
        title=rule_title(selection.rule) if selection.rule else "",
        state=STATES[selection.state],
        reason=reason_words(selection.reason),
        fields={
            "staat": str(selection.state),
            "reden": selection.reason,
            "regel": selection.rule,
            "sinds": selection.since.isoformat(),
            "tot": selection.until.isoformat(),
        },
    )


def _selection(values: MultiDict[str, str], now: datetime) -> Selection:
    """What the address or the form asks for. Without an end it is now, so that what fails after the preview stays out."""
    state = values.get("staat", "")
    since, until = _moment(values.get("sinds", "")), _moment(values.get("tot", ""))
    if state not in UNSETTLED or since is None:
        raise NotFound
    return Selection(
        NoticeState(state), values.get("reden", ""), since, until or now, values.get("regel", "")
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _page_url(state: NoticeState | None, page: int) -> str:
    return url_for("reminders.in_doubt", staat=state or None, pagina=page if page > 1 else None)
