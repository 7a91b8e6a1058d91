"""What somebody wants to be told of, how, and when not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _, ngettext
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


@dataclass(frozen=True, slots=True)
class Part:
    """The kinds of messages under one heading, each with its field, folded or not; `state` says what was chosen."""

    id: str
    heading: str
    state: str
    rows: list[tuple[Rule, Field]]
    is_open: bool


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
        parts=_parts(form, rules, request.args.get("over", "")),
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


def _parts(form: PreferencesForm, rules: Sequence[Rule], wanted: str) -> list[Part]:
    """In the order of the headings, and what matters most first. Unfolded is what was asked for in the address
    (`wanted`, the name of a rule), what must be put right, and what stands alone.
    """
    order = list(SECTIONS)
    ordered = sorted(rules, key=lambda rule: (order.index(rule.section), -rule.weight, str(rule.title)))
    parts = []
    for section, some in groupby(ordered, key=lambda rule: str(rule.section)):
        rows = [(rule, form[ABOUT + rule.name]) for rule in some]
        parts.append(
            Part(
                section,
                str(SECTIONS[section]),
                _state(rows, has_rhythm=bool(form.rhythm.data)),
                rows,
                any(field.errors or rule.name == wanted for rule, field in rows),
            )
        )
    return parts if len(parts) > 1 else [replace(part, is_open=True) for part in parts]


def _state(rows: Sequence[tuple[Rule, Field]], *, has_rhythm: bool) -> str:
    """In a line what was chosen for these kinds of messages."""
    kinds = ngettext("%(num)s soort bericht", "%(num)s soorten berichten", len(rows))
    own = sum(bool(field.data) for _rule, field in rows)
    if own:
        chosen = ngettext("%(num)s zelf gekozen", "%(num)s zelf gekozen", own)
    else:
        chosen = _("alles in jouw ritme") if has_rhythm else _("alles zoals voorgesteld")
    return f"{kinds}, {chosen}"


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
