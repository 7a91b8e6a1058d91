"""The trainer's queue: the overview, the next one by key, handing over with a word, being away."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.models import Reflection
from peergang.coursework.rules.waiting import LEASE
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.people import WORDS, Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import actor_of, make_submitted
from tests.factories.identity import make_user_with_password


def make_waiting(session: Session, team: Team, who: str, title: str, days: int) -> Reflection:
    since = datetime.now(UTC) - timedelta(days=days)
    activity = session.get_one(Activity, team.activity_id)
    answers = {one["slug"]: WORDS * 3 for one in activity.settings["prompts"]}
    version = make_submitted(
        session, team.enrolments[who], since, audience="trainer", title=title, answers=answers
    )
    return session.get_one(Reflection, version.reflection_id)


def fill(site: Site, team: Team) -> User:
    """Three that wait, one of them late and one that a second trainer had too long. Gives that trainer."""
    with site.work() as session:
        colleague = make_user_with_password(session, "Joris", "Meerkoet")
        second = make_trainer(session, session.get_one(Cohort, team.cohort_id), user=colleague)
        make_waiting(session, team, "author", "Te lang gewacht", 12)
        had = make_waiting(session, team, "peer", "Door Joris begonnen", 2)
        make_waiting(session, team, "other", "Net binnen", 0)
        actor = actor_of(session, second)
        claim_review(session, actor, had.id, now=datetime.now(UTC) - LEASE - timedelta(minutes=3))
        return colleague


def test_the_queue_from_overview_to_hand_over(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    colleague = fill(site, team)
    visitor = visit(width, team.trainer)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/beoordelen/rij")
    main = page.get_by_role("main")
    expect(main.get_by_text(re.compile("werkdag(en)? te laat"))).to_be_visible()
    expect(main.get_by_text(re.compile("Was bij Joris tot"))).to_be_visible()
    visitor.check("hele-rij")
    page.get_by_label("Van wie").select_option("mij")
    page.get_by_role("button", name="Toon").click()
    visitor.check("hele-rij-van-mij")
    visitor.go("/beoordelen/rij")
    keys.press("n")
    title = page.get_by_role("article").get_by_role("heading", level=2)
    expect(title).to_have_text("Te lang gewacht")
    visitor.check("volgende")
    keys.press("n")
    expect(title).not_to_have_text("Te lang gewacht")
    visitor.go("/beoordelen/rij")
    expect(main.get_by_text("Deze heb jij").first).to_be_visible()
    page.get_by_role("link", name="Draag over Te lang gewacht").click()
    visitor.check("overdragen")
    page.get_by_role("button", name="Draag over").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.check("overdragen-fout")
    page.get_by_label("Aan wie?").select_option(label="Joris Meerkoet")
    page.get_by_label(re.compile("Bericht aan je collega")).fill("Jij sprak haar vorige week.")
    page.get_by_role("button", name="Draag over").click()
    expect(page.get_by_text("Overgedragen. Joris krijgt bericht")).to_be_visible()
    other = visit(width, colleague)
    other.go("/beoordelen/rij")
    expect(other.page.get_by_text("Jij sprak haar vorige week.")).to_be_visible()
    other.check("overgedragen")


def test_a_trainer_is_away_and_back(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    fill(site, team)
    visitor = visit(width, team.trainer)
    page, today = visitor.page, datetime.now(UTC).date()
    visitor.go("/beoordelen/afwezig")
    visitor.check("afwezig")
    page.get_by_label("Eerste dag").fill(today.isoformat())
    page.get_by_label("Laatste dag").fill((today - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Leg vast").click()
    expect(page.get_by_text("De laatste dag ligt vóór de eerste.").first).to_be_visible()
    visitor.check("afwezig-fout")
    page.get_by_label("Laatste dag").fill((today + timedelta(days=2)).isoformat())
    page.get_by_label("Wie vervangt je?").select_option(label="Joris Meerkoet")
    page.get_by_role("button", name="Leg vast").click()
    expect(page.get_by_text("Joris vervangt je.")).to_be_visible()
    visitor.check("afwezig-vast")
    page.get_by_role("button", name=re.compile("Ik ben er weer")).click()
    expect(page.get_by_text("Je staat weer als aanwezig.")).to_be_visible()
