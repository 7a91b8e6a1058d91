"""The form in which an example is written."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.widgets import CheckboxInput, ListWidget

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.curriculum.labels import MAIN_QUESTIONS, THEMES
from peergang.practice.labels import LICENCES, SECTORS
from peergang.practice.rules import Licence, Sector
from peergang.web.forms import BaseForm, NotLonger, trimmed

LONG = 20_000
_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

TOO_LONG = lazy_gettext("Dit is te lang: %(length)s tekens, hooguit %(limit)s. Kort het in of deel het op.")

PROBLEMS: dict[str, LazyText] = {
    "needed": lazy_gettext("Vul dit nog in voordat je het deelt."),
    "consent_open": lazy_gettext(
        "In je tekst staan woorden of namen van anderen die nog geen toestemming gaven. Vraag het hun, of haal die woorden weg."
    ),
    "consent_refused": lazy_gettext(
        "Iemand die in je tekst staat, wil dat liever niet. Haal die woorden weg; dan kun je het voorbeeld delen."
    ),
    "consent_away": lazy_gettext(
        "Iemand die in je tekst staat, kan niet meer antwoorden. Haal die woorden weg; dan kun je het voorbeeld delen."
    ),
    "not_confirmed": lazy_gettext("Lees je tekst na en vink aan dat niemand herkenbaar is."),
}


def _long(label: Any, description: Any, limit: int = LONG) -> TextAreaField:
    """A text of several lines, trimmed, with a limit that is said in words."""
    return TextAreaField(
        label, description=description, filters=[trimmed], validators=[NotLonger(limit, TOO_LONG)], default=""
    )


class ExampleForm(BaseForm):
    """What a colleague elsewhere needs to do it too. A draft may have gaps; sharing asks for the parts that matter."""

    title = StringField(
        _("Titel"),
        description=_("Zo kort dat een collega hem onthoudt."),
        filters=[trimmed],
        validators=[NotLonger(120, TOO_LONG)],
        default="",
    )
    summary = _long(_("In één of twee zinnen"), _("Dit staat op de kaart in de bibliotheek."), 400)
    context = _long(
        _("Waarom jullie het deden"),
        _("Bij wie speelde het, en wat was er aan de hand?"),
    )
    goal = _long(
        _("Wat je wilde bereiken"),
        _("Voor docenten, en voor wat studenten ervan merken."),
    )
    approach = _long(
        _("Zo pak je het aan"),
        _("Eén stap per regel. Begin elke stap met wat je doet."),
    )
    result = _long(_("Wat het opleverde, en wat niet"), _("Ook wat tegenviel helpt een ander."))
    learned = _long(_("Wat je ervan leerde"), _("Wat zou je de volgende keer anders doen?"))
    conditions = _long(_("Wat je ervoor nodig hebt"), _("Tijd, mensen, ruimte, toestemming."))
    main_question = SelectField(_("Hoofdvraag"), default="")
    topic_code = SelectField(_("Onderwerp"), default="")
    themes = SelectMultipleField(
        _("Thema’s"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    sector = SelectField(_("Sector"), default=str(Sector.ALL))
    licence = SelectField(_("Hoe mag een ander het gebruiken?"), default=str(Licence.CC_BY_SA))
    no_student_data = BooleanField(
        _("Niemand is herkenbaar: geen namen, nummers of beelden van studenten of collega’s")
    )

    def __init__(self, *args: Any, topics: list[tuple[str, str]], **more: Any) -> None:
        """`topics` holds (code, title) of what an example can be about."""
        super().__init__(*args, **more)
        nothing = SelectChoice("", str(_("Kies, als er één past")))
        self.main_question.choices = [
            nothing, *(SelectChoice(code, f"{code} {text}") for code, text in MAIN_QUESTIONS.items())
        ]  # fmt: skip
        self.topic_code.choices = [
            nothing,
            *(SelectChoice(code, f"{code} {title}") for code, title in topics),
        ]
        self.themes.choices = [SelectChoice(value, str(text)) for value, text in THEMES.items()]
        self.sector.choices = [SelectChoice(value, str(text)) for value, text in SECTORS.items()]
        self.licence.choices = [SelectChoice(value, str(text)) for value, text in LICENCES.items()]

    def values(self) -> dict[str, object]:
        """What to store, by the names of the columns."""
        data = {
            name: value for name, value in self.data.items() if name not in ("csrf_token", "no_student_data")
        }
        topic = data.get("topic_code") or None
        main_question = data.get("main_question") or None
        themes = data.get("themes") or []
        return {**data, "topic_code": topic, "main_question": main_question, "themes": themes}
