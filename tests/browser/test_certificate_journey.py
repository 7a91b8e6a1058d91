"""From what is missing to the certificate, and to whoever checks it; on a phone and a desk, in both languages."""

from datetime import UTC, datetime

from playwright.sync_api import expect
from pypdf import PdfReader

from peergang.certificates.actions.issuing import issue_earned
from peergang.certificates.queries import list_certificates_of
from peergang.certificates.rules.codes import show_code
from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.certificates import ISSUER, Finish, make_finish
from tests.factories.progress import attend, compile_now


def nearly(site: Site) -> tuple[Finish, dict[str, User]]:
    """A cohort in which one meeting is missing, and its people."""
    with site.work() as session:
        finish = make_finish(session, datetime.now(UTC))
        finish.finish(meetings=3)
        people = {
            "participant": finish.user(finish.participant),
            "trainer": finish.user(finish.trainer),
            "organiser": finish.organiser,
        }
        session.flush()
    return finish, people


def give(site: Site, finish: Finish) -> str:
    """The participant was at the fourth meeting, and the worker came by. Gives the code as it is printed."""
    now = datetime.now(UTC)
    with site.work() as session:
        attend(session, finish.meetings[3], finish.participant)
        compile_now(session, now)
        assert issue_earned(session, ISSUER, now=now)[0] >= 1
        [row] = list_certificates_of(session, [finish.participant.id])
        return show_code(row.code)


def test_the_participant_sees_what_is_missing_and_takes_the_certificate_along(
    site: Site, visit: NewVisitor, width: int
) -> None:
    finish, people = nearly(site)
    visitor = visit(width, people["participant"])
    page = visitor.page
    visitor.go("/mijn-certificaat")
    expect(page.get_by_role("main")).to_contain_text("Nog 1 bijeenkomst te gaan.")
    visitor.check("certificaat-onderweg")
    code = give(site, finish)
    visitor.go("/mijn-certificaat")
    expect(page.get_by_role("main")).to_contain_text(code)
    visitor.check("certificaat-mijn")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download in het Nederlands").click()
    text = " ".join(one.extract_text() for one in PdfReader(download.value.path()).pages)
    assert "Anna van der Berg" in text
    page.get_by_label("Toon mijn hele naam").uncheck()
    page.get_by_label("Ik wil een edubadge").check()
    page.get_by_label("Account bij je instelling").fill("anna")
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar mijn keuze").click()
    visitor.check("certificaat-fout")
    page.get_by_label("Account bij je instelling").fill("anna@roc.example")
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar mijn keuze").click()
    expect(page.get_by_role("main")).to_contain_text("Je keuze is bewaard.")
    page.get_by_role("link", name="Controlepagina").click()
    expect(page.get_by_role("main")).to_contain_text("A. B.")
    expect(page.get_by_role("main")).not_to_contain_text("Anna")


def test_everybody_checks_a_code(site: Site, visit: NewVisitor, width: int) -> None:
    finish, _people = nearly(site)
    code = give(site, finish)
    visitor = visit(width)
    page = visitor.page
    visitor.go("/certificaat")
    visitor.check("certificaat-controleren")
    page.get_by_role("textbox", name="Code").fill("geen code")
    with page.expect_navigation():
        page.get_by_role("button", name="Controleer").click()
    expect(page.get_by_role("main")).to_contain_text("Deze code kennen we niet")
    expect(page.get_by_role("textbox", name="Code")).to_have_value("geen code")
    visitor.check("certificaat-onbekend")
    typed = code.lower().replace("-", " ").replace("0", "o")
    page.get_by_role("textbox", name="Code").fill(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Ja, dit certificaat geldt")
    expect(page.get_by_role("main")).to_contain_text("Anna van der Berg")
    visitor.check("certificaat-geldt")


def test_the_organiser_gives_withdraws_and_corrects(site: Site, visit: NewVisitor, width: int) -> None:
    finish, people = nearly(site)
    visitor = visit(width, people["organiser"])
    page = visitor.page
    main = page.get_by_role("main")
    path = f"/cohorten/{finish.cohort.id}/certificaten"
    visitor.go(path)
    visitor.check("certificaten-cohort-bijna")
    page.get_by_role("link", name="Geef het certificaat").click()
    visitor.check("certificaten-geven")
    page.get_by_label("Reden").fill("Was ziek bij een bijeenkomst en haalde alles in.")
    with page.expect_navigation():
        page.get_by_role("button", name="Geef het certificaat").click()
    expect(main).to_contain_text("Anna van der Berg heeft het certificaat.")
    page.get_by_text("Wijzig Anna").click()
    page.get_by_role("link", name="Verbeter de naam").click()
    visitor.check("certificaten-naam")
    page.get_by_label("Naam op het certificaat").fill("Anna de Wit")
    page.get_by_label("Reden").fill("De naam was verkeerd gespeld.")
    with page.expect_navigation():
        page.get_by_role("button", name="Zet deze naam erop").click()
    expect(main).to_contain_text("Anna de Wit")
    page.get_by_text("Wijzig Anna").click()
    page.get_by_role("link", name="Trek in").click()
    visitor.check("certificaten-intrekken")
    page.get_by_label("Reden").fill("Er bleek een vergissing te zijn.")
    with page.expect_navigation():
        page.get_by_role("button", name="Trek het certificaat in").click()
    expect(main).to_contain_text("Ingetrokken")
    with page.expect_navigation():
        page.get_by_role("button", name="Herstel").click()
    expect(main).to_contain_text("Het certificaat geldt weer.")
    visitor.check("certificaten-cohort")


def test_it_is_there_in_english(site: Site, visit: NewVisitor, width: int) -> None:
    finish, people = nearly(site)
    code = give(site, finish)
    with site.work() as session:
        session.get_one(User, people["participant"].id).locale = "en"
    visitor = visit(width, people["participant"])
    visitor.locale = "en"
    visitor.go("/mijn-certificaat")
    expect(visitor.page.get_by_role("main")).to_contain_text("Peergang for i-coaches")
    visitor.check("certificate-english")
    visitor.go(f"/certificaat/{code}")
    expect(visitor.page.get_by_role("main")).to_contain_text("Peergang for i-coaches")
    visitor.check("certificate-verify-english")
