"""Which reminders somebody wants."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _
from peergang.notifications.actions.opt_out import choose_rules
from peergang.notifications.catalog import list_choices
from peergang.notifications.forms import PreferencesForm
from peergang.notifications.queries import list_stopped
from peergang.notifications.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/herinneringen", methods=["GET", "POST"])
def preferences() -> ResponseReturnValue:
    """One tick a kind of mail. What nobody can stop (account mail) is not listed."""
    actor = current_actor()
    rules = list_choices(actor)
    form = PreferencesForm()
    if form.validate_on_submit():
        if actor.user_id is None:
            raise NotFound
        with transaction() as session:
            choose_rules(session, actor, actor.user_id, request.form.getlist("rule"), now=clock.now())
        flash(_("Je keuzes zijn bewaard. Ze gelden ook voor wat al klaarstond."), "ok")
        return redirect(url_for("notifications.preferences"), code=303)
    stopped = list_stopped(reading(), actor.user_id)
    return render_template("notifications/preferences.html", form=form, rules=rules, stopped=stopped)
