"""An admin follows a full compile of progress: live, without scripts, and stops it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from peergang.core.permissions import SYSTEM
from peergang.identity.models import RoleGrant, User
from peergang.progress.actions.compile import compile_waiting
from peergang.progress.actions.full_compile import compile_all, continue_compile
from peergang.progress.actions.runs import begin_compile, find_running
from peergang.progress.models import CompileRun, EnrolmentProgress
from peergang.progress.rules.runs import Origin
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.identity import make_user


@pytest.fixture
def team(site: Site) -> Team:
    return make_team(site)


@pytest.fixture
def admin(site: Site) -> User:
    with site.work() as session:
        user = make_user(session, "Wouter", "Zandvoort", particle="van")
        session.add_all([RoleGrant(user_id=user.id, role=role) for role in ("admin", "organiser")])
    return user


def running(site: Site) -> UUID:
    with site.work() as session:
        found = find_running(session)
    assert found is not None
    return found


def go_on(site: Site, run_id: UUID, parts: int | None = None) -> None:
    """A worker makes so many parts of one enrolment each, or all that are left."""
    left = iter([True] * parts) if parts else None
    keep_on = (lambda: next(left, False)) if left else (lambda: True)
    continue_compile(site.engine, run_id, now=datetime.now(UTC), part=1, keep_on=keep_on)


def test_an_admin_watches_it_move(site: Site, visit: NewVisitor, width: int, team: Team, admin: User) -> None:
    compile_waiting(site.engine, now=datetime.now(UTC))
    compile_all(site.engine, now=datetime.now(UTC))
    with site.work() as session:
        session.execute(update(EnrolmentProgress).values(last_completed_at=None, completed=0, required=0))
    visitor = visit(width, admin)
    page = visitor.page
    visitor.go("/beheer/voortgang")
    visitor.check("voortgang-uitrekenen")
    page.get_by_role("button", name="Reken nu alles opnieuw uit").click()
    expect(page.get_by_role("heading", name="Nu bezig")).to_be_visible()
    visitor.check("voortgang-bezig")
    run_id = running(site)
    go_on(site, run_id, 2)
    expect(page.locator("[data-text]")).to_contain_text("2 van de ")
    assert page.locator("progress").evaluate("bar => bar.value") == 2
    go_on(site, run_id)
    # It is over: the page comes again by itself.
    expect(page.get_by_role("heading", name="Nu bezig")).to_have_count(0)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Wat niet klopte")).to_be_visible()
    expect(page.get_by_text("0 van de 0").first).to_be_visible()
    visitor.check("voortgang-gevonden")


def test_without_scripts_a_link_refreshes_it(
    site: Site, visit: NewVisitor, width: int, team: Team, admin: User
) -> None:
    with site.work() as session:
        run_id = begin_compile(session, SYSTEM, now=datetime.now(UTC), origin=Origin.NIGHT)
    visitor = visit(width, admin, scripts=False)
    page = visitor.page
    visitor.go("/beheer/voortgang")
    expect(page.get_by_text("0 van de ")).to_be_visible()
    go_on(site, run_id, 1)
    page.get_by_role("link", name="Ververs").click()
    expect(page.get_by_text("1 van de ")).to_be_visible()
    page.get_by_role("button", name="Stop het uitrekenen").click()
    expect(page.get_by_text("Gestopt.").first).to_be_visible()
    with site.work() as session:
        assert session.scalar(select(CompileRun.state).where(CompileRun.id == run_id)) == "stopped"
