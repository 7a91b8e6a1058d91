"""A form that was sent just after the session had ended comes back after signing in, also without JavaScript."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.actions.kept_forms import drop_kept_form, keep_form
from peergang.identity.queries.kept_forms import find_kept_form
from peergang.identity.rules.kept_forms import OWN_FIELD, SentForm, fields_to_keep
from peergang.identity.views import bp
from peergang.identity.views.browser import seal
from peergang.web.database import reading, transaction
from peergang.web.gate import page_before
from peergang.web.viewer import current_actor, current_viewer


def keep_what_was_sent() -> str | None:
    """Keep the form of this request, which the gate refuses; the address where it waits, or None when nothing is kept.

    Files are too large to keep. How people sign in and what they are called is asked again rather than kept.
    """
    token = session.get("_user_id")
    if not token or request.blueprint == bp.name or any(one.filename for one in request.files.values()):
        return None
    fields = fields_to_keep(request.form.items(multi=True))
    if not fields:
        return None
    sent = SentForm(request.full_path.rstrip("?"), page_before() or "", fields)
    with transaction() as work:
        form_id = keep_form(work, str(token), sent, seal(), now=clock.now())
    return url_for("identity.kept_form", form_id=form_id) if form_id else None


@bp.get("/verstuur-alsnog/<uuid:form_id>")
def kept_form(form_id: UUID) -> ResponseReturnValue:
    """What one sent, with a button that sends it after all."""
    sent = find_kept_form(reading(), current_actor(), form_id, seal(), now=clock.now())
    if sent is None:
        flash(_("Hier staat niets meer klaar om te versturen."), "now")
        return redirect(url_for("home"), code=303)
    return render_template("identity/kept_form.html", sent=sent, form_id=form_id, own_field=OWN_FIELD)


@bp.post("/verstuur-alsnog/<uuid:form_id>/weggooien")
def kept_form_drop(form_id: UUID) -> ResponseReturnValue:
    """Let it go, and return to the page it stood on."""
    sent = find_kept_form(reading(), current_actor(), form_id, seal(), now=clock.now())
    with transaction() as work:
        drop_kept_form(work, current_actor(), form_id)
    flash(_("Weggegooid. Er is niets verstuurd."), "ok")
    return redirect((sent.page if sent else "") or url_for("home"), code=303)


@bp.after_app_request
def forget_what_arrived(response: Response) -> Response:
    """Once the form has arrived after all, what was kept of it goes."""
    # What is kept holds no files, so it comes as plain fields; the body of an upload may not even have been read.
    plain = request.mimetype == "application/x-www-form-urlencoded"
    if request.method != "POST" or response.status_code >= 400 or not plain:
        return response
    form_id = request.form.get(OWN_FIELD, type=UUID)
    if form_id is not None and current_viewer() is not None:
        with transaction() as work:
            drop_kept_form(work, current_actor(), form_id)
    return response
