"""The organisers' weekly mail: to whom, when, what it says, and what it never says."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.config import Settings
from peergang.core.mail import MemoryTransport, SentMail
from peergang.core.permissions import Actor
from peergang.identity.models import RoleGrant, User
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.glance import Said
from peergang.notifications.actions.inbox import Message, read_inbox
from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.models import Notice
from peergang.notifications.rules.inbox import Glance
from peergang.progress.actions.snapshot import take_snapshot
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import attend, compile_now, complete, hand_in, list_activities
from tests.factories.risks import evaluate_now

pytestmark = pytest.mark.database

MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""Eight o'clock in Amsterdam."""

MARKER = "Vlinderstruikgeheim"


@pytest.fixture
def organiser(session: Session) -> User:
    """An organiser of a network in which something happened in the past week."""
    edition = make_edition(session)
    cohort = make_cohort(session, MONDAY - timedelta(days=40), edition=edition)
    school = make_institution(session, "Groenschool Wilgenbos")
    people = [make_participant(session, cohort, institution=school) for _ in range(2)]
    activities = list_activities(session, edition)
    complete(session, people[0], activities[0], at=MONDAY - timedelta(days=20))
    compile_now(session, MONDAY - timedelta(days=8))
    take_snapshot(session, now=MONDAY - timedelta(days=8))
    complete(session, people[0], *activities[1:3], at=MONDAY - timedelta(days=2))
    for number, states in enumerate((("present", "present"), ("absent", "absent")), start=1):
        meeting = make_meeting(session, cohort, MONDAY - timedelta(days=20 - number), number=number)
        for person, state in zip(people, states, strict=True):
            attend(session, meeting, person, state)
    reflection = next(one for one in activities if one.kind == "reflection")
    hand_in(session, people[1], reflection, at=MONDAY - timedelta(days=3), text=MARKER)
    evaluate_now(session, MONDAY)
    return make_organiser(session)


def send(session: Session, settings: Settings, now: datetime) -> list[SentMail]:
    transport = MemoryTransport()
    MemoryTransport.sent.clear()
    session.commit()
    deliver_due(session.connection(), settings, transport, now=now, worker="test")
    sent = list(MemoryTransport.sent)
    MemoryTransport.sent.clear()
    return sent


def read_messages(session: Session, user: User, settings: Settings, now: datetime) -> list[Message]:
    actor = Actor(user_id=user.id)
    inbox = read_inbox(session, actor, settings, "nl", unread_only=False, number=1, now=now)
    return [message for _, messages in inbox.days for message in messages]


def words_of(mail: SentMail) -> str:
    message = message_from_bytes(mail.message, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([message["subject"], *parts])


@pytest.mark.parametrize(
    ("moment", "planned"),
    [
        (MONDAY - timedelta(hours=13), 0),
        (MONDAY - timedelta(hours=11), 1),
        (MONDAY + timedelta(hours=30), 1),
        (MONDAY + timedelta(days=4), 0),
    ],
)
def test_it_is_planned_from_sunday_evening_to_wednesday(
    session: Session, organiser: User, moment: datetime, planned: int
) -> None:
    assert plan_rule(session, "organiser_digest", now=moment) == planned
    assert plan_rule(session, "organiser_digest", now=moment) == 0
    if planned:
        notice = session.scalars(select(Notice)).one()
        assert (notice.occurrence, notice.not_before) == ("2026-W47", MONDAY)


def test_at_eight_in_amsterdam_also_in_summer(session: Session, organiser: User) -> None:
    plan_rule(session, "organiser_digest", now=datetime(2027, 6, 14, 12, 0, tzinfo=UTC))
    assert session.scalars(select(Notice.not_before)).one() == datetime(2027, 6, 14, 6, 0, tzinfo=UTC)


def test_it_says_the_figures_and_what_changed(session: Session, organiser: User, settings: Settings) -> None:
    plan_rule(session, "organiser_digest", now=MONDAY)
    (mail,) = send(session, settings, MONDAY + timedelta(minutes=1))
    assert mail.recipient == organiser.email
    text = words_of(mail)
    for line in (
        "Deelname in week 47: 1 instelling vraagt aandacht",
        "Er doet dit najaar 1 instelling mee. Samen hebben ze 2 deelnemers.",
        "Voortgang: 25 procent van wat gevraagd is, vorige week 8",
        "Aanwezig bij de laatste bijeenkomst: 0 procent",
        "Er zijn 2 opdrachten afgerond",
        "1 deelnemer kwam verder",
        "Groenschool Wilgenbos: Aanwezigheid daalde van 100 naar 0 procent",
        "http://peergang.test/deelname",
    ):
        assert line in text
    assert MARKER not in text


def test_a_quiet_network_gets_no_mail(session: Session, organiser: User) -> None:
    session.query(Enrolment).update({"state": "withdrawn"})
    assert plan_rule(session, "organiser_digest", now=MONDAY) == 0


def test_participants_and_admins_get_none(session: Session, organiser: User) -> None:
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.flush()
    plan_rule(session, "organiser_digest", now=MONDAY)
    assert session.scalars(select(Notice.recipient_id)).all() == [organiser.id]


def test_who_is_no_organiser_any_more_by_then_gets_none(
    session: Session, organiser: User, settings: Settings
) -> None:
    plan_rule(session, "organiser_digest", now=MONDAY)
    session.query(RoleGrant).filter_by(user_id=organiser.id).delete()
    assert send(session, settings, MONDAY + timedelta(minutes=1)) == []
    assert session.scalars(select(Notice.state)).one() == "suppressed"


def test_on_the_site_an_earlier_week_leads_to_its_own_figures(
    session: Session, organiser: User, settings: Settings
) -> None:
    plan_rule(session, "organiser_digest", now=MONDAY)
    plan_rule(session, "organiser_digest", now=MONDAY + timedelta(days=7))
    this_week, earlier = read_messages(session, organiser, settings, MONDAY + timedelta(days=7, hours=1))
    assert this_week.said.path == "/deelname"
    assert "Samen hebben ze 2 deelnemers." in this_week.said.more
    assert earlier.said == Said(
        Glance.OPEN, "Deelname in week 47", "Zo stond het er toen voor.", "/deelname?op=2026-11-16"
    )


def test_who_is_no_organiser_any_more_reads_no_figures_on_the_site(
    session: Session, organiser: User, settings: Settings
) -> None:
    plan_rule(session, "organiser_digest", now=MONDAY)
    session.query(RoleGrant).filter_by(user_id=organiser.id).delete()
    (message,) = read_messages(session, organiser, settings, MONDAY + timedelta(hours=1))
    assert (message.said.state, message.said.path) == (Glance.OVER, "")
