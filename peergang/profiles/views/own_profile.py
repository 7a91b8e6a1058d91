"""One's own profile: writing it, hiding it, and seeing it as others do."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.identity.rules import initials
from peergang.profiles import actions
from peergang.profiles.forms import ProfileForm
from peergang.profiles.labels import KINDS, TEXTS, VISIBILITY_HINTS, name_subjects
from peergang.profiles.queries import ProfileView, list_subject_titles
from peergang.profiles.rules import ABOUT_MAX_LENGTH, Visibility, sees_profile
from peergang.profiles.views import bp
from peergang.profiles.views.directory import name_of
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

READERS: dict[str, dict[str, bool]] = {
    "netwerk": {"shares_cohort": False, "trains_them": False},
    "cohort": {"shares_cohort": True, "trains_them": False},
    "trainer": {"shares_cohort": True, "trains_them": True},
}
"""Through whose eyes somebody can look at their own profile."""


@bp.route("/mijn-profiel", methods=["GET", "POST"])
def own_profile() -> ResponseReturnValue:
    """Tell something about oneself, and choose who sees it."""
    user_id = _me()
    form = _form(actions.open_profile(reading(), current_actor(), user_id, now=clock.now()))
    if form.validate_on_submit():
        try:
            _save(form, user_id)
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("Bewaard. Zo zien anderen je vanaf nu."), "ok")
            return redirect(url_for("profiles.preview", als=_widest(form.visibility.data)), code=303)
    page = render_template(
        "profiles/own_profile.html",
        form=form,
        subjects=name_subjects(list_subject_titles(reading())),
        kinds=KINDS,
        hints=VISIBILITY_HINTS,
        about_limit=ABOUT_MAX_LENGTH,
    )
    return page, 422 if form.errors else 200


def _save(form: ProfileForm, user_id: UUID) -> None:
    with transaction() as session:
        actions.save_profile(
            session,
            current_actor(),
            user_id,
            about=form.about.data or "",
            contact=form.contact.data or "",
            visibility=form.visibility.data,
            expertise=form.expertise.data or (),
            interest=form.interest.data or (),
            now=clock.now(),
        )


@bp.post("/mijn-profiel/verbergen")
def hide_profile() -> ResponseReturnValue:
    """Disappear from the directory at once."""
    user_id = _me()
    with transaction() as session:
        actions.hide_profile(session, current_actor(), user_id, now=clock.now())
    flash(_("Je profiel is alleen nog voor jou en je trainers."), "ok")
    return redirect(url_for("profiles.own_profile"), code=303)


@bp.get("/mijn-profiel/voorbeeld")
def preview() -> ResponseReturnValue:
    """One's own profile through the eyes of the network, a cohort or a trainer."""
    shown = actions.open_profile(reading(), current_actor(), _me(), now=clock.now())
    reader = request.args.get("als", "")
    reader = reader if reader in READERS else "netwerk"
    return render_template(
        "profiles/preview.html",
        shown=shown,
        name=name_of(shown.person),
        initials=initials(shown.person.given_name, shown.person.family_name),
        reader=reader,
        is_seen=sees_profile(shown.visibility, is_self=False, **READERS[reader]),
        subjects=name_subjects(list_subject_titles(reading())),
        kinds=KINDS,
    )


def _form(shown: ProfileView) -> ProfileForm:
    return ProfileForm(
        about=shown.about,
        contact=shown.contact,
        visibility=shown.visibility,
        expertise=list(shown.expertise),
        interest=list(shown.interest),
    )


def _widest(visibility: str) -> str:
    return {Visibility.NETWORK: "netwerk", Visibility.COHORTS: "cohort"}.get(
        Visibility(visibility), "trainer"
    )


def _me() -> UUID:
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound
    return user_id
