"""The page on which somebody proves once more who they are."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.actions.proofs import prove_with_code, prove_with_password
from peergang.identity.forms.second_factor import CodeForm, PasswordProofForm
from peergang.identity.queries import get_user
from peergang.identity.queries.factors import find_factors
from peergang.identity.views import bp
from peergang.identity.views.browser import me, seal
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.throttle import limiter

PASSWORD, CODE = "wachtwoord", "code"  # the ways, as the address names them
PER_ACCOUNT = "10 per 15 minutes"
PER_ADDRESS = "20 per 15 minutes"


def wrong(response: Response) -> bool:
    """Whether an attempt counts towards the limit: only a proof that was refused does."""
    return response.status_code == 422


def _account() -> str:
    return str(me()[0])


@bp.route("/mijn-account/bewijs", methods=["GET", "POST"])
@limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"], deduct_when=wrong)
@limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=wrong)
def prove() -> ResponseReturnValue:
    """Prove with a password, a code or a passkey that it is you, and go on where you were."""
    user_id, _viewer = me()
    ways = _ways(user_id)
    way = request.args.get("met", "")
    way = way if way in ways else next(iter(ways), "")
    form = CodeForm() if way == CODE else PasswordProofForm()
    if request.method == "POST" and way and form.validate():
        if _is_right(form, user_id):
            return go_on()
        form[_field(way)].errors = [_refusal(way)]
    return _page(form, user_id, way, ways), 422 if form.errors else 200


def go_on() -> ResponseReturnValue:
    """Back to where the proof was needed."""
    return redirect(safe_next(request.args.get("next")) or url_for("identity.security"), code=303)


def _ways(user_id: UUID) -> list[str]:
    has_password = get_user(reading(), user_id).password_hash is not None
    has_app = find_factors(reading(), user_id).totp
    return [way for way, has in ((PASSWORD, has_password), (CODE, has_app)) if has]


def _field(way: str) -> str:
    return "code" if way == CODE else "password"


def _refusal(way: str) -> str:
    if way == CODE:
        return _("Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in je app.")
    return _("Dit is niet je wachtwoord. Probeer het nog eens.")


def _is_right(form: CodeForm | PasswordProofForm, user_id: UUID) -> bool:
    _user_id, viewer = me()
    with transaction() as work:
        if isinstance(form, CodeForm):
            code = form.code.data or ""
            return prove_with_code(
                work, viewer.actor, user_id, viewer.session_id, code, seal(), now=clock.now()
            )
        password = form.password.data or ""
        return prove_with_password(work, viewer.actor, user_id, viewer.session_id, password, now=clock.now())


def _page(form: CodeForm | PasswordProofForm, user_id: UUID, way: str, ways: list[str]) -> str:
    return render_template(
        "identity/prove.html",
        form=form,
        way=way,
        others=[one for one in ways if one != way],
        target=safe_next(request.args.get("next")),
        has_passkeys=find_factors(reading(), user_id).passkeys > 0,
    )
