"""Adding a photo from a phone, a file that is refused, stopping halfway, and what a reader sees of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.files import make_office, make_pdf, make_photo

WORDS = "Drie vragen die niemand durfde te stellen."


def editor(visitor: Visitor, team: Team) -> Page:
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    return visitor.page


def files(*found: tuple[str, str, bytes]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in found]


PHOTO = ("bord.jpg", "image/jpeg", make_photo("JPEG", (1200, 800)))
PAPER = ("kijkvraag.pdf", "application/pdf", make_pdf())
PAGE = ("les.html", "text/html", b"<html><script>alert(1)</script>")


def test_files_join_a_text_that_is_being_written(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    visitor.expected = {422}
    page = editor(visitor, team)
    section = page.locator("#bijlagen")
    expect(section).to_contain_text("Er staat nog niets bij.")
    visitor.check("bijlagen-leeg")
    page.locator("textarea").first.fill(WORDS)
    section.get_by_label("Kies een bestand").set_input_files(files(PHOTO, PAGE, PAPER))
    expect(section.get_by_role("link", name="bord.jpg")).to_be_visible()
    expect(section).to_contain_text("Dit soort bestand kan niet mee.")
    expect(section.get_by_role("link", name="kijkvraag.pdf")).to_be_visible()
    picture = section.get_by_role("img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("one => one.complete && one.naturalWidth === 480", arg=picture.element_handle())
    expect(page.locator("textarea").first).to_have_value(WORDS)
    visitor.check("bijlagen-geweigerd")
    section.get_by_role("button", name="Sluit").click()
    expect(section.get_by_role("button", name="Sluit")).to_have_count(0)
    # Describing it is saved on leaving the field.
    with page.expect_response(
        lambda answer: answer.url.endswith("/bijlagen") and answer.request.method == "POST"
    ):
        section.get_by_label("Wat staat er op de foto?").fill("Het bord met drie vragen")
        section.get_by_label("Kies een bestand").focus()
    section.get_by_role("button", name="Haal weg: kijkvraag.pdf").click()
    back = section.get_by_role("button", name="Zet terug: kijkvraag.pdf")
    expect(back).to_be_focused()
    visitor.check("bijlagen-weggehaald")
    back.click()
    expect(section.get_by_role("button", name="Haal weg: kijkvraag.pdf")).to_be_visible()
    expect(page.locator("[data-save-status]")).to_contain_text("Bewaard om")
    page.reload()
    expect(page.locator("textarea").first).to_have_value(WORDS)
    expect(section.get_by_label("Wat staat er op de foto?")).to_have_value("Het bord met drie vragen")
    visitor.check("bijlagen")


def test_stopping_halfway_and_trying_again(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    section = page.locator("#bijlagen")
    held: list[Route] = []
    page.route("**/bijlagen*", lambda route: held.append(route))  # noqa: PLW0108 playwright asks more of a function
    section.get_by_label("Kies een bestand").set_input_files(files(PHOTO))
    expect(section.get_by_role("progressbar")).to_be_visible()
    visitor.check("bijlagen-onderweg")
    section.get_by_role("button", name="Stop").click()
    expect(section.get_by_role("progressbar")).to_have_count(0)
    expect(section.get_by_label("Kies een bestand")).to_be_focused()
    visitor.offline = True
    page.unroute("**/bijlagen*")
    page.route("**/bijlagen*", lambda route: route.abort("internetdisconnected"))
    section.get_by_label("Kies een bestand").set_input_files(files(PHOTO))
    expect(section).to_contain_text("Probeer het opnieuw")
    visitor.problems.clear()
    page.unroute("**/bijlagen*")
    section.get_by_role("button", name="Probeer opnieuw").click()
    expect(section.get_by_role("link", name="bord.jpg")).to_be_visible()
    expect(section.get_by_role("link"), "the one that was stopped is not there").to_have_count(1)


def test_a_file_is_dropped_and_a_picture_pasted(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    page = editor(visit(1280, team.author), team)
    section = page.locator("#bijlagen")
    carrier = page.evaluate_handle(
        "([name, kind, bytes]) => { const carrier = new DataTransfer();"
        " carrier.items.add(new File([new Uint8Array(bytes)], name, { type: kind })); return carrier; }",
        ["plan.docx", "", list(make_office())],
    )
    section.dispatch_event("dragover", {"dataTransfer": carrier})
    expect(section.locator("[data-drop]")).to_have_class("pg-drop is-over")
    section.dispatch_event("drop", {"dataTransfer": carrier})
    expect(section.get_by_role("link", name="plan.docx")).to_be_visible()
    page.evaluate(
        "bytes => { const carrier = new DataTransfer();"
        " carrier.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));"
        " document.querySelector('textarea').dispatchEvent("
        "   new ClipboardEvent('paste', { clipboardData: carrier, bubbles: true, cancelable: true })); }",
        list(make_photo("PNG")),
    )
    expect(section.get_by_role("link", name="image.png")).to_be_visible()


def test_without_scripts_a_file_is_chosen_and_sent(
    site: Site, visit: NewVisitor, width: int, tmp_path: Path
) -> None:
    team = make_team(site)
    visitor = visit(width, team.author, scripts=False)
    page = editor(visitor, team)
    page.get_by_label("Kies een bestand").set_input_files(files(PAGE))
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("#bijlagen")).to_contain_text("Dit soort bestand kan niet mee.")
    page.get_by_label("Kies een bestand").set_input_files(files(PHOTO))
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("link", name="bord.jpg")).to_be_visible()
    page.get_by_label("Wat staat er op de foto?").fill("Een bord")
    page.get_by_label("Wat staat er op de foto?").press("Enter")
    expect(page.get_by_role("img", name="Een bord")).to_be_visible()
    page.get_by_role("button", name="Haal weg: bord.jpg").click()
    page.get_by_role("button", name="Zet terug: bord.jpg").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="bord.jpg").click()
    assert download.value.suggested_filename == "bord.jpg"


def test_a_much_too_large_file_without_scripts_is_refused_in_words(
    site: Site, visit: NewVisitor, tmp_path: Path
) -> None:
    team = make_team(site)
    page = editor(visit(1280, team.author, scripts=False), team)
    large = tmp_path / "film.mp4"
    large.write_bytes(bytes(25 * 1024 * 1024))
    page.get_by_label("Kies een bestand").set_input_files(large)
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("#bijlagen")).to_contain_text("groter dan 10 MB")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_reader_sees_photos_and_takes_files_along(
    site: Site, visit: NewVisitor, width: int, dark: bool
) -> None:
    team = make_team(site)
    reflection_id = submitted_reflection(site, team)
    author = visit(width, team.author)
    page = editor(author, team)
    page.get_by_label("Kies een bestand").set_input_files(files(PHOTO, PAPER))
    expect(page.get_by_role("link", name="kijkvraag.pdf")).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/bijlagen")):
        page.get_by_label("Wat staat er op de foto?").fill("Het bord met drie vragen")
        page.get_by_label("Kies een bestand").focus()
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_text("Versie 2 is ingeleverd")).to_be_visible()
    author.check("bijlagen-gelezen")
    for path, who, name in (
        (f"/reflecties/{reflection_id}", team.peer, "peer"),
        (f"/beoordelen/{reflection_id}", team.trainer, "trainer"),
    ):
        visitor = visit(width, who, dark=dark)
        visitor.go(path)
        shown = visitor.page.get_by_role("img", name="Het bord met drie vragen")
        shown.scroll_into_view_if_needed()
        visitor.page.wait_for_function("one => one.naturalWidth === 480", arg=shown.element_handle())
        visitor.check(f"bijlagen-{name}")
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("link", name="kijkvraag.pdf").click()
        assert download.value.suggested_filename == "kijkvraag.pdf"
