"""An organiser moves a meeting, sees what moves with it, takes it back; copies a cohort; gives somebody more time."""

from datetime import timedelta

from sqlalchemy import select

from peergang.cohorts.models import FreePeriod
from peergang.core import clock
from peergang.curriculum.models import Module
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.identity import make_organiser, make_user


def test_planning(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        organiser = make_organiser(session)
        now = clock.now()
        cohort = make_cohort(session, now, edition=site.edition(session))
        make_trainer(session, cohort, user=make_user(session, "Marijke", "Roerdomp", password_hash="x"))
        person = make_participant(session, cohort)
        starts = (now + timedelta(weeks=8)).replace(hour=12, minute=30, second=0, microsecond=0)
        module_id = session.scalar(
            select(Module.id).where(Module.edition_id == cohort.edition_id).order_by(Module.position)
        )
        meeting = make_meeting(session, cohort, starts, module_id=module_id, place="Utrecht")
        day = starts.date() + timedelta(weeks=2)
        session.add(
            FreePeriod(
                name=f"Vakantie {width}", region="zuid", starts_on=day, ends_on=day + timedelta(days=8)
            )
        )
        ids = (cohort.id, meeting.id, person.id)
    cohort_id, meeting_id, person_id = ids
    me = visit(width, organiser)
    me.go(f"/cohorten/{cohort_id}/bijeenkomsten")
    me.check()
    me.go(f"/bijeenkomsten/{meeting_id}/wijzigen")
    me.check()
    me.page.get_by_label("Datum").fill(day.isoformat())
    me.page.get_by_role("button", name="Bewaar").click()
    me.page.get_by_role("heading", name="Dit verandert er").wait_for()
    assert me.page.get_by_text(f"Vakantie {width} (regio zuid)").count()
    me.check("preview")
    me.page.get_by_role("button", name="Bewaar de wijziging").click()
    me.page.get_by_role("button", name="Maak ongedaan").wait_for()
    me.check("changed")
    me.page.get_by_role("button", name="Maak ongedaan").click()
    me.page.get_by_text("De wijziging is teruggedraaid").wait_for()
    me.go(f"/cohorten/{cohort_id}/modules/{module_id}/data")
    me.check()
    me.page.get_by_role("link", name="Zet eigen datum").first.click()
    me.check("activity")
    me.go(f"/cohorten/{cohort_id}/kopieren")
    me.check()
    me.page.get_by_label("Naam").fill(f"Kopie {width}")
    me.page.get_by_role("button", name="Bekijk het resultaat").click()
    me.page.get_by_role("heading", name=f"Kopie {width}").wait_for()
    me.check("copy")
    me.page.get_by_role("button", name="Maak dit cohort").click()
    me.page.get_by_role("heading", name="Cohort opzetten").wait_for()
    me.check("copied")
    me.go("/vrije-dagen")
    me.check()
    me.go(f"/inschrijvingen/{person_id}/uitstel")
    me.page.get_by_label("Waarvoor").select_option(index=2)
    me.page.get_by_label("Nieuwe datum").fill((now + timedelta(weeks=12)).date().isoformat())
    me.page.get_by_label("Reden").fill("Ziek geweest.")
    me.page.get_by_role("button", name="Geef uitstel").click()
    me.page.get_by_role("heading", name="Gegeven uitstel").wait_for()
    me.check("extended")
