"""What everybody may see who holds a code, and what programs need to check a badge. Nothing here asks to be found."""

from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.certificates.forms import CodeForm
from peergang.certificates.queries.certificates import find_public, get_highest_number, list_withdrawn_numbers
from peergang.certificates.rules.badge import make_claims, make_profile, make_status_list
from peergang.certificates.rules.codes import parse_code, show_code
from peergang.certificates.views import bp
from peergang.certificates.views.keys import badge_key, find_key, first_key, issuer_of, key_url, old_key_url
from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.web.database import reading
from peergang.web.gate import public
from peergang.web.throttle import limiter

GUESSES = "20 per 10 minutes"
"""Codes from one address that are none. What is right costs nothing, so a personnel officer may check a whole pile."""


def _unknown(response: Response) -> bool:
    return response.status_code == 404


guessing = limiter.shared_limit(GUESSES, scope="certificate", deduct_when=_unknown)


@bp.get("/certificaat")
@public
@guessing
def check() -> ResponseReturnValue:
    """A field for a code."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return _page(None, typed, 200)
    code = parse_code(typed)
    if code:
        return redirect(url_for("certificates.verify", code=show_code(code)), code=303)
    return _page(None, typed, 404)


@bp.get("/certificaat/<code>")
@public
@guessing
def verify(code: str) -> ResponseReturnValue:
    """Whose certificate it is, what for, and whether it holds. What is no code and what nobody has look the same."""
    # Also what cannot be a code is looked up, so that both take as long.
    found = find_public(reading(), parse_code(code))
    return _page(found, "" if found else code, 200 if found else 404)


def _page(found: dict[str, Any] | None, typed: str, status: int) -> Response:
    form = CodeForm(formdata=None, code=typed[:100], meta={"csrf": False})
    page = render_template(
        "certificates/verify.html",
        found=found,
        form=form,
        shown_code=show_code(found["code"]) if found else "",
        is_unknown=status == 404,
    )
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/certificaat/sleutel.json")
@public
def key() -> ResponseReturnValue:
    """The public key with which badges are checked that name this address: those of before each key had its own."""
    if (known := first_key()) is None:
        raise NotFound
    return jsonify({**known.public_jwk(), "kid": old_key_url()})


@bp.get("/certificaat/sleutel/<thumbprint>.json")
@public
def named_key(thumbprint: str) -> ResponseReturnValue:
    """The public key of this name, also when badges are signed with another one by now."""
    if (known := find_key(thumbprint)) is None:
        raise NotFound
    return jsonify({**known.public_jwk(), "kid": key_url(known)})


@bp.get("/certificaat/uitgever.json")
@public
def issuer() -> ResponseReturnValue:
    """Who issues, as badges name it."""
    return jsonify(make_profile(issuer_of()))


@bp.get("/certificaat/ingetrokken.jwt")
@public
def withdrawn() -> ResponseReturnValue:
    """Which badges do not hold any more: a bit each, so it says nothing about anybody."""
    if (signing := badge_key()) is None:
        raise NotFound
    now = clock.now()
    # What was withdrawn is read first: no number of it is then higher than the highest.
    session = reading()
    numbers = list_withdrawn_numbers(session)
    credential = make_status_list(numbers, issuer_of(), now, highest=get_highest_number(session))
    token = signing.sign(make_claims(credential, now), key_url=key_url(signing))
    return Response(token, content_type="application/vc+jwt", headers={"Cache-Control": "max-age=300"})
