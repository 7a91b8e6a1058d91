"""The macros of layout/: they escape what people typed, and say in ARIA what they say in colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import NullTranslations
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, flash, render_template, render_template_string
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, FieldList, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from peergang.core import i18n
from peergang.web.dates import init_dates
from tests.pace import within

NASTY = "<script>alert('x')</script> & co"
SAFE = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; co"


class Example(FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf = False

    name = StringField("Naam", [InputRequired("Vul je naam in")], description="Zoals op je contract.")
    text = TextAreaField(
        "Tekst", [Optional(), Length(max=3, message="Schrijf minder dan <b>vier</b> tekens")]
    )
    group = SelectField("Groep", choices=[SelectChoice("n", "Noord"), SelectChoice("z", "Zuid")])
    audience = RadioField(
        "Wie mag dit lezen?",
        [InputRequired("Maak een keuze")],
        choices=[SelectChoice("trainer", "Alleen mijn trainer"), SelectChoice("peers", "Mijn peergroep")],
    )
    agreed = BooleanField("Ik ga akkoord", [InputRequired("Zet een vinkje")])
    rows = FieldList(StringField("E-mail", [InputRequired("Rij zonder adres")]), min_entries=1)
    revision = HiddenField(default="7")


@pytest.fixture(scope="module")
def made() -> Flask:
    """Made once: compiling the templates takes longer than all that is asked of them here."""
    app = Flask("peergang")
    app.config.update(SECRET_KEY="not a secret", TESTING=True)
    env: Any = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)
    env.globals["icons_url"] = "/static/icons.svg"
    init_dates(app)
    CSRFProtect(app)
    Bootstrap5(app)
    for name in ("pages.help", "pages.privacy", "pages.accessibility", "identity.sign_out"):
        app.add_url_rule(f"/{name}", name, lambda: "")
    return app


@pytest.fixture
def app(made: Flask) -> Iterator[Flask]:
    with made.test_request_context("/hier?q=1"):
        yield made


@pytest.fixture
def wrong(app: Flask) -> Example:
    with app.test_request_context("/", method="POST", data={"text": "veel te lang", "name": ""}):
        form = Example()
        assert not form.validate()
    return form


def render(source: str, **values: object) -> str:
    names = re.findall(r"\b([a-z_]+)\(", source)
    imported = ", ".join(sorted({name for name in names if name not in {"range", "dict"}}))
    return render_template_string(f'{{% from "layout/macros.html" import {imported} %}}{source}', **values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ status('ok', nasty) }}",
        "{{ person(nasty, nasty) }}",
        "{{ arch(nasty) }}",
        "{{ chip(nasty, '/weg') }}",
        "{{ progress_bar(1, 2, nasty) }}",
        "{{ bridge(2, nasty, [nasty, nasty]) }}",
        "{{ page_head(nasty, nasty, nasty, [(nasty, '/'), (nasty, none)]) }}",
        "{{ note('risk', nasty, nasty) }}",
        "{{ empty(nasty, nasty) }}",
        "{{ next_step(nasty, nasty, [('clock', nasty)]) }}",
        "{{ error_summary(extra=[('#a', nasty)]) }}",
        "{{ choice('a', nasty, nasty, 'b', hint=nasty) }}",
        "{{ segment('a', nasty, nasty, 'b') }}",
        "{{ tick('a', nasty) }}",
        "{{ facet('a', 'b', nasty, 3, noun=nasty) }}",
        "{{ button(nasty, attrs={'value': nasty}) }}",
        "{{ link_button(nasty, '/', about=nasty) }}",
        "{{ post_button(nasty, '/', fields={'a': nasty}) }}",
        "{{ copy_field('a', nasty, nasty) }}",
        "{{ prompt('a', 1, nasty, nasty, nasty, error=nasty, guide=nasty) }}",
        "{{ save_status(nasty) }}",
        "{{ facts([(nasty, nasty, nasty)]) }}",
        "{% call table(nasty, [nasty, (nasty, 'num')]) %}<tr><td>{{ nasty }}</td></tr>{% endcall %}",
        "{{ heat_cell(40, nasty, nasty, '/') }}",
        "{{ line_chart('a', nasty, nasty, [nasty], [(nasty, [1])]) }}",
    ],
)
def test_what_people_typed_is_escaped(app: Flask, source: str) -> None:
    html = render(source, nasty=NASTY)
    assert SAFE in html
    assert "<script>" not in html


def test_a_field_says_what_is_wrong(wrong: Example) -> None:
    html = render("{{ field(one, autocomplete='name') }}", one=wrong.name)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'id="name-hint">Zoals op je contract.' in html
    assert re.search(r'id="name-error">.*Vul je naam in', html, re.DOTALL)
    assert 'autocomplete="name"' in html
    assert '<label class="form-label" for="name">' in html


def test_a_field_without_errors_claims_none(app: Flask) -> None:
    html = render("{{ field(one) }}", one=Example().text)
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html
    assert "(hoeft niet)" in html


def test_a_message_is_text(wrong: Example) -> None:
    html = render("{{ field(one) }}", one=wrong.text)
    assert "&lt;b&gt;vier&lt;/b&gt;" in html


def test_the_summary_leads_to_every_field(wrong: Example) -> None:
    wrong.form_errors.append("Dit kan nu niet")
    html = render("{{ error_summary(form) }}", form=wrong)
    assert 'role="alert" tabindex="-1"' in html
    for target in ("name", "text", "audience-0", "agreed", "rows-0"):
        assert f'href="#{target}"' in html, target
    assert "<li>Dit kan nu niet</li>" in html
    fields = "".join(
        render("{{ field(one) }}", one=one) for one in (wrong.name, wrong.audience, wrong.agreed)
    )
    for target in ("name", "audience-0", "agreed"):
        assert f'id="{target}"' in fields


def test_the_summary_says_which_field_when_words_repeat(wrong: Example) -> None:
    for one in (wrong.name, wrong.text):
        one.errors = ["Schrijf hier minstens één zin."]
    html = render("{{ error_summary(form) }}", form=wrong)
    assert ">Naam: Schrijf hier minstens één zin.</a>" in html
    assert ">Tekst: Schrijf hier minstens één zin.</a>" in html
    assert ">Maak een keuze</a>" in html


def test_no_errors_no_summary(app: Flask) -> None:
    form = Example()
    assert render("{{ error_summary(form) }}{{ error_prefix(form) }}", form=form).strip() == ""


def test_choices_stand_in_a_fieldset(wrong: Example) -> None:
    html = render("{{ choices(one, hints={'peers': 'Bilal en Yara'}, panel=true) }}", one=wrong.audience)
    assert 'aria-describedby="audience-error"' in html
    assert re.search(r"<legend[^>]*>\s*Wie mag dit lezen\?", html)
    assert "<small>Bilal en Yara</small>" in html
    assert html.count('type="radio"') == 2


def test_a_select_and_a_tick_box(app: Flask) -> None:
    form = Example(data={"agreed": True, "group": "z"})
    assert "form-select" in render("{{ field(one) }}", one=form.group)
    assert re.search(
        r"<input[^>]*type=\"checkbox\"[^>]* checked", render("{{ field(one) }}", one=form.agreed)
    )


def test_csrf_brings_the_token_and_hidden_fields(app: Flask) -> None:
    html = render("{{ csrf(form) }}", form=Example())
    assert 'name="csrf_token" value="' in html
    assert 'name="revision" type="hidden" value="7"' in html


def test_the_bridge_says_where_you_are(app: Flask) -> None:
    html = render("{{ bridge(4) }}")
    assert html.count("is-done") == 3
    assert html.count('aria-current="step"') == 1
    assert "Stap 4 van 5: " in html
    assert "(hier ben je nu)" in html
    assert render("{{ bridge(['now', 'done', 'later', 'later', 'later']) }}").count("is-done") == 1
    assert render("{{ bridge(6) }}").count("is-done") == 5


def test_a_heat_cell_does_not_speak_in_colour_alone(app: Flask) -> None:
    low = render("{{ heat_cell(38, 'Peergang najaar 2026', 'naj', '/x') }}")
    assert 'class="h-low"' in low
    assert "caret-down-fill" in low
    assert ", laag" in low
    assert "geen deelnemers" in render("{{ heat_cell(none, 'Peergang', 'naj') }}")
    steps = [(50, "h-1"), (60, "h-2"), (79, "h-3"), (80, "h-4"), (100, "h-5")]
    for percent, step in steps:
        assert f'class="{step}"' in render("{{ heat_cell(percent, 'x') }}", percent=percent)


def test_a_chart_has_words_and_a_table(app: Flask) -> None:
    series = [("nu", [88, 81, None]), ("toen", [86, None, 77])]
    html = render(
        "{{ line_chart('c', 'Aanwezigheid', 'Van 88 naar 81.', [1, 2, 3], series, 50) }}", series=series
    )
    assert '<title id="c-title">Aanwezigheid</title>' in html
    assert '<desc id="c-desc">Van 88 naar 81.</desc>' in html
    assert html.count("<circle") == 3  # two points and the key
    assert 'points="38.0,86.4 368.0,' not in html
    assert re.search(r'class="c-old" points="38\.0,53\.6 368\.0,75\.2"', html)
    assert '<td class="is-num">–</td>' in html


def test_a_date_is_the_day_in_amsterdam(app: Flask) -> None:
    html = render("{{ date_tile(moment) }}", moment=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert "<span>nov</span><b>24</b>" in html


def test_the_pager_and_its_absence(app: Flask) -> None:
    page = SimpleNamespace(first=1, last=14, total=58, previous_url="", next_url="/?p=2")
    html = render("{{ pager(page, 'instellingen') }}", page=page)
    assert "1–14 van 58 instellingen" in " ".join(html.split())
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html
    page.next_url = ""
    assert render("{{ pager(page) }}", page=page).strip() == ""


class Loud(NullTranslations):
    def gettext(self, message: str) -> str:
        return message.upper()


def test_texts_follow_the_language_of_the_moment(app: Flask) -> None:
    assert "Je volgende stap" in render("{{ next_step('x') }}")
    before = i18n._current.set(("en", Loud()))
    try:
        assert "JE VOLGENDE STAP" in render("{{ next_step('x') }}")
    finally:
        i18n._current.reset(before)


def test_the_shell(app: Flask) -> None:
    flash("Bewaard & wel", "ok")
    viewer = SimpleNamespace(initials="AV", full_name=NASTY, theme="dark")
    navigation = [SimpleNamespace(url="/week", label="Deze week", icon="house", current=True, count=2)]
    html = render_template_string(
        '{% extends "layout/base.html" %}{% block title %}Week{% endblock %}{% block main %}Hoi{% endblock %}',
        viewer=viewer, navigation=navigation, role_text="i-coach",
    )  # fmt: skip
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert '<html lang="nl"' in html
    assert 'data-bs-theme="dark"' in html
    assert re.search(r"<title>\s*Week\s*· Peergang</title>", html)
    assert 'name="csrf-token"' in html
    assert SAFE in html
    assert 'aria-current="page"' in html
    assert "Bewaard &amp; wel" in html
    assert "Uitloggen" in html
    assert "Weergave" not in html  # this application does not know identity.set_theme


def test_an_error_page_needs_nothing(app: Flask) -> None:
    html = render_template(
        "layout/error.html", status=500, title="Er ging iets mis", explanation="Probeer het later."
    )
    assert "Er ging iets mis" in html
    assert "csrf" not in html
    assert 'data-bs-theme="auto"' in html


def test_a_hundred_rows_cost_little(app: Flask) -> None:
    source = (
        "{% for n in range(100) %}<tr>{{ heat_cell(n, 'Peergang', 'naj', '/x') }}<td>{{ status('ok', 'Klaar') }}"
        "{{ icon('house') }}{{ link_button('Wijzig', '/', about='rij') }}</td></tr>{% endfor %}"
    )
    template = app.jinja_env.from_string(
        f'{{% from "layout/macros.html" import heat_cell, status, icon, link_button %}}{source}'
    )
    template.render()
    with within(0.5):
        for _ in range(10):
            template.render()
