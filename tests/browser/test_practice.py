"""An example is written, shared, found by somebody of another institution in the words of a colleague, and tried."""

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team
from tests.browser.site import Site
from tests.browser.visitor import Visitor

PARTS = {
    "In één of twee zinnen": "Docenten keken tien minuten bij elkaar mee en spraken na over één vraag.",
    "Waarom jullie het deden": "Bij Logistiek zag niemand elkaars lessen; losse hulp bleef los.",
    "Zo pak je het aan": "Spreek één kijkvraag af.\nKijk tien minuten.\nPraat dezelfde dag na.",
    "Wat het opleverde, en wat niet": "Vier koppels gingen door. In de toetsweek viel alles stil.",
    "Wat je ervan leerde": "Begin met wie het zelf vraagt.",
}


def test_an_example_is_written_and_found_again(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    title = f"Meekijkles van tien minuten, keer {width}"
    write(visit(width, team.author), title)
    find_and_try(visit(width, team.peer), title)
    author = visit(width, team.author)
    author.go("/bibliotheek/van-mij")
    expect(author.page.get_by_role("main")).to_contain_text("1 keer geprobeerd")
    author.check()


def write(visitor: Visitor, title: str) -> None:
    page = visitor.page
    visitor.go("/bibliotheek/")
    page.get_by_role("link", name="Deel een voorbeeld").first.click()
    visitor.check()
    page.get_by_label("Titel").fill(title)
    page.get_by_role("button", name="Deel met het netwerk").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("voorbeeld-fout")
    for label, words in PARTS.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Onderwerp").select_option(index=8)
    page.get_by_label("Niemand is herkenbaar").check()
    page.get_by_role("button", name="Deel met het netwerk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    visitor.check("gedeeld")


def find_and_try(visitor: Visitor, title: str) -> None:
    page = visitor.page
    visitor.go("/bibliotheek/")
    # Other words than the author's: plural, another form of the verb.
    page.get_by_role("searchbox").fill("meekijklessen logistiek")
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    visitor.check("gevonden")
    page.get_by_role("link", name=title).click()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("button", name="Bewaard")).to_be_visible()
    page.get_by_text("Deels", exact=True).click()
    page.get_by_label("Wat zou je een ander aanraden?").fill("Kijk niet in een toetsweek.")
    page.get_by_role("button", name="Deel je ervaring").click()
    expect(page.locator("#geprobeerd")).to_contain_text("Kijk niet in een toetsweek.")
    visitor.check("geprobeerd")


def test_what_is_not_there_is_told_kindly(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    visitor.go("/bibliotheek/?q=xylofoonbouw")
    expect(visitor.page.get_by_text("Hier is nog niets over gedeeld")).to_be_visible()
    visitor.check("niets-gevonden")
    visitor.go("/bibliotheek/?q=de+het+een")
    expect(visitor.page.get_by_text("Deze woorden staan in bijna elke tekst.")).to_be_visible()
    visitor.check("stopwoorden")
    visitor.page.goto(f"{site.address}/bibliotheek/00000000-0000-0000-0000-000000000000")
    visitor.check("bestaat-niet")
