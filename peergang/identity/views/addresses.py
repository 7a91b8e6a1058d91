"""Changing one's own e-mail address: asking for it, proving it by a link, taking it back."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.identity.actions import addresses as actions
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.forms import TEXTS
from peergang.identity.forms.addresses import AddressForm, ButtonForm
from peergang.identity.queries import find_open_token
from peergang.identity.queries.addresses import find_wanted_address
from peergang.identity.rules import TokenPurpose
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.web.database import reading, transaction
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

MAILS = "5 per hour"
"""Mails to addresses that are not proved, for one person: nobody is to be bothered through us."""


def mailed(response: Response) -> bool:
    """Whether an attempt counts towards the limit: it leads on, and not to the page that asks for a proof."""
    return response.status_code == 303 and "/bewijs" not in (response.location or "")


per_person = limiter.shared_limit(
    MAILS,
    scope="own_address",
    key_func=lambda: str(current_actor().user_id),
    methods=["POST"],
    deduct_when=mailed,
)


@bp.route("/mijn-account/e-mailadres", methods=["GET", "POST"])
@per_person
@fresh_proof
def change_address() -> ResponseReturnValue:
    """Say which address it is to be; the answer is the same whether anybody has it."""
    user_id, _viewer = me()
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with transaction() as work:
                actions.want_address(work, current_actor(), user_id, form.email.data or "", now=clock.now())
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("Kijk in je nieuwe mailbox: er is een link naar je onderweg."), "ok")
            return redirect(url_for("identity.account", _anchor="address"), code=303)
    wanted = find_wanted_address(reading(), user_id, clock.now())
    page = render_template("identity/change_address.html", form=form, wanted=wanted)
    return page, 422 if form.errors else 200


@bp.post("/mijn-account/e-mailadres/opnieuw")
@per_person
def resend_address() -> ResponseReturnValue:
    """Send the link once more, to the address that was asked for."""
    if ButtonForm().validate_on_submit():
        try:
            with transaction() as work:
                address = actions.want_address_again(work, current_actor(), me()[0], now=clock.now())
        except NotFound:
            flash(_("Er wacht geen adres meer op bevestiging."), "risk")
        else:
            flash(_("Er gaat een nieuwe link naar %(address)s.", address=address), "ok")
    return redirect(url_for("identity.account", _anchor="address"), code=303)


@bp.post("/mijn-account/e-mailadres/terug")
def withdraw_address() -> ResponseReturnValue:
    """Keep the address that one has."""
    if ButtonForm().validate_on_submit():
        with transaction() as work:
            actions.give_up_address(work, current_actor(), me()[0], now=clock.now())
        flash(_("Je houdt het adres dat je had. De link in de mail werkt niet meer."), "ok")
    return redirect(url_for("identity.account", _anchor="address"), code=303)


@bp.route("/mijn-account/e-mailadres/bevestig/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """The link from the mail, in any browser where its person is signed in: whoever merely holds the mailbox must not get
    an account by somebody's typing error. Opening it changes nothing; the button does.
    """
    user_id, viewer = me()
    if request.method == "POST" and ButtonForm().validate_on_submit():
        try:
            with transaction() as work:
                address = actions.confirm_address(work, current_actor(), token, now=clock.now())
        except Conflict as error:
            return _gone(error.reason)
        flash(
            _("Gelukt. Je mail gaat voortaan naar %(address)s, en je logt ermee in.", address=address), "ok"
        )
        return redirect(url_for("identity.account", _anchor="address"), code=303)
    found = find_open_token(reading(), hash_token(token), TokenPurpose.ADDRESS_PROOF, clock.now())
    if found is None:
        return _gone("token_gone")
    if found[0].user_id != user_id:
        return _gone("other_account")
    page = render_template("identity/confirm_address.html", address=found[0].address, old=viewer.email)
    return _private(page, 200)


def _gone(reason: str) -> ResponseReturnValue:
    status = 409 if reason == "address_taken" else 410
    return _private(render_template("identity/address_gone.html", reason=reason), status)


def _private(page: str, status: int) -> ResponseReturnValue:
    """A page whose address holds a secret stays out of every cache."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
