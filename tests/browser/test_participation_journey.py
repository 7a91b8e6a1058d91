"""The organiser goes from the network to the evidence of one participant and back, by links that say what they open."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.curriculum.models import Activity
from peergang.identity.models import Affiliation, Institution, User
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.identity import make_organiser
from tests.factories.progress import attend, complete, list_activities

MARKER = "Zandoogjegeheim"


def populate(site: Site, team: Team) -> tuple[User, Institution]:
    """Meetings, work and a cohort that ended; the organiser, and the institution to look at."""
    now = datetime.now(UTC)
    with site.work() as session:
        cohort = session.get_one(Cohort, team.cohort_id)
        cohort.starts_on = (now - timedelta(days=40)).date()
        edition = site.edition(session)
        activities = list_activities(session, edition)[:3]
        people = [
            session.get_one(Enrolment, team.enrolments[name].id) for name in ("author", "peer", "other")
        ]
        for number in (8, 9):
            meeting = make_meeting(session, cohort, now - timedelta(days=70 - 7 * number), number=number)
            for person, state in zip(people, ("present", "absent", "excused"), strict=True):
                attend(session, meeting, person, state)
        complete(session, people[0], *activities, at=now - timedelta(days=1))
        _end_one(session, site, now, activities)
        place = session.get_one(Affiliation, people[0].affiliation_id).institution_id
        return make_organiser(session, "Lotte", "Vlierstruik"), session.get_one(Institution, place)


def _end_one(session: Session, site: Site, now: datetime, activities: list[Activity]) -> None:
    ended = make_cohort(session, now - timedelta(days=400), edition=site.edition(session), state="closed")
    complete(session, make_participant(session, ended), *activities, at=now - timedelta(days=300))


def follow(page: Page, address: str) -> None:
    """Take the first visible link whose address matches."""
    links = page.locator("main a[href]").filter(visible=True)
    for link in links.all():
        if re.search(address, link.get_attribute("href") or ""):
            with page.expect_navigation():
                link.click()
            return
    raise AssertionError(f"no link to {address} on {page.url}")


def looks_right(visitor: Visitor, name: str) -> None:
    visitor.check(f"reis-{name}")
    assert MARKER not in visitor.page.content(), visitor.page.url


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_from_the_network_to_the_evidence_and_back(
    site: Site, visit: NewVisitor, width: int, locale: str
) -> None:
    team = make_team(site)
    organiser, school = populate(site, team)
    with site.work() as session:
        session.get_one(User, organiser.id).locale = locale
    submitted_reflection(site, team, f"Titel met {MARKER}")
    site.run_workers()
    visitor = visit(width, organiser)
    visitor.locale = locale
    page = visitor.page
    visitor.go(f"/deelname?maat=voortgang&naam={quote(school.name)}")
    looks_right(visitor, "netwerk")
    follow(page, rf"/deelname/instelling/{school.id}")
    looks_right(visitor, "instelling")
    follow(page, rf"/deelname/[0-9a-f-]+/{team.cohort_id}\?")
    looks_right(visitor, "cel")
    for measure in ("aanwezigheid", "voortgang", "ingeleverd"):
        follow(page, rf"/{measure}\?") if measure != "ingeleverd" else visitor.go(
            page.url.replace("?", "/ingeleverd?")
        )
        looks_right(visitor, measure)
        if measure == "voortgang":
            follow(page, r"/deelnemers/[0-9a-f-]+.*#activiteit-")
            expect(page.get_by_role("heading", level=1)).to_contain_text("Amira Veldhaver")
            looks_right(visitor, "verhaal")
            page.go_back()
        follow(page, rf"/deelname/[0-9a-f-]+/{team.cohort_id}\?")
    follow(page, r"/deelname\?maat=voortgang")
    expect(page.locator("#f-measure")).to_have_value("voortgang")
    expect(page.locator("#f-name")).to_have_value(school.name)


def test_figures_of_the_year_and_two_cohorts(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    organiser, _ = populate(site, team)
    site.run_workers()
    visitor = visit(width, organiser)
    page = visitor.page
    visitor.go("/deelname")
    follow(page, r"/deelname/jaarcijfers$")
    page.locator("main section details summary").first.click()
    looks_right(visitor, "jaarcijfers")
    page.locator("main a[href='#modules']").click()
    expect(page.locator("#modules")).to_be_in_viewport()
    visitor.go("/deelname/vergelijk")
    looks_right(visitor, "vergelijk-kiezen")
    page.locator("#f-one").select_option(str(team.cohort_id))
    # Which two are proposed depends on what other journeys left behind.
    other = page.locator(f"#f-other option:not([value='{team.cohort_id}'])").first.get_attribute("value")
    page.locator("#f-other").select_option(other)
    page.get_by_role("button", name="Vergelijk").click()
    expect(page.locator("#cijfers")).to_be_visible()
    looks_right(visitor, "vergelijk")


def test_the_figures_in_the_dark_without_scripts(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    organiser, _ = populate(site, team)
    site.run_workers()
    for scripts in (True, False):
        visitor = visit(390, organiser, dark=True, scripts=scripts)
        for path in ("/deelname", "/deelname/jaarcijfers", f"/deelname/vergelijk?een={team.cohort_id}"):
            visitor.go(path)
            looks_right(visitor, "donker")


ROOM_BESIDE_HINT = """(field) => {
  const style = getComputedStyle(field);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return room - pen.measureText(field.placeholder).width;
}"""

ITS_BUTTON = 24
"""So many pixels of a field to search in are kept for the button that empties it."""


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_hint_in_the_field_for_a_name_fits(
    site: Site, visit: NewVisitor, width: int, locale: str
) -> None:
    organiser, _ = populate(site, make_team(site))
    with site.work() as session:
        session.get_one(User, organiser.id).locale = locale
    visitor = visit(width, organiser)
    visitor.go("/deelname")
    left = visitor.page.locator("#f-name").evaluate(ROOM_BESIDE_HINT)
    assert left >= ITS_BUTTON, left
