"""The organiser sets a cohort up from a school's spreadsheet, and sees participation without a word of a reflection."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect

from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.storage import Files
from peergang.reports.actions.making import make_report
from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import make_institution, make_organiser, make_user_with_password

TODAY = local_date(datetime.now(UTC))


def roster(folder: Path, width: int) -> Path:
    """What a school exports: Windows-1252, semicolons, a letter with dots, a wrong address and an unknown school."""
    people = (
        ("Floor", "", "Beukenlaan", "floor", f"Getijde College {width}"),
        ("Stijn", "van der", "Wadloper", "stijn", f"ROC Vlindertuin {width}"),
        ("Noor", "de", "Haverkamp", "noor", f"Getijde College {width}"),
        ("Daniël", "", "Zeewolde", "daniel", f"ROC Vlindertuin {width}"),
        ("Mees", "", "Rietveld", "mees", f"De Vlindertuin aan Zee {width}"),
        ("Jip", "", "Oeverbos", "jip@", f"Getijde College {width}"),
    )
    lines = ["Voornaam;Tussenvoegsel;Achternaam;E-mailadres;Instelling;Functie"]
    lines += [
        f"{given};{particle};{family};{box}{width}@school.example;{school};i-coach"
        for given, particle, family, box, school in people
    ]
    path = folder / "deelnemers najaar.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def test_a_cohort_is_set_up_in_five_steps(site: Site, visit: NewVisitor, width: int, tmp_path: Path) -> None:
    with site.work() as session:
        organiser = make_organiser(session)
        trainer = make_user_with_password(session, "Marijke", "Roerdomp")
        for name in ("Getijde College", "ROC Vlindertuin"):
            make_institution(session, f"{name} {width}")
    visitor = visit(width, organiser)
    name = f"Peergang voorjaar {width}"
    fill_details(visitor, name)
    take_proposal(visitor)
    add_trainer(visitor, trainer.email)
    add_participants(visitor, roster(tmp_path, width))
    open_cohort(visitor)
    site.run_workers()
    newcomer = visit(width)
    newcomer.go(f"/uitgaande-mail?aan=floor{width}@school.example")
    newcomer.check("uitgaande-mail")
    newcomer.page.get_by_role("main").locator("td a, th a").first.click()
    newcomer.check("een-mail")
    newcomer.page.locator("pre").get_by_role("link").first.click()
    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text("Welkom, Floor")
    move_a_meeting(visitor, name)


def fill_details(visitor: Visitor, name: str) -> None:
    page = visitor.page
    visitor.go("/cohorten")
    visitor.check()
    page.get_by_role("link", name="Nieuw cohort").first.click()
    visitor.check("nieuw-cohort")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("nieuw-cohort-fout")
    page.get_by_role("radio", name="Peergang").first.check()
    page.get_by_label("Naam").fill(name)
    page.get_by_label("Eerste dag").fill((TODAY + timedelta(days=21)).isoformat())
    page.get_by_label("Laatste dag").fill((TODAY + timedelta(days=250)).isoformat())
    page.get_by_label("Aantal plaatsen").fill("24")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    expect(page).to_have_url(re.compile("/bijeenkomsten$"))


def take_proposal(visitor: Visitor) -> None:
    page = visitor.page
    visitor.check("voorstel")
    page.get_by_label("Plaats").fill("Utrecht, Jaarbeursplein")
    page.get_by_role("button", name="Neem dit voorstel over").click()
    expect(page.get_by_role("link", name="Verder naar trainers")).to_be_visible()
    visitor.check("bijeenkomsten")
    page.get_by_role("link", name="Verder naar trainers").click()


def add_trainer(visitor: Visitor, email: str) -> None:
    page = visitor.page
    visitor.check("trainers-leeg")
    page.get_by_label("E‑mailadres").fill(email)
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("main").get_by_text(email)).to_be_visible()
    visitor.check("trainers")
    page.get_by_role("link", name="Verder naar deelnemers").click()


def add_participants(visitor: Visitor, path: Path) -> None:
    page = visitor.page
    visitor.check("deelnemers-leeg")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="Lees in").click()
    expect(page.get_by_role("alert")).to_contain_text("van de 6 rijen")
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("voorbeeld")
    page.get_by_role("link", name="Alle 6 rijen").click()
    expect(page.get_by_text("Daniël Zeewolde")).to_be_visible()
    visitor.check("voorbeeld-alles")
    page.locator("input[name^=email-]").fill(f"jip{visitor.width}@school.example")
    for choice in page.locator("select[name^=institution-]").all():
        choice.select_option(label=f"ROC Vlindertuin {visitor.width}")
    page.get_by_role("button", name="Controleer opnieuw").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    visitor.check("voorbeeld-goed")
    page.get_by_role("button", name="Voeg 6 deelnemers toe").click()
    expect(page.get_by_text("6 deelnemers toegevoegd").first).to_be_visible()
    visitor.check("deelnemers")
    page.get_by_role("link", name="Verder naar controleren").click()


def open_cohort(visitor: Visitor) -> None:
    page = visitor.page
    visitor.check("controleren")
    page.get_by_role("link", name="Maak de peergroepen").click()
    visitor.check("groepen-voorstel")
    page.get_by_role("button", name="Bewaar deze groepen").click()
    expect(page.get_by_role("main").locator("section.pg-panel h2").first).to_be_visible()
    visitor.check("groepen")
    page.get_by_role("link", name="Verder naar controleren").click()
    page.get_by_role("button", name="Open het cohort").click()
    page.wait_for_load_state()
    visitor.check("geopend")


def move_a_meeting(visitor: Visitor, name: str) -> None:
    page = visitor.page
    visitor.go("/cohorten")
    page.get_by_role("main").get_by_role("link", name=name).click()
    visitor.check("cohort")
    page.get_by_role("link", name="Wijzig bijeenkomsten").click()
    page.get_by_role("link", name=re.compile("^Wijzig ")).nth(1).click()
    visitor.check("bijeenkomst-wijzigen")
    page.get_by_label("Datum").fill((TODAY + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dit verandert er")
    visitor.check("bijeenkomst-gevolgen")
    page.get_by_role("button", name="Bewaar de wijziging").click()
    expect(page.get_by_role("status").first).to_be_visible()
    visitor.check("bijeenkomst-verschoven")


MARKER = "zandkasteelgeheim"


def refuse_marker(page: Page) -> None:
    assert MARKER not in page.content(), page.url


def test_participation_holds_no_word_of_a_reflection(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    with site.work() as session:
        organiser = make_organiser(session, "Lotte", "Vlierstruik")
    submitted_reflection(site, team, f"Titel met {MARKER}")
    site.run_workers()
    visitor = visit(width, organiser)
    page = visitor.page
    visitor.go("/deelname")
    visitor.check()
    refuse_marker(page)
    page.get_by_label("Toon").select_option(index=1)
    page.get_by_role("searchbox", name="Instelling").fill("Zevenbruggen")
    page.get_by_role("button", name="Pas toe").click()
    visitor.check("deelname-gefilterd")
    refuse_marker(page)
    page.locator("table.pg-heat tbody td a").last.click()
    expect(page.get_by_role("link", name="Amira Veldhaver", exact=True)).to_be_visible()
    visitor.check("deelname-cel")
    refuse_marker(page)
    page.get_by_role("link", name="Voortgang van het cohort").click()
    visitor.check("voortgang")
    refuse_marker(page)
    visitor.go("/deelname")
    page.locator("summary", has_text="Exporteer").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Kale tabel (csv)").click()
    make_report(site.engine, Files(site.settings.files_url), UUID(page.url.rpartition("/")[2]), clock.now)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "Zevenbruggen" in table
    assert MARKER not in table
