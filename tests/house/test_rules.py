"""Every reminder rule is complete: a mail in two forms, a reason, a test, links that exist, and no trick in its templates."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import meta
from sqlalchemy.sql import visitors
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from peergang.core.config import Settings, load_settings
from peergang.notifications.actions.render import Reader, Shape, render
from peergang.notifications.catalog import Rule, list_rules
from peergang.notifications.rules import Kind
from peergang.reminders.labels import REASONS, STATES, reason_words

ROOT = Path(__file__).parents[2]
MAILS = ROOT / "peergang" / "templates" / "email"
RULES = list_rules()
PATHS = re.compile(r'"(/[a-z][\w/-]*)(?:\{[^}]*\})?"|f"(/[^"]*)"')
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def mail_settings() -> Settings:
    """Settings without a database behind them, so that `make fast` runs these."""
    return load_settings(
        {
            "PEERGANG_ENV": "test",
            "PEERGANG_DATABASE_URL": "postgresql+psycopg:///nowhere",
            "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
            "PEERGANG_PUBLIC_URL": "http://peergang.test",
        }
    )


def ids(rule: Rule) -> str:
    return rule.name


def test_there_are_the_rules_that_were_promised() -> None:
    promised = {
        "meeting_tomorrow",
        "activity_due_soon",
        "activity_overdue",
        "review_waiting",
        "feedback_asked",
        "feedback_received",
    }
    promised |= {"invitation", "invitation_reminder", "password_reset", "review_decided", "organiser_digest"}
    assert promised <= {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_has_its_mail(rule: Rule) -> None:
    assert {path.name for path in (MAILS / rule.name).iterdir()} >= {"subject.txt", "body.txt", "body.html"}
    for name, layout in (("body.txt", "email/layout.txt"), ("body.html", "email/layout.html")):
        source = (MAILS / rule.name / name).read_text(encoding="utf-8")
        assert source.startswith(f'{{% extends "{layout}" %}}')
        assert "link" in source, "every mail leads to its page"


def test_a_message_that_ended_without_a_reason_says_how() -> None:
    assert {reason_words(state) for state in STATES} >= {"mislukt", "in twijfel", "is verlopen"}
    assert reason_words("550 5.1.1 no such user") == "550 5.1.1 no such user"


def test_every_mail_has_its_rule() -> None:
    folders = {path.name for path in MAILS.iterdir() if path.is_dir()}
    # A bundle holds what several rules have to say to one person.
    assert folders == {rule.name for rule in RULES} | {"bundle"}


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_there_are_words_for_why_a_rule_says_no(rule: Rule) -> None:
    found = {
        outcome.value
        for case in visitors.iterate(rule.standing(NOW))
        if isinstance(case, sa.Case)
        for outcome in (*(outcome for _, outcome in case.whens), case.else_)
        if isinstance(outcome, sa.BindParameter) and isinstance(outcome.value, str)
    }
    assert found <= REASONS.keys()


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_says_why(rule: Rule) -> None:
    reason = str(rule.reason)
    assert len(reason) > 15
    assert reason[0].islower(), "it ends a sentence: Je krijgt dit bericht omdat …"
    assert not reason.endswith(".")
    assert str(rule.title)
    assert str(rule.timing)


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_has_its_test(rule: Rule) -> None:
    tests = (ROOT / "tests" / "domain").rglob("test_*.py")
    assert [
        path
        for path in tests
        if rule.name in path.stem or f'"{rule.name}"' in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_is_one_statement_with_the_right_columns(rule: Rule, now: Any) -> None:
    due, standing = rule.due(now), rule.standing(now)
    columns = [column.name for column in due.selected_columns]
    assert columns[:5] == ["subject_id", "recipient_id", "occurrence", "not_before", "expires_at"]
    assert columns[5:] in ([], ["cohort_id"])
    assert [column.name for column in standing.selected_columns][:4] == [
        "subject_id",
        "recipient_id",
        "occurrence",
        "blocked",
    ]
    assert isinstance(due, sa.Select)
    assert isinstance(standing, sa.Select)


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_only_the_frame_speaks_of_stopping(rule: Rule) -> None:
    for name in ("subject.txt", "body.txt", "body.html"):
        source = (MAILS / rule.name / name).read_text(encoding="utf-8")
        assert "unsubscribe_url" not in source
        assert "<img" not in source
        assert "src=" not in source, "a mail loads nothing and counts nothing"


def content_of(rule: Rule, now: Any) -> dict[str, Any]:
    """Values for every name the mail uses, made from the names: enough to fill it in."""
    from peergang.notifications.actions.render import _environment

    wanted: set[str] = set()
    for name in ("subject.txt", "body.txt", "body.html"):
        source = (MAILS / rule.name / name).read_text(encoding="utf-8")
        wanted |= meta.find_undeclared_variables(_environment(False).parse(source))
    meeting = {
        "title": "A & <b>",
        "starts_at": now,
        "ends_at": now,
        "place": "P & <b>",
        "meeting_link": "http://m",
        "cohort": "C & <b>",
    }
    structures: dict[str, Any] = {
        "meetings": [meeting],
        "first": meeting,
        "asked": [("A & <b>", "B & <b>", 20)],
        "quiet": [("Q & <b>", "C & <b>")],
    }
    moments = {name for name in wanted if name.endswith(("_at", "_on", "until", "now", "since", "day"))}
    return {
        name: now
        if name in moments
        else 3
        if name in {"waiting", "waiting_number", "late", "days", "minutes", "left", "quiet_more"}
        else name
        for name in wanted
    } | {name: value for name, value in structures.items() if name in wanted}


SIMPLE = [rule for rule in RULES if rule.name not in {"organiser_digest", "scheduled_report"}]
"""The digest and reports are filled in by their own tests; their content has a structure."""


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize("rule", SIMPLE, ids=ids)
def test_filling_in_a_shape_is_the_same_as_rendering(
    rule: Rule, locale: str, mail_settings: Settings, now: Any
) -> None:
    content = content_of(rule, now)
    reader = Reader("Zoë <b> & \ue000", "http://peergang.test/x?a=1&b=2", "http://peergang.test/afmelden/abc")
    rendered = render(rule, mail_settings, locale, reader, content)
    assert Shape(rule, mail_settings, locale, content).fill(reader) == rendered.quoted()


@pytest.mark.parametrize("rule", SIMPLE, ids=ids)
def test_nothing_is_escaped_twice_or_not_at_all(rule: Rule, mail_settings: Settings, now: Any) -> None:
    content = content_of(rule, now) | {
        "title": "A & <b>",
        "title_en": "A & <b>",
        "name": "A & <b>",
        "by": "A & <b>",
    }
    words = render(rule, mail_settings, "nl", Reader("Zoë", "http://l", "http://s"), content)
    assert "<b>" not in words.html.replace("<b>Waarom", "").replace("<b>Why", "")
    assert "&amp;lt;" not in words.html
    assert "&amp;amp;" not in words.html
    assert "&amp;" not in words.text
    assert "\n" not in words.subject


@pytest.mark.parametrize("rule", SIMPLE, ids=ids)
def test_no_sentence_runs_into_the_next(rule: Rule, mail_settings: Settings, now: Any) -> None:
    reader = Reader("Zoë", "http://l", "http://s")
    words = render(rule, mail_settings, "nl", reader, content_of(rule, now))
    assert not re.search(r'[a-z"][.?!][A-Z]', words.text), "a line that ends with a tag loses its end"


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_account_mail_cannot_be_stopped_and_reminders_can(
    rule: Rule, mail_settings: Settings, now: Any
) -> None:
    layout = (MAILS / "layout.html").read_text(encoding="utf-8")
    assert "{% if unsubscribe_url %}" in layout
    account = {
        "address_changed",
        "address_proof",
        "address_tried",
        "invitation",
        "institution_proof",
        "join_declined",
        "password_reset",
        "security_notice",
        "trial_mail",
    }
    assert (rule.kind is Kind.ACCOUNT) == (rule.name in account)


def paths() -> list[tuple[str, str]]:
    """Every path that stands in a rule or in what rules share, with an id where one belongs."""
    found = []
    for path in [*ROOT.glob("peergang/*/catalog/*.py"), *ROOT.glob("peergang/reminders/queries/*.py")]:
        for plain, formatted in PATHS.findall(path.read_text(encoding="utf-8")):
            link = plain or re.sub(r"\{[^}]*secret[^}]*\}", "geheim", formatted)
            found.append((path.stem, re.sub(r"\{[^}]*\}", str(UUID(int=0)), link)))
    return found


@pytest.mark.database
@pytest.mark.parametrize(("where", "path"), paths())
def test_a_link_in_a_mail_leads_to_a_page(where: str, path: str, whole_app: Flask) -> None:
    adapter = whole_app.url_map.bind("peergang.test")
    try:
        adapter.match(path.partition("?")[0], method="GET")
    except RequestRedirect:
        pass
    except NotFound:
        pytest.fail(f"{where} links to {path}, which does not exist")


def test_the_search_for_links_finds_them() -> None:
    assert {"/beoordelen", "/uitnodigingen"} <= {path for _, path in paths()}
    assert any(path.startswith("/modules/") for _, path in paths())
