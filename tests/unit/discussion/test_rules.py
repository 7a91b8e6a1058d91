"""Names in a text, what Markdown may become, when followers hear, and where one can write."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from peergang.core.clock import AMSTERDAM
from peergang.discussion.rules import block_start, digest_day, why_closed
from peergang.discussion.rules.mentions import Person, find_named
from peergang.discussion.rules.text import clean_body, render

_ids = count(1)
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def person(given: str, rest: str = "") -> Person:
    return Person(UUID(int=next(_ids)), given, f"{given} {rest}".strip())


BILAL, ZOE, ANNA, ANNE, ANNA_TWO = (
    person("Bilal", "Oeverbos"),
    person("Zoë", "van der Meer"),
    person("Anna", "Berg"),
    person("Anne", "Dijk"),
    person("Anna", "Kuipers"),
)
ALL = [BILAL, ZOE, ANNA, ANNE, ANNA_TWO]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Bilal hoe deed jij dit?", {BILAL}),
        ("Vraag het aan @bilal, of @zoe.", {BILAL, ZOE}),
        ("(@Bilal Oeverbos) en @Anne", {BILAL, ANNE}),
        ("@Anna Berg zei het", {ANNA}),
        ("@Anna Kuipersma zei het", {ANNA}),
        ("mail naar x@Bilal.nl of @@Bilal", set()),
        ("@Bilalletje", set()),
        ("@ Bilal", set()),
        ("@iedereen", set()),
        ("**@Zoë van der Meer**", {ZOE}),
    ],
)
def test_a_name_behind_an_at_is_who_it_can_only_be(text: str, found: set[Person]) -> None:
    people = [one for one in ALL if one is not ANNA_TWO]
    assert find_named(text, people).found == {one.user_id for one in found}


def test_a_first_name_of_two_is_unclear_until_one_is_chosen() -> None:
    assert find_named("@Anna?", ALL).unclear == ("Anna",)
    assert find_named("@Anna?", ALL).found == frozenset()
    assert find_named("@Anna?", ALL, {ANNA_TWO.user_id}).unclear == ()
    assert find_named("@Anna Kuipers?", ALL).found == {ANNA_TWO.user_id}
    assert find_named("@Anna Kuipers?", ALL).unclear == ()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://a.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,y)",
        '<a href="https://a" onclick="x">y</a>',
        "<style>p{}</style>",
    ],
)
def test_nothing_that_runs_or_loads_comes_through(text: str) -> None:
    html = render(text)
    for bad in ("<script", "<img", "<style", 'href="javascript', 'href="data', '<a href="https://a" onclick'):
        assert bad not in html


def test_what_people_use_comes_through() -> None:
    html = render("**vet** *schuin*\nregel\n\n- een\n- twee\n\n> citaat\n\n[site](https://a.example)")
    for part in (
        "<strong>vet",
        "<em>schuin",
        "<br>",
        "<li>een",
        "<blockquote>",
        'href="https://a.example"',
        "noreferrer",
    ):
        assert part in html


def test_a_heading_stays_the_sign_that_was_typed() -> None:
    assert "<h" not in render("# Kop\n\nOnder\n---\n\n***")
    assert clean_body(" a\r\nb\r ") == "a\nb"


def here(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=AMSTERDAM).astimezone(UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (here(2026, 11, 17, 15, 59), "2026-11-17"),
        (here(2026, 11, 17, 16, 0), "2026-11-18"),
        (here(2026, 11, 20, 16, 0), "2026-11-23"),
        (here(2026, 11, 21, 9, 0), "2026-11-23"),
        (here(2026, 11, 22, 23, 59), "2026-11-23"),
        (here(2026, 10, 25, 2, 30), "2026-10-26"),
        (here(2026, 3, 29, 3, 30), "2026-03-30"),
        (here(2026, 11, 17, 0, 0), "2026-11-17"),
    ],
)
def test_every_post_belongs_to_the_notice_of_one_working_day(moment: datetime, day: str) -> None:
    assert digest_day(moment).isoformat() == day


def test_a_page_begins_so_that_it_holds_the_post() -> None:
    assert [block_start(number) for number in (1, 50, 51, 100, 101)] == [0, 0, 50, 50, 100]


@pytest.mark.parametrize(
    ("state", "days", "reason"),
    [
        ("running", -1, ""),
        ("open", -1, ""),
        ("running", 1, "module_not_open"),
        ("running", None, ""),
        ("planned", -1, "not_open"),
        ("closed", 1, "cohort_closed"),
        ("cancelled", -1, "cohort_cancelled"),
    ],
)
def test_where_one_can_write(state: str, days: int | None, reason: str) -> None:
    opens_at = None if days is None else NOW + timedelta(days=days)
    assert why_closed(state, opens_at, NOW) == reason
