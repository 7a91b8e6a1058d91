"""Who is silent is said once: the grid of a cohort, its file and the signals name the same people."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Enrolment, FreePeriod
from peergang.core import clock
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.progress.actions.risks import dismiss_risk
from peergang.progress.models import RiskSignal
from peergang.reports.kinds import get_kind
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import complete, list_activities
from tests.factories.risks import evaluate_now, open_signals

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


class Gang:
    """A cohort that began sixty days ago, with one reflection that was due forty days ago."""

    def __init__(self, session: Session, now: datetime) -> None:
        edition = make_edition(session)
        self.session, self.now = session, now
        self.cohort: Cohort = make_cohort(session, now - 60 * DAY, edition=edition)
        by_kind = {one.kind: one for one in list_activities(session, edition)}
        self.read: Activity = by_kind["read"]
        self.due: Activity = by_kind["reflection"]
        own = CohortActivity.cohort_id == self.cohort.id
        far = {"due_at": now + 300 * DAY}
        session.execute(update(CohortActivity).where(own).values(**far))
        modules = update(CohortModule).where(CohortModule.cohort_id == self.cohort.id)
        session.execute(modules.values(**far))
        when = {"opens_at": now - 60 * DAY, "due_at": now - 40 * DAY}
        session.execute(
            update(CohortActivity).where(own, CohortActivity.activity_id == self.due.id).values(**when)
        )

    def join(
        self, name: str, *did: Activity, days_ago: int = 0, joined: int = 60, region: str = "noord"
    ) -> Enrolment:
        institution = make_institution(self.session, f"School van {name}")
        institution.region = region
        user = make_user(self.session, name, "Zonneveld")
        enrolment = make_participant(self.session, self.cohort, user=user, institution=institution)
        enrolment.activated_at = self.now - joined * DAY
        if did:
            complete(self.session, enrolment, *did, at=self.now - days_ago * DAY)
        return enrolment


@pytest.fixture
def gang(session: Session, now: datetime) -> Gang:
    made = Gang(session, now)
    made.join("Quirine", made.read, days_ago=21)
    made.join("Bezig", made.read, days_ago=20)
    made.join("Klaar", made.read, made.due, days_ago=40)
    made.join("Vrij", made.read, days_ago=30, region="zuid")
    made.join("Nooit")
    made.join("Nieuw", joined=13)
    made.join("Verlof", made.read, days_ago=30)
    made.join("Weg", made.read, days_ago=30)
    today = clock.local_date(now)
    session.add(
        FreePeriod(name="Herfst", region="zuid", starts_on=today - 20 * DAY, ends_on=today - 12 * DAY)
    )
    return made


def silent(html: str, words: str) -> set[str]:
    """Who stands in the grid with these words."""
    table = html[html.index("data-grid") : html.index("</table>")]
    rows = [row for row in table.split('<tr role="row">')[2:] if words in row]
    return {row.split(" Zonneveld</a>")[0].split(">")[-1] for row in rows}


def signalled(client: FlaskClient, gang: Gang, rule: str) -> set[str]:
    """Whom the page with signals names under this rule."""
    text = client.get(f"/deelname/aandacht?regel={rule}&cohort={gang.cohort.id}").text
    return {one for one in NAMES if f"{one} Zonneveld" in text}


NAMES = ("Quirine", "Bezig", "Klaar", "Vrij", "Nooit", "Nieuw", "Verlof", "Weg")


def test_the_grid_its_file_and_the_signals_name_the_same_people(
    gang: Gang, client_as: Callable[[User], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, now = gang.session, gang.now
    monkeypatch.setattr(clock, "now", lambda: now)
    evaluate_now(session, now)
    people = {one.user_id: one for one in session.query(Enrolment).filter_by(cohort_id=gang.cohort.id)}
    by_name = {session.get_one(User, user_id).given_name: one for user_id, one in people.items()}
    organiser = make_organiser(session)
    alarm = session.query(RiskSignal).filter_by(rule="quiet", enrolment_id=by_name["Verlof"].id).one()
    dismiss_risk(session, Actor(organiser.id, is_organiser=True), alarm.id, "Met verlof", now=now)
    # Somebody who has just stopped is in the grid, crossed out, and asks for no call.
    by_name["Weg"].state, by_name["Weg"].withdrawn_at = "withdrawn", now
    evaluate_now(session, now)
    trainer = make_user(session, "Tess", "Trainer")
    make_trainer(session, gang.cohort, user=trainer)
    page = client_as(trainer).get(f"/cohorten/{gang.cohort.id}/voortgang").text
    signals = client_as(organiser)

    assert silent(page, "drie weken niet actief") == signalled(signals, gang, "quiet") == {"Quirine"}
    assert silent(page, "nog niet begonnen") == signalled(signals, gang, "never_started") == {"Nooit"}
    assert len(open_signals(session, "quiet")) == 2, "one of them was set aside"
    # Of modules nothing is late here, so who is stuck is who is silent.
    assert "Bij <b>2 deelnemers</b> is een datum voorbij, of is het stil." in page
    figures = get_kind("grid").open(session, {"cohort": str(gang.cohort.id)}, now).figures
    assert figures["stuck"] == 2
