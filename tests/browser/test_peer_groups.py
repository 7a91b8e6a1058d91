"""A trainer arranges peer groups without a mouse; a group walks through an intervision on its phones."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Page, expect

from peergang.cohorts.models import Cohort, Enrolment, IntervisionSession
from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.identity import make_institution, make_user

FIRST = ("Amira", "Bilal", "Chantal", "Daan", "Esra")
SECOND = ("Fleur", "Gijs", "Hatice", "Ilse")


def make_groups(site: Site) -> tuple[UUID, UUID, dict[str, User], User]:
    """Five people in one group and four in another, and their trainer."""
    with site.work() as session:
        now = datetime.now(UTC)
        cohort: Cohort = make_cohort(session, now, edition=site.edition(session))
        schools = [make_institution(session) for _ in range(4)]
        users: dict[str, User] = {}
        groups = []
        for names in (FIRST, SECOND):
            people: list[Enrolment] = []
            for number, name in enumerate(names):
                users[name] = make_user(session, name, "Proef")
                people.append(
                    make_participant(session, cohort, user=users[name], institution=schools[number % 4])
                )
            groups.append(make_peer_group(session, cohort, *people, since=now))
        # In two steps, because a name the factory chose may be one of these.
        for word in ("Tijdelijk", "Groep"):
            for number, group in enumerate(groups, start=1):
                group.name = f"{word} {number}"
            session.flush()
        trainer = make_user(session, "Marijke", "Roerdomp")
        make_trainer(session, cohort, user=trainer)
        return cohort.id, groups[0].id, users, trainer


def in_group(page: Page, group: str) -> list[str]:
    panel = page.get_by_role("region", name=re.compile(f"{group} \\("))
    return [name.split()[0] for name in panel.locator(".pg-seat b").all_text_contents()]


def test_people_are_moved_by_keyboard_alone(site: Site, visit: NewVisitor, width: int) -> None:
    cohort_id, _, _, trainer = make_groups(site)
    visitor = visit(width, trainer)
    page = visitor.page
    visitor.go(f"/cohorten/{cohort_id}/groepen")
    visitor.check("groepen")
    page.get_by_role("radio", name="Bilal").focus()
    page.keyboard.press("2")
    expect(page.get_by_text("Bilal Proef zit nu in Groep 2.").first).to_be_visible()
    assert in_group(page, "Groep 2") == ["Bilal", *SECOND]
    expect(page.get_by_role("radio", name="Bilal")).to_be_focused()
    expect(page.locator("[aria-live=polite]").last).to_contain_text("Bilal Proef zit nu in Groep 2.")
    visitor.check("groepen-verplaatst")
    page.keyboard.press("v")
    expect(page.get_by_text("Bilal Proef zit nu vast in deze groep.").first).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("zit vast in de groep. Maak die eerst los.").first).to_be_visible()
    page.keyboard.press("v")
    expect(page.get_by_text("Bilal Proef zit niet meer vast.").first).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("Bilal Proef zit nu in Groep 3.").first).to_be_visible()
    expect(page.get_by_text("Minder dan drie")).to_be_visible()
    visitor.check("groepen-te-klein")
    for _ in range(2):
        page.get_by_role("button", name="Maak ongedaan").or_(
            page.get_by_role("button", name="Doe het opnieuw")
        ).focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        expect(page.get_by_text("1 deelnemer is terug.").first).to_be_visible()


def test_a_proposal_is_compared_and_saved_and_taken_back(site: Site, visit: NewVisitor, width: int) -> None:
    cohort_id, _, _, trainer = make_groups(site)
    visitor = visit(width, trainer)
    page = visitor.page
    visitor.go(f"/cohorten/{cohort_id}/groepen")
    page.get_by_label("Mensen per groep").select_option("3")
    page.get_by_role("button", name="Stel groepen voor").click()
    expect(page.get_by_role("heading", name="3 groepen")).to_be_visible()
    page.get_by_text("Wie er gaat, en waarheen").click()
    visitor.check("voorstel")
    page.get_by_role("button", name="Bewaar deze groepen").click()
    expect(page.get_by_text("De verdeling staat: 3 groepen.")).to_be_visible()
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_role("region", name=re.compile(r"Groep 3 \("))).to_have_count(0)
    assert in_group(page, "Groep 1") == list(FIRST)


def test_without_scripts_people_are_moved_too(site: Site, visit: NewVisitor) -> None:
    cohort_id, _, _, trainer = make_groups(site)
    visitor = visit(390, trainer, scripts=False)
    page = visitor.page
    visitor.go(f"/cohorten/{cohort_id}/groepen")
    page.get_by_role("radio", name="Bilal").check()
    page.get_by_label("Naar groep").select_option(label="Groep 2 (4)")
    page.get_by_role("button", name="Verplaats", exact=True).click()
    expect(page.get_by_text("Bilal Proef zit nu in Groep 2.")).to_be_visible()
    expect(page.get_by_role("radio", name="Bilal")).to_be_checked()


def test_a_group_walks_through_the_steps_on_its_phones(site: Site, visit: NewVisitor) -> None:
    _, group_id, users, _ = make_groups(site)
    first, second = visit(390, users["Amira"]), visit(390, users["Bilal"], dark=True)
    first.go("/deze-week")
    first.page.get_by_role("link", name="Intervisie met je groep").click()
    first.page.get_by_text("Hoe het gaat").first.click()
    first.check("intervisie")
    first.page.get_by_label("Wie brengt de casus in?").first.select_option(label="Chantal Proef")
    first.page.get_by_role("button", name=re.compile("Begin met deze methode.*Roddelmethode")).click()
    expect(first.page.get_by_role("heading", level=1)).to_have_text("Kies een casus")
    expect(first.page.get_by_role("timer")).to_have_text(re.compile(r"^[34]:\d\d$"))
    first.check("stap")
    second.go(f"/peergroepen/{group_id}/intervisie")
    second.page.get_by_role("link", name="Ga naar de stap van nu").click()
    second.check("stap")
    first.page.get_by_role("button", name="Volgende stap").click()
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Vertel je verhaal")
    expect(second.page.get_by_text("Chantal is aan het woord", exact=True)).to_be_visible()
    second.page.get_by_role("button", name="Pauze").click()
    expect(first.page.get_by_text("Pauze. De klok staat stil.")).to_be_visible()
    expect(first.page.get_by_role("button", name="Volgende stap")).to_be_focused()
    first.check("stap-pauze")
    first.page.get_by_role("button", name="Ga verder met de klok").click()
    with site.work() as session:
        talk = session.query(IntervisionSession).filter_by(peer_group_id=group_id).one()
        talk.step_started_at -= timedelta(minutes=7)
    # A phone that fell out and came back stands where the group stands.
    second.page.reload()
    expect(second.page.get_by_role("timer")).to_have_text(re.compile(r"^\+\d:\d\d$"))
    second.check("stap-over-tijd")
    first.page.get_by_text("Stop eerder").click()
    first.page.get_by_role("button", name="Stop deze intervisie").click()
    expect(first.page.get_by_role("heading", name="Jullie zijn klaar")).to_be_visible()
    expect(second.page.get_by_role("heading", name="Jullie zijn klaar")).to_be_visible()
    first.check("klaar")
