"""An ugly list from upload to places, and somebody who asks for a place by link."""

from pathlib import Path

from sqlalchemy import select

from peergang.cohorts.models import Enrolment
from peergang.core import clock
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser, make_user

LISTS = Path(__file__).parents[1] / "data" / "rosters"


def test_joining(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        organiser = make_organiser(session)
        cohort = make_cohort(session, clock.now(), edition=site.edition(session), capacity=2)
        school = make_institution(session, f"ROC Noorderhoek {width}")
        one = make_participant(session, cohort, institution=school)
        make_participant(session, cohort, institution=school)
        # Addresses of schools are long, and have no place to break.
        for number in range(2):
            person = make_user(
                session, email=f"wilhelmina.vandersteenhoven{width}{number}@mbocollegenoorderhoek.example"
            )
            make_participant(session, cohort, user=person, institution=school, state="waitlisted")
        ids = cohort.id, one.id
    cohort_id, one_id = ids
    me = visit(width, organiser)
    me.go(f"/cohorten/{cohort_id}/deelnemers")
    me.page.locator("#file").set_input_files(LISTS / "07-eigen-koppen.xlsx")
    me.page.get_by_role("button", name="Lees in").click()
    me.page.get_by_role("heading", name="Welke kolom is wat?").wait_for()
    me.check("columns")
    me.page.locator("#file").set_input_files(LISTS / "03-naam-en-adres-in-een-cel.xlsx")
    me.page.get_by_role("button", name="Lees in").click()
    me.page.get_by_role("heading", name="kunnen nog niet mee").wait_for()
    me.check("preview")
    # Who is not on the list is known once it is clear of which school it is.
    me.page.get_by_label("Instelling, rij 2").select_option(label=f"ROC Noorderhoek {width}")
    me.page.get_by_role("button", name="Controleer opnieuw").click()
    me.page.get_by_role("heading", name="4 deelnemers staan niet op deze lijst").wait_for()
    me.check("absent")
    me.go(f"/cohorten/{cohort_id}/aanmeldingen")
    me.page.get_by_label("Wie de link heeft, kan zich aanmelden").check()
    me.page.get_by_role("button", name="Bewaar").click()
    me.page.get_by_text("Aanmelden staat open").wait_for()
    link = me.page.locator("#join-link").input_value()
    guest = visit(width)
    guest.go(link)
    guest.check("join")
    guest.page.get_by_label("Voornaam").fill("Noor")
    guest.page.get_by_label("Achternaam").fill("Dijk")
    guest.page.get_by_label("E‑mailadres").fill(f"noor{width}@school.example")
    guest.page.get_by_label("Instelling").fill("Een andere school")
    guest.page.get_by_role("button", name="Zet me op de wachtlijst").click()
    guest.page.get_by_role("heading", name="Je aanmelding is binnen").wait_for()
    guest.check("asked")
    me.go(f"/cohorten/{cohort_id}/aanmeldingen")
    me.check("requests")
    me.page.get_by_text("De link vernieuwen").click()
    me.page.get_by_role("button", name="Maak een nieuwe link").click()
    me.page.get_by_text("De oude werkt niet meer").wait_for()
    me.go(f"/inschrijvingen/{one_id}/stoppen")
    me.check("leave")
    me.page.get_by_label("Er is nu te weinig tijd").check()
    me.page.get_by_role("button", name="Haal uit dit cohort").click()
    me.page.get_by_text("heeft nu een plaats").wait_for()
    with site.work() as session:
        states = session.scalars(select(Enrolment.state).where(Enrolment.cohort_id == cohort_id)).all()
        assert sorted(states) == ["active", "invited", "waitlisted", "withdrawn"]
