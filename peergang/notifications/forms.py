"""Forms of this feature."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, SubmitField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from peergang.core import clock
from peergang.core.i18n import gettext, lazy_gettext
from peergang.notifications.actions.preferences import MOST_PER_WEEK, Wishes
from peergang.notifications.catalog import Rule
from peergang.notifications.labels.choices import DELIVERIES, PREFERENCE_PROBLEMS, RHYTHMS
from peergang.notifications.models import NoticeHabits
from peergang.notifications.queries import Chosen
from peergang.notifications.rules import FROM, UNTIL, Delivery, Habits, Rhythm
from peergang.notifications.rules.pausing import find_pause_problem, suggest_end
from peergang.web.forms import BaseForm, DayField, Offered

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

ABOUT = "about_"
"""Before the name of a rule, in the name of its field."""


class HourField(TimeField):
    """A time of day: as browsers send it, or 21.00 as people write it."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, format=["%H:%M", "%H.%M", "%H:%M:%S"], **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time; what cannot be read stays in the field, with a message in the reader's words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Vul een tijd in, bijvoorbeeld 21.00.")) from None


class PreferencesForm(BaseForm):
    """How somebody wants to be told. `make_preferences_form` adds a field a rule, and what is `proposed` for each."""

    proposed: Mapping[str, Delivery] = {}

    rhythm = RadioField(
        _("Ritme van e‑mail"),
        choices=[SelectChoice(*one) for one in RHYTHMS.items()],
        validate_choice=False,
        validators=[Offered(_("Kies hoe vaak."))],
    )
    quiet_from = HourField(_("Vanaf"))
    quiet_until = HourField(_("Tot"))
    weekends = BooleanField(_("Mail me ook in het weekend"))
    school_holidays = BooleanField(_("Stuur niets in de schoolvakanties van mijn regio"))
    away_from = DayField(_("Van"), validators=[Optional()])
    away_until = DayField(_("Tot en met"), validators=[Optional()])
    per_week = SelectField(
        _("Hoogstens zoveel e‑mails per week"),
        choices=[SelectChoice(str(number), str(number)) for number in range(1, MOST_PER_WEEK + 1)],
        validate_choice=False,
        validators=[Offered(PREFERENCE_PROBLEMS["per_week_range"])],
    )
    save = SubmitField(_("Bewaar mijn keuzes"))
    trial = SubmitField(_("Stuur me een proefmail"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also whether the pause can be; says what was probably meant."""
        valid: bool = super().validate(extra_validators)
        if valid and (problem := self._pause_problem()):
            self.away_until.errors = [problem]
        return not self.errors

    def _pause_problem(self) -> str:
        first, last = self.away_from.data, self.away_until.data
        problem = find_pause_problem(first, last, clock.local_date(clock.now()))
        if problem == "away_backward" and first and last:
            meant = suggest_end(first, last)
            return gettext(
                "De einddatum ligt vóór de begindatum. Bedoel je %(day)s?",
                day=f"{meant.day}-{meant.month}-{meant.year}",
            )
        return str(PREFERENCE_PROBLEMS[problem]) if problem else ""

    def show_proposed(self) -> None:
        """Before it is shown: who chose what is proposed to them sees the proposal, whichever came first."""
        for name, field in self.rule_fields():
            if field.data == self.proposed[name]:
                field.data = ""

    def rule_fields(self) -> Iterator[tuple[str, Field]]:
        """The name of each rule on offer, and its field."""
        for field in self:
            if field.name.startswith(ABOUT):
                yield field.name.removeprefix(ABOUT), field

    def wishes(self) -> Wishes:
        """What was filled in, when it is valid."""
        return Wishes(
            rhythm=Rhythm(self.rhythm.data) if self.rhythm.data else None,
            deliveries={
                name: Delivery(field.data) if field.data else None for name, field in self.rule_fields()
            },
            quiet_from=self.quiet_from.data or UNTIL,
            quiet_until=self.quiet_until.data or FROM,
            weekends=self.weekends.data,
            school_holidays=self.school_holidays.data,
            away_from=self.away_from.data,
            away_until=self.away_until.data,
            per_week=int(self.per_week.data),
        )


def make_preferences_form(rules: Sequence[Rule], chosen: Chosen, habits: NoticeHabits) -> PreferencesForm:
    """The form as this person may fill it in, with what they chose before. A pause that is over is not shown any more."""
    today = clock.local_date(clock.now())
    paused = habits.away_until is not None and habits.away_until >= today
    plain = Habits(rhythm=chosen.rhythm)
    proposed = {rule.name: plain.delivery_of(rule.name, rule.weight, rule.default) for rule in rules}
    fields = {ABOUT + rule.name: _rule_field(rule, proposed[rule.name], chosen.rhythm) for rule in rules}
    form: PreferencesForm = type("PreferencesFormOfOne", (PreferencesForm,), fields)(
        data={
            "rhythm": chosen.rhythm or "",
            "per_week": str(habits.per_week),
            "quiet_from": habits.quiet_from,
            "quiet_until": habits.quiet_until,
            "weekends": habits.weekends,
            "school_holidays": habits.school_holidays,
            "away_from": habits.away_from if paused else None,
            "away_until": habits.away_until if paused else None,
            **{ABOUT + name: str(chosen.deliveries.get(name, "")) for name in proposed},
        }
    )
    form.proposed = proposed
    return form


def _rule_field(rule: Rule, proposed: Delivery, rhythm: Rhythm | None) -> SelectField:
    """All ways to be told; the proposed one has no value, so that it moves along when the rhythm or the proposal does."""
    words = _("%(delivery)s (jouw ritme)") if rhythm else _("%(delivery)s (voorgesteld)")
    choices = [
        SelectChoice("", str(words) % {"delivery": text})
        if delivery == proposed
        else SelectChoice(delivery, text)
        for delivery, text in DELIVERIES.items()
    ]
    return SelectField(
        str(rule.title),
        choices=choices,
        validate_choice=False,
        validators=[_known_delivery],
    )


def _known_delivery(_form: BaseForm, field: Field) -> None:
    # Not among the choices shown: what is proposed may have changed since the page was made.
    if field.data and field.data not in {*Delivery}:
        raise ValidationError(gettext("Kies hoe je dit wilt horen."))


class UndoForm(BaseForm):
    """One button."""
