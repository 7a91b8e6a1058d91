"""The page with choices about messages: what it shows, keeps, refuses and removes."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.cohorts.models import FreePeriod
from peergang.identity.models import User
from peergang.notifications.models import Notice, NoticeChoice, NoticeHabits
from peergang.notifications.queries import find_chosen
from tests.factories.cohorts import make_cohort, make_trainer
from tests.factories.identity import make_affiliation, make_institution, make_user
from tests.factories.notifications import make_choice

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
URL = "/herinneringen"
RULE, LATE = "feedback_received", "feedback_thanked"

FILLED = {
    "rhythm": "",
    "per_week": "5",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "school_holidays": "y",
    "away_from": "",
    "away_until": "",
}
"""What a browser sends when nothing was touched, without the fields of the rules."""


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def client(client_as: ClientAs, user: User) -> FlaskClient:
    return client_as(user)


def save(client: FlaskClient, **more: Any) -> Any:
    return client.post(URL, data={**FILLED, **more})


def deliveries(session: Session, user: User) -> dict[str, str]:
    session.expire_all()
    return dict(find_chosen(session, user.id).deliveries)


def habits(session: Session, user: User) -> NoticeHabits | None:
    session.expire_all()
    return session.get(NoticeHabits, user.id)


def options(page: str, name: str) -> tuple[list[str], str]:
    """The words of a select, and those of the one that is selected."""
    select = page.partition(f'name="{name}"')[2].partition("</select>")[0]
    found = re.findall(r"<option([^>]*)>([^<]*)</option>", select)
    return [words for _, words in found], next((words for more, words in found if "selected" in more), "")


def test_the_page_shows_what_is_proposed(client: FlaskClient) -> None:
    page = client.get(URL).text
    assert options(page, f"about_{RULE}") == (
        ["Meteen (voorgesteld)", "Eén keer per dag", "Eén keer per week", "Alleen op de site", "Niet"],
        "Meteen (voorgesteld)",
    )
    assert options(page, f"about_{LATE}")[1] == "Eén keer per week (voorgesteld)"
    assert re.search(r'<input[^>]*name="rhythm"[^>]*value=""[^>]* checked', page)
    assert "Maandag om 08.00 uur" in page
    assert "review_waiting" not in page, "only trainers choose about that"
    assert "password_reset" not in page


def test_nothing_is_kept_of_who_follows_us(session: Session, client: FlaskClient, user: User) -> None:
    names = re.findall(r'name="(about_\w+)"', client.get(URL).text)
    assert len(names) >= 8
    assert save(client, **dict.fromkeys(names, "")).status_code == 303
    assert deliveries(session, user) == {}
    assert habits(session, user) is None


def test_choices_are_kept_and_shown(session: Session, client: FlaskClient, user: User) -> None:
    make_choice(session, user, "review_waiting", "off")
    answer = save(
        client,
        rhythm="daily",
        **{f"about_{RULE}": "in_app", "about_meeting_tomorrow": "off", "about_password_reset": "off"},
        quiet_from="22:30",
        quiet_until="07.15",
        weekends="y",
        away_from="2099-01-05",
        away_until="10-01-2099",
        per_week="3",
    )
    assert answer.status_code == 303
    assert deliveries(session, user) == {RULE: "in_app", "meeting_tomorrow": "off", "review_waiting": "off"}
    kept = habits(session, user)
    assert kept is not None
    assert (kept.rhythm, kept.per_week, kept.weekends, kept.school_holidays) == ("daily", 3, True, True)
    assert (kept.quiet_from, kept.quiet_until) == (time(22, 30), time(7, 15))
    assert (kept.away_from, kept.away_until) == (date(2099, 1, 5), date(2099, 1, 10))
    page = client.get(URL).text
    assert "Je keuzes zijn bewaard" in page
    assert options(page, f"about_{RULE}")[1] == "Alleen op de site"
    assert options(page, "about_activity_overdue")[1] == "Eén keer per dag (jouw ritme)"
    assert options(page, f"about_{LATE}")[1] == "Eén keer per week (jouw ritme)"
    assert "Maandag om 07.15 uur" in page
    assert 'value="2099-01-10"' in page
    assert options(page, "per_week")[1] == "3"


def test_choosing_what_is_proposed_takes_the_choice_away(
    session: Session, client: FlaskClient, user: User
) -> None:
    save(client, **{f"about_{RULE}": "weekly"})
    assert deliveries(session, user) == {RULE: "weekly"}
    save(client, rhythm="weekly", **{f"about_{RULE}": "weekly"})
    assert deliveries(session, user) == {}, "their rhythm says the same"
    assert options(client.get(URL).text, f"about_{RULE}")[1] == "Eén keer per week (jouw ritme)"
    save(client, **{f"about_{RULE}": "at_once"})
    assert deliveries(session, user) == {}
    assert habits(session, user) is None


def test_a_choice_keeps_its_date(session: Session, client: FlaskClient, user: User) -> None:
    make_choice(session, user, RULE, "daily")
    for delivery, kept in (("daily", True), ("off", False)):
        save(client, **{f"about_{RULE}": delivery})
        session.expire_all()
        since = session.scalars(sa.select(NoticeChoice.since)).one()
        assert (since == datetime.fromisoformat("2026-09-01T00:00+00:00")) is kept


def test_an_end_before_the_start_is_explained(session: Session, client: FlaskClient, user: User) -> None:
    page = save(
        client,
        away_from="2099-02-01",
        away_until="2099-01-15",
        rhythm="weekly",
        quiet_from="23:00",
        per_week="7",
        **{f"about_{RULE}": "off"},
    )
    assert page.status_code == 200
    assert "<title>Fout:" in page.text.replace("\n", "").replace("  ", "")
    assert "Je keuzes zijn nog niet bewaard" in page.text
    assert "De einddatum ligt vóór de begindatum. Bedoel je 15-2-2099?" in page.text
    assert 'href="#away_until"' in page.text
    assert 'value="2099-01-15"' in page.text
    assert 'value="23:00"' in page.text
    assert options(page.text, f"about_{RULE}")[1] == "Niet"
    assert options(page.text, "per_week")[1] == "7"
    assert deliveries(session, user) == {}
    assert habits(session, user) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"away_until": "2020-01-01"}, "Deze dag is al voorbij."),
        ({"away_from": "2099-01-01"}, "Vul ook in tot en met welke dag."),
        ({"away_until": "morgen"}, "Vul een dag in"),
        ({"quiet_from": "25:00"}, "Vul een tijd in"),
        ({"quiet_until": ""}, "Vul een tijd in"),
        ({"per_week": "0"}, "Kies een aantal van 1 tot en met 20."),
        ({"per_week": "veel"}, "Kies een aantal van 1 tot en met 20."),
        ({"rhythm": "hourly"}, "Kies hoe vaak."),
        ({f"about_{RULE}": "sometimes"}, "Kies hoe je dit wilt horen."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    session: Session, client: FlaskClient, user: User, wrong: dict[str, str], words: str
) -> None:
    page = save(client, **{"about_meeting_tomorrow": "off", **wrong})
    assert page.status_code == 200
    assert words in page.text
    assert options(page.text, "about_meeting_tomorrow")[1] == "Niet"
    assert deliveries(session, user) == {}
    assert habits(session, user) is None


def test_a_pause_that_is_over_is_not_shown(session: Session, client: FlaskClient, user: User) -> None:
    session.add(NoticeHabits(user_id=user.id, away_from=date(2020, 1, 1), away_until=date(2020, 1, 5)))
    session.commit()
    assert "2020-01" not in client.get(URL).text
    assert save(client).status_code == 303
    assert habits(session, user) is None


def test_a_pause_without_a_start_begins_today(session: Session, client: FlaskClient, user: User) -> None:
    save(client, away_until="2099-01-10")
    kept = habits(session, user)
    assert kept is not None
    assert kept.away_from is not None
    assert kept.away_from <= kept.away_until == date(2099, 1, 10)


def test_no_mail_at_all_can_be_chosen_here_and_taken_back(
    session: Session, client: FlaskClient, user: User
) -> None:
    save(client, rhythm="in_app", **{f"about_{RULE}": "at_once"})
    assert deliveries(session, user) == {RULE: "at_once"}, "but this one"
    page = client.get(URL).text
    assert options(page, "about_meeting_tomorrow")[1] == "Alleen op de site (jouw ritme)"
    assert options(page, f"about_{RULE}")[1] == "Meteen"
    save(client)
    assert habits(session, user) is None


def test_the_next_holiday_of_their_region_is_named(session: Session, client_as: ClientAs) -> None:
    institution = make_institution(session)
    institution.region = "zuid"
    user = make_user(session)
    make_affiliation(session, user, institution)
    for name, first, last in (
        ("voorbij", date(2020, 12, 19), date(2021, 1, 3)),
        ("zomervakantie", date(2099, 7, 10), date(2099, 8, 20)),
        ("kerstvakantie", date(2098, 12, 19), date(2099, 1, 3)),
    ):
        session.add(FreePeriod(name=name, region="zuid", starts_on=first, ends_on=last))
    elsewhere = {"starts_on": date(2098, 1, 1), "ends_on": date(2098, 1, 2)}
    session.add(FreePeriod(name="elders", region="noord", **elsewhere))
    page = client_as(user).get(URL).text
    assert "Volgende: kerstvakantie, 19 december t/m 3 januari" in page


def test_a_trial_mail_is_queued_once_and_choices_are_kept(
    session: Session, client: FlaskClient, user: User
) -> None:
    assert save(client, rhythm="weekly", trial="y").status_code == 303
    page = client.get(URL).text
    assert f"Je proefmail is onderweg naar {user.email}." in page
    save(client, rhythm="weekly", trial="y")
    client.get(URL)
    queued = session.scalars(sa.select(Notice).where(Notice.rule == "trial_mail")).all()
    assert {one.recipient_id for one in queued} == {user.id}
    # The second may fall in the next ten minutes.
    assert len(queued) <= 2
    kept = habits(session, user)
    assert kept is not None
    assert kept.rhythm == "weekly"


def test_a_trainer_chooses_about_the_queue(session: Session, client_as: ClientAs, now: datetime) -> None:
    user = make_user(session)
    make_trainer(session, make_cohort(session, now), user=user)
    page = client_as(user).get(URL).text
    assert 'name="about_review_waiting"' in page
    assert "Voor trainers" in page


def test_choices_are_for_who_signed_in(app: Any) -> None:
    assert app.test_client().get(URL).status_code == 302
    assert app.test_client().post(URL, data=FILLED).status_code == 302


def parts_of(page: str) -> list[tuple[bool, str]]:
    """Whether each part is unfolded, and what it says that was chosen."""
    found = re.findall(r"<details( open)?>.*?<h3[^>]*>[^<]*<span[^>]*>([^<]*)<", page, re.DOTALL)
    return [(bool(is_open), state) for is_open, state in found]


def test_the_kinds_are_folded_and_say_what_was_chosen(
    session: Session, client: FlaskClient, user: User
) -> None:
    first = parts_of(client.get(URL).text)
    assert len(first) > 1
    assert all(not is_open and state.endswith(", alles zoals voorgesteld") for is_open, state in first)
    make_choice(session, user, RULE, "off")
    states = [state for _is_open, state in parts_of(client.get(URL).text)]
    assert [state.endswith(", 1 zelf gekozen") for state in states].count(True) == 1
    save(client, rhythm="weekly", **{f"about_{RULE}": ""})
    assert all(state.endswith(", alles in jouw ritme") for _, state in parts_of(client.get(URL).text))


def test_unfolded_is_what_was_asked_for_and_what_must_be_put_right(client: FlaskClient) -> None:
    page = client.get(URL, query_string={"over": RULE}).text
    (unfolded,) = re.findall(r"<details open>.*?</details>", page, re.DOTALL)
    assert f'id="about_{RULE}"' in unfolded
    page = save(client, **{f"about_{RULE}": "by pigeon"}).text
    (unfolded,) = re.findall(r"<details open>.*?</details>", page, re.DOTALL)
    assert "Kies hoe je dit wilt horen." in unfolded
