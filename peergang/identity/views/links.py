"""Pages behind links by mail: an invitation, a new password, and asking for one."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, in_locale
from peergang.core.permissions import Actor
from peergang.identity.actions import links
from peergang.identity.actions.account import choose_language
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.forms import TEXTS, AcceptForm, ForgottenPasswordForm, NewPasswordForm
from peergang.identity.models import User
from peergang.identity.queries import find_open_token
from peergang.identity.rules import TokenPurpose
from peergang.identity.rules.second_factor import Method
from peergang.identity.views import bp
from peergang.identity.views.entering import finish
from peergang.identity.views.signing_in import account_key
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.i18n import chosen_by_hand, speak_as
from peergang.web.throttle import even, limiter
from peergang.web.viewer import current_viewer

# A whole school shares one address; one account needs no more than a few links.
PER_ADDRESS = "100 per hour"
PER_ACCOUNT = "10 per hour"


@bp.route("/wachtwoord-vergeten", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
@limiter.limit(PER_ACCOUNT, key_func=account_key, methods=["POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to choose a new password. The answer does not tell whether the address is known."""
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        return render_template("identity/forgotten_password.html", form=form), 422 if form.errors else 200
    viewer = current_viewer()
    with even(), transaction() as session:
        links.request_password_reset(
            session, viewer.actor if viewer else None, form.email.data or "", now=clock.now()
        )
    return redirect(url_for("identity.link_sent"), code=303)


@bp.get("/wachtwoord-vergeten/onderweg")
@public
def link_sent() -> ResponseReturnValue:
    """What to expect after asking for a link."""
    return render_template("identity/link_sent.html")


@bp.route("/wachtwoord-opnieuw/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password with the link from a mail."""
    user = _holder(token, TokenPurpose.PASSWORD_RESET)
    if user is None:
        return _gone()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                user_id = links.reset_password(session, token, form.password.data or "", now=clock.now())
        except Invalid as error:
            form.take(error, TEXTS)
        except Conflict:
            return _gone()
        else:
            response = finish(user_id, Method.LINK)
            # The page that follows is in the language of the account, whatever this one was in.
            with in_locale(user.locale):
                flash(_("Je nieuwe wachtwoord is bewaard. Op je andere apparaten ben je uitgelogd."), "ok")
            return response
    return _private(render_template("identity/reset_password.html", form=form, user=user), form.errors)


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"])
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Accept an invitation: choose a password and be signed in, or just accept when there is a password already."""
    user = _holder(token, TokenPurpose.INVITATION)
    if user is None:
        return _gone()
    is_new = user.password_hash is None
    form = NewPasswordForm() if is_new else AcceptForm()
    if form.validate_on_submit():
        try:
            return _accept(token, form.password.data if is_new else None)
        except Invalid as error:
            form.take(error, TEXTS)
        except Conflict:
            return _gone()
    return _private(
        render_template("identity/accept_invitation.html", form=form, user=user, is_new=is_new, token=token),
        form.errors,
    )


def _accept(token: str, password: str | None) -> ResponseReturnValue:
    with transaction() as session:
        user_id = links.accept_invitation(session, token, password, now=clock.now())
        # Their account says Dutch until they say otherwise, and here they did.
        if password and (language := chosen_by_hand()):
            choose_language(session, Actor(user_id=user_id), user_id, language)
    if password:
        response = finish(user_id, Method.LINK)
        flash(_("Welkom! Je account is klaar."), "ok")
        return response
    viewer = current_viewer()
    if viewer is not None and viewer.actor.user_id == user_id:
        flash(_("Fijn dat je meedoet."), "ok")
        return redirect(url_for("home"), code=303)
    flash(_("Fijn dat je meedoet. Log in om verder te gaan."), "ok")
    return redirect(url_for("identity.sign_in"), code=303)


def _holder(token: str, purpose: TokenPurpose) -> User | None:
    found = find_open_token(reading(), hash_token(token), purpose, clock.now())
    if not found:
        return None
    speak_as(found[1].locale)
    return found[1]


def _gone() -> ResponseReturnValue:
    """The same page for a link that never existed, was used or is too old, with the way to a new one."""
    return _private(render_template("identity/link_gone.html", endpoint=request.endpoint), {}, status=410)


def _private(page: str, problems: object, *, status: int = 200) -> ResponseReturnValue:
    """A page whose address holds a secret stays out of every cache."""
    response = make_response(page, 422 if problems else status)
    response.headers["Cache-Control"] = "no-store"
    return response
