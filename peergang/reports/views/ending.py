"""Ending a subscription from its mail: one button, without signing in."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.reports.actions.subscribing import end_by_token
from peergang.reports.queries.subscriptions import get_by_token
from peergang.reports.views import bp
from peergang.web.database import reading, transaction
from peergang.web.gate import public


def _secret_key() -> str:
    settings: Settings = current_app.extensions["peergang_settings"]
    return settings.secret_key


@bp.get("/rapporten/stoppen/<token>")
@public
def end_by_mail(token: str) -> ResponseReturnValue:
    """Asks once, because programs follow links in mails too."""
    found = get_by_token(reading(), _secret_key(), token)
    return render_template(
        "reports/end_by_mail.html", title=found.title, token=token, ended=found.ended_at is not None
    )


@bp.post("/rapporten/stoppen/<token>")
@public
def ended_by_mail(token: str) -> ResponseReturnValue:
    """No more of this report."""
    with transaction() as session:
        title = end_by_token(session, _secret_key(), token, now=clock.now())
    return render_template("reports/end_by_mail.html", title=title, token=token, ended=True)
