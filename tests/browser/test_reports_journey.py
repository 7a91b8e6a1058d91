"""A table as a file: asked for, watched, downloaded and thrown away; and one that comes every week."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from peergang.core import clock
from peergang.core.storage import Files
from peergang.identity.models import User
from peergang.reports.actions.making import make_report
from peergang.reports.models import Report
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import compile_now


def make_network(site: Site, locale: str = "nl") -> User:
    with site.work() as session:
        organiser = make_organiser(session)
        organiser.locale = locale
        cohort = make_cohort(session, datetime.now(UTC), edition=site.edition(session))
        school = make_institution(session, "Groenschool Wilgenbos")
        make_participant(session, cohort, institution=school, user=make_user(session, "Anna", "Zonneveld"))
        compile_now(session, datetime.now(UTC))
    return organiser


def id_in(address: str) -> UUID:
    return UUID(address.rstrip("/").rpartition("/")[2])


def make(site: Site, report_id: UUID) -> None:
    """What a worker does."""
    assert make_report(site.engine, Files(site.settings.files_url), report_id, clock.now)


def make_half(site: Site, report_id: UUID, user: User) -> None:
    with site.work() as session:
        report = session.get_one(Report, report_id)
        report.state, report.done, report.total = "running", 30, 120
        report.lease_token, report.lease_until = user.id, datetime.now(UTC)


def wait_again(site: Site, report_id: UUID) -> None:
    with site.work() as session:
        report = session.get_one(Report, report_id)
        report.state, report.lease_token, report.lease_until = "requested", None, None


def test_ask_watch_download_and_throw_away(site: Site, visit: NewVisitor, width: int) -> None:
    organiser = make_network(site)
    visitor = visit(width, organiser)
    page = visitor.page
    visitor.go("/rapporten")
    expect(page.get_by_text("Nog geen bestanden")).to_be_visible()
    visitor.check("rapporten-leeg")
    visitor.go("/deelname?maat=voortgang")
    page.locator("summary", has_text="Exporteer").click()
    expect(page.get_by_role("button", name="Om te lezen (pdf)")).to_be_visible()
    visitor.check("exporteer")
    with page.expect_navigation():
        page.get_by_role("button", name="Excel (xlsx)").click()
    expect(page.get_by_text("Wacht op zijn beurt")).to_be_visible()
    visitor.check("rapport-wacht")
    report_id = id_in(page.url)
    # The page looks again by itself.
    make_half(site, report_id, organiser)
    expect(page.get_by_role("progressbar", name="Hoe ver het is")).to_have_attribute("value", "25")
    visitor.check("rapport-halverwege")
    wait_again(site, report_id)
    make(site, report_id)
    expect(page.get_by_role("heading", name="Je bestand is klaar")).to_be_visible()
    visitor.check("rapport-klaar")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    assert fetched.value.suggested_filename.startswith("deelname-voortgang-")
    visitor.go("/rapporten")
    expect(page.get_by_role("link", name="Deelname per instelling en cohort", exact=True)).to_be_visible()
    visitor.check("rapporten")
    page.get_by_role("button", name="Gooi weg").click()
    expect(page.get_by_text("Nog geen bestanden")).to_be_visible()


def test_a_report_every_week(site: Site, visit: NewVisitor, width: int) -> None:
    organiser = make_network(site)
    visitor = visit(width, organiser)
    page = visitor.page
    visitor.go("/rapporten/abonnement?soort=participation&vraag=maat%3Dvoortgang")
    visitor.check("abonnement")
    page.get_by_label("Dag van de week").select_option("3")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Elke woensdag")).to_be_visible()
    visitor.check("abonnementen")
    page.get_by_role("button", name="Pauzeer").click()
    expect(page.get_by_text("Gepauzeerd")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Er komt nog niets vanzelf")).to_be_visible()


def test_without_scripts_a_link_tells_how_far_it_is(site: Site, visit: NewVisitor) -> None:
    organiser = make_network(site)
    visitor = visit(390, organiser, scripts=False)
    page = visitor.page
    visitor.go("/deelname")
    page.locator("summary", has_text="Exporteer").click()
    page.get_by_role("button", name="Kale tabel (csv)").click()
    report_id = id_in(page.url)
    page.get_by_role("link", name="Kijk of het klaar is").click()
    expect(page.get_by_text("Wacht op zijn beurt")).to_be_visible()
    make(site, report_id)
    page.get_by_role("link", name="Kijk of het klaar is").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    assert fetched.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("dark", [False, True])
def test_in_english(site: Site, visit: NewVisitor, dark: bool) -> None:
    organiser = make_network(site, "en")
    visitor = visit(390, organiser, dark=dark)
    visitor.locale = "en"
    with site.work() as session:
        report = Report(
            user_id=organiser.id,
            kind="participation",
            format="pdf",
            locale="en",
            role="organiser",
            state="failed",
            reason="too_much",
            asked_at=datetime.now(UTC),
        )
        session.add(report)
    for path in ("/rapporten", f"/rapporten/{report.id}", "/rapporten/abonnement?soort=participation"):
        visitor.go(path)
        visitor.check()
    with site.work() as session:
        assert session.scalars(select(Report.state).where(Report.id == report.id)).one() == "failed"
