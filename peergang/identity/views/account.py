"""The account of whoever is signed in."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _, in_locale
from peergang.identity.actions import account as actions
from peergang.identity.forms import TEXTS, AccountForm, ChangePasswordForm
from peergang.identity.models import User
from peergang.identity.queries import get_user
from peergang.identity.queries.addresses import find_wanted_address
from peergang.identity.queries.factors import find_factors
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.signing_in import refused
from peergang.web.database import reading, transaction
from peergang.web.throttle import limiter
from peergang.web.urls import fixed_url
from peergang.web.viewer import current_actor, current_viewer


@bp.app_context_processor
def account_links() -> dict[str, object]:
    """The lines of the account menu. Pages of other features appear as soon as the application knows them."""
    viewer = current_viewer()
    if viewer is None:
        return {}
    pages = [
        ("identity.account", _("Mijn account"), "person"),
        ("coursework.portfolio", _("Mijn portfolio"), "journal-text"),
        ("cohorts.my_places", _("Mijn cohorten"), "people"),
        ("profiles.own_profile", _("Mijn profiel"), "person-badge"),
        ("profiles.directory", _("Wie weet wat?"), "person-lines-fill"),
        ("notifications.preferences", _("Mail en meldingen"), "bell"),
    ]
    if viewer.actor.is_organiser or viewer.actor.is_trainer or viewer.actor.is_admin:
        # Only they have tables to ask as a file.
        pages.insert(5, ("reports.overview", _("Mijn rapporten"), "file-earmark-arrow-down"))
    if viewer.actor.is_participant:
        pages.insert(2, ("certificates.mine", _("Mijn certificaat"), "award"))
    if viewer.actor.is_organiser or viewer.actor.is_admin:
        pages.append(("reminders.rules", _("Regels voor berichten"), "list-ul"))
    if viewer.actor.is_admin:
        pages.append(("reminders.operating", _("Beheer van berichten"), "sliders"))
        pages.append(("progress.runs", _("Voortgang uitrekenen"), "arrow-repeat"))
    return {
        "account_links": [
            {"url": fixed_url(endpoint), "label": label, "icon": icon}
            for endpoint, label, icon in pages
            if endpoint in current_app.view_functions
        ]
    }


@bp.route("/mijn-account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """Name, language and look; the rest has pages of its own."""
    user_id, _viewer = me()
    user = get_user(reading(), user_id)
    form = AccountForm(obj=user, language=user.locale)
    if form.validate_on_submit():
        try:
            _save(form, user_id)
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            # Whoever chose another language reads the answer on a page in that one.
            with in_locale(form.language.data):
                flash(_("Bewaard."), "ok")
            return redirect(url_for("identity.account"), code=303)
    return _page(form, user), 422 if form.errors else 200


def _save(form: AccountForm, user_id: UUID) -> None:
    actor = current_actor()
    with transaction() as session:
        actions.change_name(
            session,
            actor,
            user_id,
            given_name=form.given_name.data or "",
            particle=form.name_particle.data or "",
            family_name=form.family_name.data or "",
        )
        actions.choose_language(session, actor, user_id, form.language.data)
        actions.choose_theme(session, actor, user_id, form.theme.data)


def _page(form: AccountForm, user: User) -> str:
    return render_template(
        "identity/account.html",
        form=form,
        email=user.email,
        factors=find_factors(reading(), user.id),
        wanted=find_wanted_address(reading(), user.id, clock.now()),
    )


@bp.route("/mijn-account/wachtwoord", methods=["GET", "POST"])
@limiter.limit(
    "10 per 15 minutes", key_func=lambda: str(current_actor().user_id), methods=["POST"], deduct_when=refused
)
def change_password() -> ResponseReturnValue:
    """Choose another password."""
    user_id, viewer = me()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.change_password(
                    session,
                    current_actor(),
                    user_id,
                    current=form.current.data or "",
                    new=form.password.data or "",
                    now=clock.now(),
                    keep_session_id=viewer.session_id,
                )
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("Je nieuwe wachtwoord is bewaard. Op je andere apparaten ben je uitgelogd."), "ok")
            return redirect(url_for("identity.security"), code=303)
    return render_template("identity/change_password.html", form=form), 422 if form.errors else 200
