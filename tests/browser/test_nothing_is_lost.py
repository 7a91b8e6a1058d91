"""Whatever ends while somebody writes, the tab, the network, the server, the database or the session: no word is lost,
none comes twice, and the page says in words how things stand.
"""

import os
import signal
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select

from peergang.core.embedded import Server, start_postgres
from peergang.coursework.models import PeerFeedback, ReflectionVersion, Review
from tests.browser.lab import Lab, NewWriter, kept_here, stored_text, wait_until
from tests.browser.people import Team, submitted_reflection
from tests.browser.site import Site
from tests.factories.files import make_pdf

SENTENCE = "De docent zweeg. "
LISTEN = """new MutationObserver(() => {
    const said = document.querySelector('[data-save-status]').textContent
    sessionStorage.said = (sessionStorage.said ?? '') + said
}).observe(document.querySelector('[data-save-status]'), {subtree: true, childList: true, characterData: true})"""
"""What the line says is remembered past the page itself."""


def test_a_tab_that_is_gone_at_once(lab: Lab, team: Team, writer: NewWriter, width: int) -> None:
    amira = writer()
    lab.wire.silent = True  # Nothing arrives, nor does a last word on leaving.
    amira.visitor.offline = True
    amira.type(SENTENCE * 3)
    kept_here(amira.page, SENTENCE * 3)
    assert stored_text(lab.site, team) == ""
    amira.page.close()
    lab.wire.mend()
    again = amira.another_tab()
    expect(again.answer()).to_have_value(SENTENCE * 3)
    again.visitor.check("teruggezet")
    again.saved()
    assert stored_text(lab.site, team) == SENTENCE * 3


def test_a_network_that_pretends(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    amira.visitor.offline = True
    amira.type("Eerst. ")
    amira.saved()
    lab.wire.silent = True
    amira.type("In de tunnel. ")
    amira.says("Bezig met bewaren")
    amira.type("Nog steeds. ")
    kept_here(amira.page, "Nog steeds.")
    amira.cut_off(lab.wire)
    amira.visitor.check("geen-verbinding")
    lab.wire.mend()
    amira.saved()
    assert stored_text(lab.site, team) == "Eerst. In de tunnel. Nog steeds. "


def test_an_answer_that_got_lost_is_no_conflict(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    amira.visitor.offline = True
    amira.visitor.expected = {409}
    lab.wire.deaf = True
    amira.type("Dit kwam aan. ")
    wait_until(amira.page, lambda: "kwam" in stored_text(lab.site, team), "it never arrived")
    amira.type("Dit niet. ")
    kept_here(amira.page, "Dit niet.")
    lab.wire.mend()
    amira.saved()
    expect(amira.page.locator("#autosave-conflict-panel")).to_have_count(0)
    assert stored_text(lab.site, team) == "Dit kwam aan. Dit niet. "
    # The same, and then the tab goes.
    lab.wire.deaf = True
    amira.type("Weer aangekomen. ")
    wait_until(amira.page, lambda: "Weer" in stored_text(lab.site, team), "it never arrived")
    amira.type("Weer niet. ")
    kept_here(amira.page, "Weer niet.")
    lab.wire.silent = True
    amira.page.close()
    lab.wire.mend()
    again = amira.another_tab()
    whole = "Dit kwam aan. Dit niet. Weer aangekomen. Weer niet. "
    expect(again.answer()).to_have_value(whole)
    again.saved()
    assert stored_text(lab.site, team) == whole


def test_a_server_and_a_database_that_die(lab: Lab, team: Team, writer: NewWriter, postgres: Server) -> None:
    amira = writer()
    amira.visitor.offline = True
    amira.visitor.expected = {409}
    amira.type("Voor de storing. ")
    amira.saved()
    # With a save on its way: after a second the page says so.
    lab.wire.slow = (b"POST", 8)
    amira.type("Onderweg. ")
    wait_until(amira.page, lambda: amira.line.get_attribute("data-state") == "saving", "no save began")
    lab.kill()
    amira.type("Tijdens de storing. ")
    amira.says("Geen verbinding")
    kept_here(amira.page, "Tijdens de storing.")
    _restart(postgres)
    lab.start()
    amira.type("En daarna. ")
    amira.saved()
    whole = "Voor de storing. Onderweg. Tijdens de storing. En daarna. "
    assert stored_text(lab.site, team) == whole
    amira.page.reload()
    expect(amira.answer()).to_have_value(whole)


def _restart(postgres: Server) -> None:
    """End the database at once, as when the machine stops, and start it on the same files."""
    os.kill(postgres.pid, signal.SIGQUIT)
    postgres.process.wait(20)
    postgres.lock.release()
    again = start_postgres(postgres.data_dir, durable=False)
    # The fixture ends what it knows.
    object.__setattr__(postgres, "process", again.process)
    object.__setattr__(postgres, "lock", again.lock)


def test_a_submit_that_takes_long_is_not_crossed(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    page = amira.page
    amira.type("Ingeleverd en wel. ")
    amira.saved()  # Otherwise that may come between.
    path = amira.path
    lab.wire.slow = (f"POST {path}".encode(), 8)
    page.evaluate(LISTEN)
    before = len(lab.wire.passed)
    page.get_by_role("button", name="Bewaar concept").last.click(no_wait_after=True)
    amira.type("Nog een gedachte. ")
    kept_here(page, "gedachte")
    expect(page.get_by_text("Je concept is bewaard.")).to_be_visible()
    posts = [line for line in lab.wire.passed[before:] if line.startswith(b"POST")]
    assert posts[0].startswith(f"POST {path}".encode()), posts
    assert "Versturen duurt lang" in page.evaluate("sessionStorage.said")
    expect(amira.answer()).to_have_value("Ingeleverd en wel. Nog een gedachte. ")
    amira.saved()
    assert stored_text(lab.site, team) == "Ingeleverd en wel. Nog een gedachte. "


def test_feedback_and_a_review_survive_as_well(lab: Lab, team: Team, writer: NewWriter) -> None:
    reflection_id = submitted_reflection(lab.site, team)
    with lab.site.work() as session:
        of_reflection = ReflectionVersion.reflection_id == reflection_id
        version_id = session.scalars(select(ReflectionVersion.id).where(of_reflection)).one()
    for user, path, column in (
        (team.peer, f"/feedback/{version_id}", PeerFeedback.answers),
        (team.trainer, f"/beoordelen/{reflection_id}", Review.message),
    ):
        someone = writer(user, path, width=1280)
        someone.visitor.offline = True
        someone.visitor.expected = {409}
        field = "#besluit textarea" if user is team.trainer else "textarea"
        someone.field = field
        someone.type("Sterk begin. ")
        someone.saved()
        lab.wire.deaf = True
        someone.type("Let op het slot. ")
        wait_until(someone.page, lambda column=column: "slot" in _all(lab.site, column), "it never arrived")
        lab.wire.silent = True
        someone.type("En nog iets. ")
        kept_here(someone.page, "En nog iets.")
        someone.page.close()
        lab.wire.mend()
        again = someone.another_tab()
        expect(again.answer()).to_have_value("Sterk begin. Let op het slot. En nog iets. ")
        again.saved()
        assert "Sterk begin. Let op het slot. En nog iets." in _all(lab.site, column)


def _all(site: Site, column: Any) -> str:
    with site.work() as session:
        return str(list(session.scalars(select(column))))


def test_an_upload_that_breaks_off_can_go_again(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    page = amira.page
    amira.visitor.offline = True
    amira.type("Zie de bijlage. ")
    amira.saved()
    lab.wire.silent = True
    page.locator("[data-attachments] input[type=file]").set_input_files(
        {"name": "verslag.pdf", "mimeType": "application/pdf", "buffer": make_pdf()}
    )
    again = page.locator("[data-uploads] [data-again]")

    def broken() -> bool:
        lab.wire.drop()
        return again.is_visible()

    wait_until(page, broken, "the page never noticed")
    expect(page.locator("[data-uploads]")).to_contain_text("verslag.pdf")
    amira.visitor.check("bijlage-afgebroken")
    lab.wire.mend()
    again.click()
    expect(page.locator("[data-attachments] [data-list]")).to_contain_text("verslag.pdf")
    expect(page.locator("[data-attachments] [data-list] li")).to_have_count(1)
    expect(amira.answer()).to_have_value("Zie de bijlage. ")
