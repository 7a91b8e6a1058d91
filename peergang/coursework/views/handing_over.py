"""Asking a colleague to review something."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.forms.queue import HandOverForm
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.labels.queue import QUEUE_PROBLEMS
from peergang.coursework.policy import can_review_reflection
from peergang.coursework.queries.reflections import get_head
from peergang.coursework.queries.trainers import list_colleagues
from peergang.coursework.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/beoordelen/<uuid:reflection_id>/overdragen", methods=["GET", "POST"])
def hand_over(reflection_id: UUID) -> ResponseReturnValue:
    """To whom, with a word."""
    session, actor = reading(), current_actor()
    head, access = get_head(session, actor, reflection_id)
    require(can_review_reflection(actor, access))
    colleagues = [
        one for one in list_colleagues(session, actor, [head.cohort_id]) if one.user_id != head.author_id
    ]
    form, status = HandOverForm(), 200
    form.offer(colleagues)
    if form.validate_on_submit():
        try:
            with transaction() as work:
                hand_over_review(
                    work, actor, reflection_id, form.chosen, form.note.data or "", now=clock.now()
                )
        except Invalid as error:
            form.take(error, QUEUE_PROBLEMS)
        except Conflict as error:
            flash(str(CONFLICTS[error.reason]), "now")
            status = 409
        else:
            names = {one.user_id: one.given_name for one in colleagues}
            name = names.get(form.chosen, "") if form.chosen else ""
            flash(
                _("Overgedragen. %(name)s krijgt bericht; je eigen concept blijft van jou.", name=name), "ok"
            )
            return redirect(url_for("coursework.review_overview"), code=303)
    page = render_template("coursework/hand_over.html", form=form, head=head, colleagues=colleagues)
    return page, 422 if form.errors else status
