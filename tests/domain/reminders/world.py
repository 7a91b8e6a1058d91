"""A network with everybody in it who might get a mail, and with who should not: closed accounts, people who left, cohorts that
are over. `cases.py` lets something happen to all of them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.core.permissions import SYSTEM
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.curriculum.models import Activity
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.models import RoleGrant, User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import find_activity
from tests.factories.identity import make_affiliation, make_institution, make_user

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)
BEGAN = MONDAY - timedelta(days=50)

PARTICIPANTS = {
    "here": {
        "ann": "active",
        "both": "active",
        "moved": "active",
        "done": "completed",
        "withdrawn": "withdrawn",
        "invited": "invited",
        "waiting": "waitlisted",
        "deactivated": "active",
        "erased": "active",
    },
    # Whoever trains one cohort may learn in another.
    "also": {"both": "active", "tom": "active"},
    "planned": {"in_planned": "active"},
    "closed": {"in_closed": "active"},
    "cancelled": {"in_cancelled": "active"},
}
TRAINERS = {
    "here": {"tess": "active", "tom": "active", "left": "withdrawn", "shut": "active"},
    "also": {"tess": "active"},
    "planned": {"tess": "active"},
    "closed": {"over": "active"},
    "cancelled": {"over": "active"},
}
STATES = {"here": "running", "also": "running"}
GONE = ("deactivated", "erased", "shut")


class World:
    """Everybody by name, and cohorts by name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people: dict[str, User] = {}
        self.places: dict[tuple[str, str, str], Enrolment] = {}
        self.cohorts: dict[str, Cohort] = {
            name: make_cohort(session, BEGAN + timedelta(days=14), state=STATES.get(name, name))
            for name in PARTICIPANTS
        }
        for name, cohort in self.cohorts.items():
            for who, state in PARTICIPANTS[name].items():
                self._add(name, cohort, who, "participant", state)
            for who, state in TRAINERS[name].items():
                self._add(name, cohort, who, "trainer", state)
            make_meeting(session, cohort, MONDAY - timedelta(days=40), number=99)
        self._organise()
        self._leave()
        session.flush()

    def _add(self, name: str, cohort: Cohort, who: str, role: str, state: str) -> None:
        user = self.person(who)
        if role == "trainer":
            place = make_trainer(self.session, cohort, user=user)
            place.state, place.activated_at = state, BEGAN
        elif any(key[0] == who and key[2] == "participant" for key in self.places):
            first = next(one for key, one in self.places.items() if key[0] == who and key[2] == "participant")
            place = Enrolment(
                cohort_id=cohort.id,
                user_id=user.id,
                role=role,
                state=state,
                affiliation_id=first.affiliation_id,
                activated_at=BEGAN,
            )
            self.session.add(place)
        else:
            place = make_participant(self.session, cohort, user=user, state=state, at=BEGAN)
            place.activated_at = BEGAN if state not in ("invited", "waitlisted") else None
        self.session.flush()
        self.places[who, name, role] = place

    def _organise(self) -> None:
        for who in ("lotte", "former"):
            self.session.add(RoleGrant(user_id=self.person(who).id, role="organiser"))
        self.person("outsider")
        make_affiliation(self.session, self.person("outsider"), make_institution(self.session))

    def _leave(self) -> None:
        """Who changed school half-way, and whose account is closed or erased while their places still say otherwise."""
        change_affiliation(
            self.session,
            SYSTEM,
            self.person("moved").id,
            make_institution(self.session).id,
            since=date(2026, 11, 2),
            now=MONDAY - timedelta(days=14),
        )
        for who in (*GONE, "former"):
            self.person(who).deactivated_at = MONDAY - timedelta(days=3)
        self.person("erased").erased_at = MONDAY - timedelta(days=3)

    def person(self, who: str) -> User:
        if who not in self.people:
            self.people[who] = make_user(self.session, who.title(), "Wereld")
        return self.people[who]

    def name_of(self, user_id: object) -> str:
        return next(name for name, user in self.people.items() if user.id == user_id)

    def participants(self) -> Iterator[tuple[Cohort, Enrolment]]:
        for (_, cohort, role), place in self.places.items():
            if role == "participant":
                yield self.cohorts[cohort], place

    def trainers(self) -> Iterator[tuple[Cohort, Enrolment]]:
        for (_, cohort, role), place in self.places.items():
            if role == "trainer":
                yield self.cohorts[cohort], place

    def since(self, moment: datetime) -> None:
        """Everybody came in at `moment`."""
        self.session.execute(sa.update(Enrolment).values(activated_at=moment, invited_at=None))
        self.session.expire_all()

    def dates(self, **values: datetime) -> None:
        """Dates of every activity of every cohort."""
        self.session.execute(sa.update(CohortActivity).values(**values))

    def complete(self) -> None:
        """Everybody does everything."""
        for cohort, place in self.participants():
            for activity in self.session.scalars(
                sa.select(Activity).where(Activity.edition_id == cohort.edition_id)
            ):
                record_completion(
                    self.session, place.id, activity.id, completed_at=MONDAY, evidence_kind="test"
                )

    def versions(self, **values: object) -> dict[Enrolment, ReflectionVersion]:
        """A reflection of every participant, handed in, as bare rows."""
        found = {}
        for cohort, place in self.participants():
            texts = {"state": "submitted", "audience": "peer_group", "title": "Geheim", "draft": {}}
            reflection = Reflection(
                enrolment_id=place.id,
                activity_id=find_activity(self.session, cohort).id,
                state_since=MONDAY,
                submitted_at=MONDAY,
                for_trainer_at=MONDAY,
                promised_on=(MONDAY + timedelta(days=1)).date(),
                **(texts | values),
            )
            self.session.add(reflection)
            self.session.flush()
            version = ReflectionVersion(
                reflection_id=reflection.id, number=1, title="Geheim", answers={}, submitted_at=MONDAY
            )
            self.session.add(version)
            found[place] = version
        self.session.flush()
        return found
