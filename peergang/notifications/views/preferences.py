"""What somebody wants to be told of, how, and when not."""

from collections.abc import Sequence
from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.notifications.actions.preferences import choose_preferences
from peergang.notifications.actions.trial import ask_trial_mail
from peergang.notifications.catalog import Rule, list_choices
from peergang.notifications.forms import ABOUT, PreferencesForm, make_preferences_form
from peergang.notifications.labels.choices import PREFERENCE_PROBLEMS, SECTIONS
from peergang.notifications.models import NoticeHabits
from peergang.notifications.queries import find_chosen, find_habits
from peergang.notifications.queries.holidays import find_next_holiday
from peergang.notifications.rules import Calm, Rhythm
from peergang.notifications.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor, current_viewer


@bp.route("/herinneringen", methods=["GET", "POST"])
def preferences() -> ResponseReturnValue:
    """A rhythm, a way a kind of message, and quiet days. What nobody can stop (account mail) is not listed."""
    actor = current_actor()
    session = reading()
    rules = list_choices(actor)
    habits = find_habits(session, actor.user_id)
    form = make_preferences_form(rules, find_chosen(session, actor.user_id), habits)
    if form.validate_on_submit():
        try:
            _save(form)
        except Invalid as error:
            form.take(error, PREFERENCE_PROBLEMS)
        else:
            return redirect(url_for("notifications.preferences"), code=303)
    form.show_proposed()
    return render_template(
        "notifications/preferences.html",
        form=form,
        sections=_sections(form, rules),
        hints=_hints(habits),
        holiday=find_next_holiday(session, actor.user_id, clock.local_date(clock.now())),
    )


def _save(form: PreferencesForm) -> None:
    """Keep the choices, and with the second button ask for a trial mail too, so that nothing on the page is lost."""
    actor, now = current_actor(), clock.now()
    if actor.user_id is None:
        raise NotFound
    with transaction() as session:
        choose_preferences(session, actor, actor.user_id, form.wishes(), now=now)
        asked = form.trial.data and ask_trial_mail(session, actor, actor.user_id, now=now)
    flash(_("Je keuzes zijn bewaard. Ze gelden ook voor wat al klaarstond."), "ok")
    viewer = current_viewer()
    if form.trial.data and viewer:
        if asked:
            text = _("Je proefmail is onderweg naar %(address)s.", address=viewer.email)
        else:
            text = _("Je vroeg net al om een proefmail. Kijk ook eens bij de ongewenste mail.")
        flash(text, "ok" if asked else "now")


def _sections(
    form: PreferencesForm, rules: Sequence[Rule]
) -> list[tuple[str, str, list[tuple[Rule, object]]]]:
    """(id, heading, [(rule, its field)]), in the order of the headings, and what matters most first."""
    order = list(SECTIONS)
    ordered = sorted(rules, key=lambda rule: (order.index(rule.section), -rule.weight, str(rule.title)))
    return [
        (section, str(SECTIONS[section]), [(rule, form[ABOUT + rule.name]) for rule in some])
        for section, some in groupby(ordered, key=lambda rule: str(rule.section))
    ]


def _hints(habits: NoticeHabits) -> dict[str, str]:
    """A small line under each rhythm, with their own hour."""
    morning = Calm(quiet_from=habits.quiet_from, quiet_until=habits.quiet_until).morning
    hour = _("%(hour)02d.%(minute)02d uur", hour=morning.hour, minute=morning.minute)
    return {
        "": _("Wat haast heeft meteen, wat kan wachten samen"),
        Rhythm.WEEKLY: _("Maandag om %(hour)s, alleen als er iets is", hour=hour),
        Rhythm.DAILY: _("Op werkdagen om %(hour)s, alleen als er iets is", hour=hour),
        Rhythm.AT_ONCE: _("Zodra er iets is"),
        Rhythm.IN_APP: _("Je vindt alles op de site"),
    }
