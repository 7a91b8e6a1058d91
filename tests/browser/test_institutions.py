"""An organiser and the institutions: what became of them, the government's file, and where people work."""

from datetime import timedelta

from playwright.sync_api import expect

from peergang.core.clock import local_date, now as clock_now
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import compile_now

LONG = "Veertigletterigeachternaamzonderspaties-Xy"
FILE = (
    "instellingencode;instellingsnaam;plaatsnaam\n01ZA;Nieuw College;Sluis\n{brin};Andere Naam;Goes\nX;Y;Z\n"
)


def test_institutions_and_people(visit: NewVisitor, site: Site, width: int) -> None:
    now = clock_now()
    with site.work() as session:
        organiser = make_organiser(session)
        cohort = make_cohort(session, now, edition=site.edition(session))
        one = make_institution(session, f"ROC {LONG} {width}")
        other = make_institution(session, f"Ceta College {width}")
        one.aliases, one.place, one.sso_domains = ["Alfa"], "Sluis", [f"alfa{width}.nl"]
        person = make_user(session, "IJsbrand", LONG, particle="van 't")
        make_participant(session, cohort, institution=one, user=person)
        compile_now(session, now)
        ids = (one.id, other.id, person.id, other.brin)
    one_id, other_id, person_id, brin = ids
    visitor = visit(width, organiser)
    page = visitor.page

    for path in ("/instellingen", "/instellingen/nieuw", f"/instellingen/{one_id}/wijzig"):
        visitor.go(path)
        visitor.check()
    visitor.go(f"/instellingen/{one_id}")
    visitor.check()

    page.get_by_role("link", name="Leg een fusie vast").click()
    page.get_by_label("Is opgegaan in").select_option(str(other_id))
    page.get_by_label("Per", exact=True).fill((local_date(now) - timedelta(days=1)).isoformat())
    visitor.check()
    page.get_by_role("button", name="Leg de fusie vast").click()
    visitor.check("gefuseerd")
    visitor.go(f"/instellingen?zoek={LONG}")
    expect(page.get_by_role("link", name=f"Opgegaan in Ceta College {width}")).to_be_visible()
    visitor.check("gezocht")
    visitor.go(f"/instellingen/{one_id}")
    page.get_by_role("button", name="Draai de fusie terug").click()
    page.get_by_text("De fusie is teruggedraaid.").wait_for()

    visitor.go(f"/instellingen/{other_id}/einde")
    visitor.check()
    visitor.go("/mensen?zoek=veertig")
    visitor.check()
    visitor.go(f"/mensen/{person_id}")
    visitor.check()
    page.get_by_role("link", name="Werkt ergens anders").click()
    page.get_by_label("Instelling", exact=True).select_option(str(other_id))
    visitor.check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("main").get_by_text("Ceta College").first).to_be_visible()
    visitor.check("aanstellingen")
    page.get_by_role("link", name="Pas aan").first.click()
    visitor.check()

    visitor.go("/instellingen/bestand")
    visitor.check()
    page.get_by_label("Bestand met adressen").set_input_files(
        {"name": "adressen.csv", "mimeType": "text/csv", "buffer": FILE.format(brin=brin).encode()}
    )
    page.get_by_role("button", name="Lees in").click()
    page.locator("summary", has_text="Andere naam").click()
    visitor.check("voorbeeld")
    page.get_by_role("button", name="Gooi het bestand weg").click()
    visitor.check()
