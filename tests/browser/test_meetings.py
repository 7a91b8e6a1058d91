"""A meeting from the side of the trainer at the door and of thirty people with a phone."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from playwright.sync_api import expect

from peergang.cohorts.actions.meeting_sign_off import sign_off
from peergang.core.clock import local_date, start_of_day
from peergang.core.permissions import Actor
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.identity import make_institution, make_user_with_password

NAMES = ("Anna", "Bram", "Chadia", "Daan", "Esra", "Fenna", "Gijs", "Hanna", "Imre", "Jolijn")


def make_day(site: Site, begun: timedelta, number: int = 30):
    """A cohort with a meeting that began `begun` ago."""
    with site.work() as session:
        now = datetime.now(UTC)
        cohort = make_cohort(session, now, edition=site.edition(session))
        trainer = make_user_with_password(session, "Marijke", "Roerdomp")
        make_trainer(session, cohort, user=trainer)
        school = make_institution(session)
        members = []
        for one in range(number):
            user = make_user_with_password(session, NAMES[one % 10], f"van der Meulen-Oosterwijk {one}")
            members.append((user, make_participant(session, cohort, user=user, institution=school)))
        activity = next(row for row in list_cohort_activities(session, cohort.id) if row.kind == "meeting")
        meeting = make_meeting(
            session,
            cohort,
            now - begun,
            title="Leren en lesgeven",
            place="Praktijkhuis, lokaal 2.14, Zevenbruggen",
            link="https://meet.example/leren",
            module_id=activity.module_id,
            activity_id=activity.activity_id,
        )
        make_meeting(session, cohort, now + timedelta(days=30), number=2, title="De opdracht")
        staff = Actor(user_id=trainer.id, trains=frozenset({cohort.id}))
        return cohort, meeting, trainer, members, staff


def test_attendance_of_thirty_people_in_under_a_minute(site: Site, visit: NewVisitor) -> None:
    cohort, meeting, trainer, members, _ = make_day(site, timedelta(minutes=-1))
    with site.work() as session:
        user = members[3][0]
        sign_off(
            session,
            Actor(user_id=user.id, follows=frozenset({cohort.id})),
            meeting.id,
            "Ouderavond",
            now=datetime.now(UTC),
        )
        session.get_one(type(meeting), meeting.id).starts_at -= timedelta(minutes=10)
        make_participant(session, session.get_one(type(cohort), cohort.id), state="invited")
    visitor = visit(390, trainer)
    page = visitor.page
    begin = monotonic()
    visitor.go(f"/bijeenkomsten/{meeting.id}/aanwezigheid")
    expect(page.locator("[data-counts]")).to_have_text("29 aanwezig, 0 afwezig, 1 afgemeld")
    for number in (0, 7, 20):
        page.locator(".pg-roll li").nth(number).get_by_text("Afwezig").click()
    expect(page.locator("[data-counts]")).to_have_text("26 aanwezig, 3 afwezig, 1 afgemeld")
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.locator("[data-counts]")).to_have_text("27 aanwezig, 2 afwezig, 1 afgemeld")
    # Of who was only invited nothing is supposed, and taking a tap back leaves them so.
    page.locator(".pg-roll li").nth(30).get_by_text("Aanwezig").click()
    expect(page.locator("[data-counts]")).to_have_text("28 aanwezig, 2 afwezig, 1 afgemeld")
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.locator("[data-counts]")).to_have_text("27 aanwezig, 2 afwezig, 1 afgemeld")
    page.get_by_role("button", name="Bewaar aanwezigheid").click()
    expect(page.locator("[data-said]")).to_contain_text("Bewaard: 27 aanwezig.")
    assert monotonic() - begin < 60
    visitor.check("aanwezigheid")
    # Offline the list stays on the phone, and goes when the network is back.
    visitor.offline = True
    visitor.context.set_offline(True)
    page.locator(".pg-roll li").nth(1).get_by_text("Afwezig").click()
    page.get_by_role("button", name="Bewaar aanwezigheid").click()
    expect(page.locator("[data-said]")).to_contain_text("Geen verbinding")
    visitor.context.set_offline(False)
    expect(page.locator("[data-said]")).to_contain_text("Bewaard: 26 aanwezig.")
    visitor.offline = False
    # By keyboard: into the list, one to the right, and send.
    page.locator(".pg-roll li").nth(2).locator("input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-counts]")).to_have_text("25 aanwezig, 4 afwezig, 1 afgemeld")
    plain = visit(390, trainer, scripts=False)
    plain.go(f"/bijeenkomsten/{meeting.id}/aanwezigheid")
    plain.page.get_by_role("button", name="Bewaar aanwezigheid").click()
    expect(plain.page.get_by_text("Bewaard: 26 aanwezig.")).to_be_visible()


def test_checking_in_with_the_code_on_the_screen(site: Site, visit: NewVisitor, width: int) -> None:
    now = datetime.now(UTC)
    # Just after midnight as well it began today, or nobody can check in.
    begun = min(timedelta(minutes=5), now - start_of_day(local_date(now)))
    _, meeting, trainer, members, _ = make_day(site, begun, number=4)
    screen, phone = visit(1280, trainer), visit(width, members[0][0])
    screen.go(f"/bijeenkomsten/{meeting.id}")
    screen.check("bijeenkomst-trainer")
    screen.page.get_by_role("link", name="Toon de code").click()
    screen.page.get_by_role("button", name="Maak een code").click()
    screen.check("code")
    code = screen.page.locator(".pg-code").inner_text()
    phone.go(f"/bijeenkomsten/{meeting.id}")
    phone.check("bijeenkomst-vandaag")
    phone.page.get_by_role("link", name="Check in").click()
    phone.page.get_by_label("Code").fill("XXXXXX")
    phone.expected.add(422)
    phone.page.get_by_role("button", name="Ik ben er").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("Deze code klopt niet.")
    phone.check("inchecken-fout")
    phone.page.get_by_label("Code").fill(code.lower())
    phone.page.get_by_role("button", name="Ik ben er").click()
    expect(phone.page.get_by_text("Je bent ingecheckt", exact=True)).to_be_visible()
    expect(screen.page.locator("[data-arrived]")).to_have_text("1 van 4 deelnemers zijn er.")
    expect(screen.page.locator("[data-names]")).to_contain_text("Anna van der Meulen")


def test_a_trainer_prepares_and_writes_up_a_meeting(site: Site, visit: NewVisitor, width: int) -> None:
    _, meeting, trainer, members, _ = make_day(site, timedelta(hours=4), number=5)
    visitor = visit(width, trainer)
    page = visitor.page
    visitor.go(f"/bijeenkomsten/{meeting.id}/agenda")
    page.get_by_role("button", name="Pas de agenda aan").click()
    page.get_by_label("Onderdeel").fill("Afsluiting")
    page.get_by_label("Minuten").fill("15")
    page.get_by_label("Toelichting").fill("Wat neem je **mee**?")
    page.get_by_role("button", name="Voeg toe").click()
    page.get_by_role("button", name="Omhoog Afsluiting").click()
    visitor.check("agenda")
    visitor.go(f"/bijeenkomsten/{meeting.id}/verslag")
    page.get_by_label("Verslag").fill("## Wat we deden\n\n- een les bekeken")
    visitor.check("verslag")
    page.get_by_role("button", name="Bewaar het verslag").click()
    page.get_by_role("link", name="Maak een afspraak").click()
    page.get_by_label("Wat is afgesproken?").fill("Stuurt het lesplan rond")
    page.get_by_label("Wie").select_option(index=2)
    page.get_by_role("button", name="Bewaar de afspraak").click()
    visitor.check("afspraken")
    owner = next(
        user
        for user, _ in members
        if user.family_name in page.locator("main .pg-panel li").first.inner_text()
    )
    visitor.go(f"/bijeenkomsten/{meeting.id}")
    visitor.check("bijeenkomst-geweest")
    mine = visit(width, owner)
    mine.go("/bijeenkomsten")
    mine.check("bijeenkomsten")
    mine.page.get_by_role("link", name="Leren en lesgeven").click()
    mine.page.get_by_role("button", name="Klaar Stuurt het lesplan rond").click()
    expect(mine.page.get_by_text("Mooi, dat is klaar.")).to_be_visible()
    mine.page.get_by_role("link", name="De opdracht").click()
    mine.page.get_by_label("Waarom lukt het niet?").fill("Ik sta dan voor de klas")
    mine.page.get_by_role("button", name="Meld je af").click()
    expect(mine.page.get_by_role("heading", name="Je bent afgemeld")).to_be_visible()
    mine.check("afgemeld")
    mine.page.get_by_role("button", name="Ik kom toch").click()
    mine.go("/agenda")
    mine.page.get_by_role("button", name="Maak mijn adres").click()
    mine.check("agenda-adres")


def test_before_a_meeting_one_screen_tells_it_all(site: Site, visit: NewVisitor, width: int) -> None:
    cohort, meeting, trainer, members, _ = make_day(site, timedelta(days=-2), number=6)
    with site.work() as session:
        user = members[2][0]
        actor = Actor(user_id=user.id, follows=frozenset({cohort.id}))
        sign_off(session, actor, meeting.id, "Ouderavond", now=datetime.now(UTC))
    visitor = visit(width, trainer)
    visitor.go(f"/cohorten/{cohort.id}/voortgang")
    main = visitor.page.get_by_role("main")
    expect(main.get_by_role("heading", name="Volgende bijeenkomst")).to_be_visible()
    expect(main).to_contain_text("1 afmelding")
    expect(main).to_contain_text("Ouderavond")
    visitor.check("voor-de-bijeenkomst")
