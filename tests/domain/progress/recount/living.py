"""A small network that lives through anything: made once, and lived through again and again from the same beginning."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.extensions import extend_activity, revoke_extension
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import (
    Attendance,
    Cohort,
    CohortActivity,
    CompletionOverride,
    Enrolment,
    Extension,
    Meeting,
    TopicRead,
)
from peergang.core.clock import local_date
from peergang.core.errors import PeergangError
from peergang.core.permissions import Actor
from peergang.coursework.models import Reflection
from peergang.curriculum.models import Activity, Edition, Module, Topic
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.actions.mergers import merge_institutions
from peergang.identity.models import Institution, User
from peergang.privacy.actions.erasing import erase_person
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_institution, make_organiser
from tests.factories.progress import compile_now, hand_in

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Step = tuple[str, int, int, int]
"""What happens, to whom, with what, and when or how: three numbers that every step reads in its own way."""

AGO = (0 * DAY, MINUTE, 31 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 23 * HOUR, DAY, 25 * HOUR, 9 * DAY, 33 * DAY)
"""How long ago: the last day by the minute, because of midnight and the hour that comes twice."""

SELDOM = 4
"""One in so many: what ends a good deal of what other steps need."""


@dataclass
class Network:
    """Three schools, a cohort that runs, one that ended, one to come and one for later, and whatever happens to them until
    `now`.
    """

    session: Session
    now: datetime
    actor: Actor
    schools: list[Institution]
    cohorts: list[Cohort]
    editions: list[Edition]
    meetings: list[Meeting]
    enrolments: list[Enrolment] = field(default_factory=list)
    since: datetime | None = None
    """Nothing is dated before this: what happened by then was counted."""

    def born_again(self, session: Session) -> "Network":
        """The same in another session, to be lived through there."""
        lists = [
            [session.get_one(type(row), inspect(row).identity) for row in rows]
            for rows in (self.schools, self.cohorts, self.editions, self.meetings, self.enrolments)
        ]
        return Network(session, self.now, self.actor, *lists)  # type: ignore[arg-type]

    def who(self, number: int) -> Enrolment:
        return self.enrolments[number % len(self.enrolments)]

    def ago(self, number: int) -> datetime:
        return self.not_before(self.now - AGO[number % len(AGO)])

    def not_before(self, moment: datetime) -> datetime:
        return max(moment, self.since) if self.since else moment

    def activities(self, enrolment: Enrolment, kind: str = "") -> list[Activity]:
        """Those of the edition that the cohort has at this moment."""
        edition_id = self.session.get_one(Cohort, enrolment.cohort_id).edition_id
        found = select(Activity).where(Activity.edition_id == edition_id).order_by(Activity.slug)
        return list(self.session.scalars(found.where(Activity.kind == kind) if kind else found))


def make_network(session: Session, now: datetime) -> Network:
    """The beginning of every life."""
    first = make_edition(session, modules=2)
    second = make_next_edition(session, first, modules=2)
    changed = list(
        session.scalars(select(Activity).where(Activity.edition_id == second.id).order_by(Activity.slug))
    )
    changed[3].required = False
    changed[5].slug = "iets-nieuws"
    changed[1].minutes += 45
    schools = [make_institution(session) for _ in range(3)]
    running = make_cohort(session, now - 40 * DAY, edition=first)
    ended = make_cohort(session, now - 120 * DAY, edition=first, state="closed")
    ended.ends_on = local_date(now - 10 * DAY)
    planned = make_cohort(session, now + 30 * DAY, edition=first, state="open")
    later = make_cohort(session, now + 200 * DAY, edition=first, state="planned")
    session.flush()
    meetings = [
        # The second one is over at this very moment, and the third is going on.
        *(
            make_meeting(session, running, now - ago, number=number)
            for number, ago in enumerate((30 * DAY, 3 * HOUR, HOUR), 1)
        ),
        *(
            make_meeting(session, ended, now - ago, number=number)
            for number, ago in enumerate((100 * DAY, 20 * DAY), 1)
        ),
    ]
    organiser = make_organiser(session)
    actor = Actor(organiser.id, is_admin=True, is_organiser=True)
    network = Network(
        session, now, actor, schools, [running, ended, planned, later], [first, second], meetings
    )
    for number in range(5):
        cohort = (running, running, running, ended, ended)[number]
        network.enrolments.append(make_participant(session, cohort, institution=schools[number % 3]))
    make_trainer(session, running)
    compile_now(session, now)
    return network


def live(network: Network, steps: list[Step]) -> None:
    """Let it all happen. What the platform refuses does not happen, as for people."""
    for kind, one, two, three in steps:
        with suppress(PeergangError, IntegrityError), network.session.begin_nested():
            STEPS[kind](network, one, two, three)
            network.session.flush()
    network.session.expire_all()


def _complete(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    activities = network.activities(enrolment)
    activity = activities[two % len(activities)]
    at = network.ago(three)
    record_completion(network.session, enrolment.id, activity.id, completed_at=at, evidence_kind="test")


def _override(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    activities = network.activities(enrolment)
    activity = activities[two % len(activities)]
    at = network.ago(three)
    override_completion(network.session, network.actor, enrolment.id, activity.id, "Gezien", now=at)


def _take_back(network: Network, one: int, _two: int, _three: int) -> None:
    given = select(CompletionOverride.id).where(CompletionOverride.taken_back_at.is_(None))
    ids = network.session.scalars(given.order_by(CompletionOverride.made_at, CompletionOverride.id)).all()
    if ids:
        take_back_override(network.session, network.actor, ids[one % len(ids)], now=network.now)


def _withdraw(network: Network, one: int, two: int, _three: int) -> None:
    withdraw_enrolment(network.session, network.actor, network.who(one).id, now=network.ago(two))


def _return(network: Network, one: int, _two: int, _three: int) -> None:
    enrolment = network.who(one)
    enrolment.state, enrolment.withdrawn_at, enrolment.completed_at = "active", None, None


def _finish(network: Network, one: int, two: int, _three: int) -> None:
    enrolment = network.who(one)
    if enrolment.state == "active":
        enrolment.state, enrolment.completed_at = "completed", network.ago(two)


def _move(network: Network, one: int, two: int, three: int) -> None:
    since = local_date(network.now) + timedelta(days=three % 70 - 60)
    school = network.schools[two % 3]
    change_affiliation(
        network.session, network.actor, network.who(one).user_id, school.id, since=since, now=network.now
    )


def _merge(network: Network, one: int, two: int, three: int) -> None:
    old, new = network.schools[one % 3], network.schools[two % 3]
    day = local_date(network.now) - timedelta(days=three % 30)
    merge_institutions(network.session, network.actor, [old.id], new.id, merged_on=day, now=network.now)


def _transfer(network: Network, one: int, _two: int, three: int) -> None:
    enrolment = network.who(one)
    running, _ended, to_come, _later = network.cohorts
    _send_on(network, enrolment, running if enrolment.cohort_id == to_come.id else to_come, three)


def _postpone(network: Network, one: int, _two: int, three: int) -> None:
    _send_on(network, network.who(one), network.cohorts[3], three)


def _send_on(network: Network, enrolment: Enrolment, target: Cohort, ago: int) -> None:
    at = network.ago(ago)
    made = transfer_enrolment(network.session, network.actor, enrolment.id, target.id, now=at)
    network.enrolments.append(network.session.get_one(Enrolment, made))


def _enrol(network: Network, one: int, two: int, _three: int) -> None:
    state = ("active", "invited", "waitlisted")[two % 3]
    school = network.schools[one % 3]
    made = make_participant(network.session, network.cohorts[one % 3], institution=school, state=state)
    network.enrolments.append(made)


def _extend(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    reflections = network.activities(enrolment, "reflection")
    activity = reflections[two % len(reflections)]
    given_at = network.not_before(network.now - 30 * DAY)
    day = local_date(network.now) + timedelta(days=three % 40 - 20)
    extend_activity(
        network.session, network.actor, enrolment.id, activity.id, due_on=day, reason="Ziek", now=given_at
    )


def _revoke(network: Network, one: int, _two: int, _three: int) -> None:
    given = (
        select(Extension.id).where(Extension.revoked_at.is_(None)).order_by(Extension.due_at, Extension.id)
    )
    ids = network.session.scalars(given).all()
    if ids:
        revoke_extension(network.session, network.actor, ids[one % len(ids)], now=network.now)


def _upgrade(network: Network, one: int, _two: int, _three: int) -> None:
    first, second = network.editions
    cohort = network.cohorts[one % 3]
    upgrade_edition(
        network.session,
        network.actor,
        cohort.id,
        from_edition_id=first.id,
        to_edition_id=second.id,
        now=network.now,
    )


def _erase(network: Network, one: int, two: int, _three: int) -> None:
    if two % SELDOM:
        return
    user = network.session.get_one(User, network.who(one).user_id)
    reason = "Gevraagd per brief, zie dossier twaalf"
    erase_person(network.session, network.actor, user.id, reason, user.email, now=network.now)


def _attend(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    meetings = [one for one in network.meetings if one.cohort_id == enrolment.cohort_id]
    if meetings:
        meeting, state = meetings[two % len(meetings)], ("present", "absent", "excused")[three % 3]
        network.session.add(
            Attendance(
                meeting_id=meeting.id, enrolment_id=enrolment.id, state=state, recorded_at=meeting.ends_at
            )
        )


def _cancel(network: Network, one: int, two: int, _three: int) -> None:
    if two % SELDOM == 0:
        network.meetings[one % len(network.meetings)].state = "cancelled"


def _hand_in(network: Network, one: int, two: int, three: int) -> None:
    """Around the moment at which it is due, or long ago; sometimes withdrawn again."""
    enrolment = network.who(one)
    reflections = network.activities(enrolment, "reflection")
    activity = reflections[two % len(reflections)]
    due_at = network.session.scalar(
        select(CohortActivity.due_at).where(
            CohortActivity.cohort_id == enrolment.cohort_id, CohortActivity.activity_id == activity.id
        )
    )
    around = (0 * DAY, MINUTE, -MINUTE, HOUR, -HOUR, 3 * DAY, -30 * DAY)[three % 7]
    at = network.not_before(min(network.now, (due_at or network.now) + around))
    made = hand_in(network.session, enrolment, activity, at=at, text="Zo ging het")
    if three % 5 == 4:
        made.state = "withdrawn"


def _draft(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    reflections = network.activities(enrolment, "reflection")
    at = network.ago(three)
    network.session.add(
        Reflection(
            enrolment_id=enrolment.id,
            activity_id=reflections[two % len(reflections)].id,
            state="draft",
            audience="trainer",
            title="",
            draft={"bereiken": "Nog niet af"},
            draft_saved_at=at,
            state_since=at,
        )
    )


def _read(network: Network, one: int, two: int, three: int) -> None:
    enrolment = network.who(one)
    edition_id = network.session.get_one(Cohort, enrolment.cohort_id).edition_id
    topics = select(Topic).join(Module, Module.id == Topic.module_id).where(Module.edition_id == edition_id)
    found = network.session.scalars(topics.order_by(Topic.code)).all()
    network.session.add(
        TopicRead(enrolment_id=enrolment.id, topic_id=found[two % len(found)].id, read_at=network.ago(three))
    )


def _compile(network: Network, _one: int, _two: int, _three: int) -> None:
    compile_now(network.session, network.now)


STEPS: dict[str, Callable[[Network, int, int, int], None]] = {
    "complete": _complete,
    "override": _override,
    "take back": _take_back,
    "withdraw": _withdraw,
    "return": _return,
    "finish": _finish,
    "move": _move,
    "merge": _merge,
    "transfer": _transfer,
    "postpone": _postpone,
    "enrol": _enrol,
    "extend": _extend,
    "revoke": _revoke,
    "upgrade": _upgrade,
    "erase": _erase,
    "attend": _attend,
    "cancel": _cancel,
    "hand in": _hand_in,
    "draft": _draft,
    "read": _read,
    "compile": _compile,
}
