"""Stopping with one click, without signing in: the link in the mail and the button of mail programs."""

from collections.abc import Mapping

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.notifications.actions.opt_out import is_stopped, read_token, soften_stop, stop, undo_stop
from peergang.notifications.catalog import Rule
from peergang.notifications.forms import UndoForm
from peergang.notifications.queries import find_chosen
from peergang.notifications.rules import Delivery, Urgency
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
    stopped = is_stopped(find_chosen(reading(), user_id), rule)
    return _page(token, rule, done="stopped" if stopped else "")


@bp.post("/afmelden/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def one_click_unsubscribe(token: str) -> ResponseReturnValue:
    """Stops at once. RFC 8058: the mail program posts here from elsewhere, with neither cookie nor token of ours, and must
    not be redirected; the signature in the address says who stops what.
    """
    user_id, rule = read_token(_secret_key(), token)
    with transaction() as session:
        before = stop(session, user_id, rule, now=clock.now())
    return _page(token, rule, done="stopped", before=before)


@bp.post("/afmelden/<token>/liever")
@public
def soften_unsubscribe(token: str) -> ResponseReturnValue:
    """Once a week or on the site alone, instead of not at all."""
    form = UndoForm()
    user_id, rule = read_token(_secret_key(), token)
    try:
        rather = Delivery(request.form.get("liever", ""))
    except ValueError:
        raise NotFound from None
    if not form.validate_on_submit():
        return _page(token, rule, done="")
    with transaction() as session:
        soften_stop(session, user_id, rule, rather, now=clock.now())
    return _page(token, rule, done=rather, before=_before())


@bp.post("/afmelden/<token>/toch-niet")
@public
def undo_unsubscribe(token: str) -> ResponseReturnValue:
    """Takes the stop back, for who clicked too fast."""
    form = UndoForm()
    user_id, rule = read_token(_secret_key(), token)
    if not form.validate_on_submit():
        return _page(token, rule, done="stopped")
    with transaction() as session:
        undo_stop(session, user_id, rule, _before(), now=clock.now())
    return _page(token, rule, done="resumed")


def _before() -> dict[str, str]:
    """What stood before the stop, which the page carries along: the link itself gives the right to choose it."""
    pairs = (one.partition("=") for one in request.form.getlist("was"))
    return {name: chosen for name, _, chosen in pairs}


def _page(token: str, rule: Rule | None, *, done: str, before: Mapping[str, str] | None = None) -> str:
    return render_template(
        "notifications/unsubscribe.html",
        token=token,
        rule=rule,
        done=done,
        was=[f"{name}={chosen}" for name, chosen in (before or {}).items()],
        bundles=rule is None or rule.weight < Urgency.HIGH,
        form=UndoForm(),
    )
