"""Stopping with one click, without signing in: the link in the mail and the button of mail programs."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.notifications.actions.opt_out import read_token, resume_rule, stop_rule
from peergang.notifications.forms import UndoForm
from peergang.notifications.queries import list_stopped
from peergang.notifications.views import bp
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.security import csrf


def _secret_key() -> str:
    settings: Settings = current_app.extensions["peergang_settings"]
    return settings.secret_key


@bp.get("/afmelden/<token>")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Asks first: mail scanners and browsers that look ahead follow every link, and a GET changes nothing."""
    user_id, rule = read_token(_secret_key(), token)
    stopped = rule.name in list_stopped(reading(), user_id)
    return _page(token, rule.title, stopped=stopped)


@bp.post("/afmelden/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def one_click_unsubscribe(token: str) -> ResponseReturnValue:
    """Stops at once. RFC 8058: the mail program posts here from elsewhere, with neither cookie nor token of ours, and must
    not be redirected; the signature in the address says who stops what.
    """
    user_id, rule = read_token(_secret_key(), token)
    with transaction() as session:
        stop_rule(session, user_id, rule, now=clock.now())
    return _page(token, rule.title, stopped=True)


@bp.post("/afmelden/<token>/toch-niet")
@public
def undo_unsubscribe(token: str) -> ResponseReturnValue:
    """Takes the stop back, for who clicked too fast."""
    form = UndoForm()
    user_id, rule = read_token(_secret_key(), token)
    if form.validate_on_submit():
        with transaction() as session:
            resume_rule(session, user_id, rule)
    return _page(token, rule.title, stopped=rule.name in list_stopped(reading(), user_id), resumed=True)


def _page(token: str, title: object, *, stopped: bool, resumed: bool = False) -> str:
    return render_template(
        "notifications/unsubscribe.html",
        token=token,
        title=title,
        stopped=stopped,
        resumed=resumed,
        form=UndoForm(),
    )
