"""The small steps around a review: picking up, giving back, comments, and the switch for shortcuts."""

from uuid import UUID

from flask import flash, redirect, request, session as browser, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.claiming import claim_review, release_review, renew_lease
from peergang.coursework.forms.review import CommentForm
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.policy import can_list_reviews
from peergang.coursework.views import bp
from peergang.coursework.views.comments import change_comment, place_comment, refused_status
from peergang.coursework.views.review_desk import KEYS, desk_form, open_desk, show_desk
from peergang.web.database import transaction
from peergang.web.viewer import current_actor


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


@bp.post("/beoordelen/<uuid:reflection_id>/bezig")
def review_busy(reflection_id: UUID) -> ResponseReturnValue:
    """The page is open and used: give new time to who has it. Says whether it is still theirs."""
    with transaction() as session:
        mine = renew_lease(session, current_actor(), reflection_id, now=clock.now())
    return {"mine": mine}


@bp.post("/beoordelen/<uuid:reflection_id>/opmerkingen")
def review_comment(reflection_id: UUID) -> ResponseReturnValue:
    """Place a comment at the words."""
    desk, form = open_desk(reflection_id), CommentForm()
    if not place_comment(desk.head, desk.version, form):
        return _refused(reflection_id, form)
    return _to_text(reflection_id)


@bp.post("/beoordelen/<uuid:reflection_id>/opmerkingen/<uuid:comment_id>")
def review_comment_change(reflection_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Change or remove one's own comment."""
    open_desk(reflection_id)  # Who may not review it finds nothing here.
    form = CommentForm()
    if not change_comment(comment_id, form):
        return _refused(reflection_id, form)
    return _to_text(reflection_id)


def _refused(reflection_id: UUID, form: CommentForm) -> ResponseReturnValue:
    """The desk as it is by now, with what was typed."""
    desk = open_desk(reflection_id)
    return show_desk(desk, desk_form(desk), comment_form=form), refused_status()


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
