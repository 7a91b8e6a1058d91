"""Somebody looks back along their own path, reads why their trainer counted something, and keeps hours for the register."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from playwright.sync_api import expect
from pypdf import PdfReader

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.overriding import override_completion
from peergang.cohorts.models import Cohort
from peergang.curriculum.models import Activity, Module
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_meeting
from tests.factories.coursework import actor_of, make_reflection, submit
from tests.factories.progress import attend

REASON = "Amira voerde dit gesprek waar ik bij zat, tijdens mijn bezoek aan Zevenbruggen."


def lived(site: Site, team: Team) -> str:
    """Some work done, some with the trainer, some counted by judgment. Gives the title of what was counted."""
    with site.work() as session:
        now, me = datetime.now(UTC), team.enrolments["author"]
        cohort = session.get_one(Cohort, team.cohort_id)
        first = (
            sa.select(Activity)
            .join(Module, Module.id == Activity.module_id)
            .where(Module.edition_id == cohort.edition_id)
            .order_by(Module.position, Activity.position)
        )
        by_kind: dict[str, Activity] = {}
        for one in session.scalars(first):
            by_kind.setdefault(one.kind, one)
        record_completion(
            session,
            me.id,
            by_kind["read"].id,
            completed_at=now - timedelta(days=5),
            evidence_kind="topics_read",
        )
        past = make_meeting(
            session, cohort, now - timedelta(days=7), number=2, title="Kennismaken en vooruitkijken"
        )
        attend(session, past, me)
        record_completion(
            session,
            me.id,
            by_kind["meeting"].id,
            completed_at=past.ends_at,
            evidence_kind="attendance",
            evidence_id=past.id,
        )
        asked = by_kind["reflection"]
        answers = {one["slug"]: "Ik keek mee bij Logistiek." for one in asked.settings["prompts"]}
        written = make_reflection(session, me, now, activity=asked, audience="trainer", answers=answers)
        submit(session, written, now - timedelta(days=1))
        judged = by_kind["conversation"]
        trainer = actor_of(session, team.enrolments["trainer"])
        override_completion(session, trainer, me.id, judged.id, REASON, now=now - timedelta(days=2))
        return judged.title


def test_the_whole_path_and_why_something_counts(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    empty = visit(width, team.trainer)
    empty.go("/mijn-traject")
    empty.check("traject-leeg")
    judged = lived(site, team)
    visitor = visit(width, team.author)
    page = visitor.page
    visitor.go("/deze-week")
    page.get_by_role("link", name="Je hele traject").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn traject")
    told = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=judged))
    expect(told).to_contain_text(REASON)
    expect(told).to_contain_text("door Marijke Roerdomp")
    expect(page.get_by_role("main")).to_contain_text("Wacht op je trainer")
    expect(page.get_by_role("main")).to_contain_text("Je was erbij")
    visitor.check("traject")
    page.get_by_role("link", name="Vouw alles uit").click()
    expect(page.get_by_role("link", name="Vouw in")).to_be_visible()
    visitor.check("traject-alles")


def test_hours_are_written_down_taken_back_and_handed_in(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = visitor.page
    visitor.go("/mijn-uren")
    visitor.check("uren-leeg")
    lived(site, team)
    page.get_by_label("Wat deed je?").fill("Studiedag digitale geletterdheid")
    page.get_by_label("Soort").select_option(label="Cursus of studiedag")
    page.get_by_role("textbox", name="Uren").fill("1,3")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("alert")).to_contain_text("per kwartier")
    visitor.check("uren-fout")
    page.get_by_role("textbox", name="Uren").fill("6,5")
    page.get_by_role("button", name="Voeg toe").click()
    row = page.get_by_role("row", name="Studiedag digitale geletterdheid")
    expect(row).to_contain_text("6,5")
    visitor.check("uren")
    row.get_by_role("link", name="Wijzig").click()
    visitor.check("uren-wijzigen")
    page.get_by_role("textbox", name="Uren").fill("4:45")
    page.get_by_role("button", name="Bewaar").click()
    expect(row).to_contain_text("4,75")
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(row).to_contain_text("6,5")
    row.get_by_role("button", name="Verwijder").click()
    expect(row).to_have_count(0)
    visitor.check("uren-verwijderd")
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(row).to_contain_text("6,5")
    with page.expect_download() as caught:
        page.get_by_role("link", name="PDF").click()
    text = " ".join(one.extract_text() for one in PdfReader(caught.value.path()).pages)
    for words in (
        "Studiedag digitale geletterdheid",
        "6,5",
        "Kennismaken en vooruitkijken",
        "Amira Veldhaver",
    ):
        assert words in text
