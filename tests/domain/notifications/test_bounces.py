"""Mail that comes back: heard of twice, from two sides at once, forgiven, and for whom it never was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.errors import Forbidden, NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent, EmailChange, User
from peergang.notifications.actions.bounces import (
    Bounce,
    find_addressee,
    forget_old_bounces,
    lift_suspension,
    record_bounce,
)
from peergang.notifications.models import AddressSuspension, MailBounce, NoticeHabits
from peergang.notifications.rules.bounces import BounceKind, BounceSource
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database

Tell = Callable[..., bool]


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def tell(session: Session, user: User, now: datetime) -> Tell:
    def act(
        kind: BounceKind = BounceKind.HARD,
        code: str = "5.4.1",
        mail: UUID | None = None,
        at: datetime | None = None,
        **more: object,
    ) -> bool:
        values = {"address": user.email, "user_id": user.id, "source": BounceSource.SMTP} | more
        return record_bounce(
            session, Bounce(kind=kind, code=code, mail_id=mail or uuid4(), **values), now=at or now
        )

    return act


def suspended(session: Session, user: User) -> str | None:
    return session.scalar(sa.select(AddressSuspension.reason).where(AddressSuspension.address == user.email))


def test_the_owner_of_the_domain_is_believed_at_once(session: Session, user: User, tell: Tell) -> None:
    assert tell(code="5.1.1")
    assert suspended(session, user) == "unknown"


def test_another_refusal_counts_the_second_time(session: Session, user: User, tell: Tell) -> None:
    mail = uuid4()
    assert tell(mail=mail)
    assert not tell(mail=mail), "heard of by two ways"
    assert tell(mail=mail, code="5.2.1"), "another answer about the same mail is worth writing down"
    assert suspended(session, user) is None, "but it is one mail"
    assert tell()
    assert suspended(session, user) == "refused"
    assert session.scalar(sa.select(sa.func.count(MailBounce.id))) == 3


def test_a_full_mailbox_counts_the_fifth_time_in_two_weeks(
    session: Session, user: User, tell: Tell, now: datetime
) -> None:
    for day in (0, 15, 16, 17, 18):
        tell(BounceKind.SOFT, "4.2.2", at=now + timedelta(days=day))
    assert suspended(session, user) is None, "the first is too long ago"
    tell(BounceKind.SOFT, "4.2.2", at=now + timedelta(days=19))
    assert suspended(session, user) == "full"


def test_what_refuses_us_does_not_blame_the_address(session: Session, user: User, tell: Tell) -> None:
    for _ in range(6):
        assert tell(BounceKind.POLICY, "5.7.1")
    assert suspended(session, user) is None


def test_capitals_make_no_other_address(session: Session, user: User, tell: Tell) -> None:
    tell(address=user.email.upper())
    tell()
    assert suspended(session, user) == "refused"


def test_a_complaint_stops_all_reminders_once(session: Session, user: User, tell: Tell) -> None:
    mail = uuid4()
    assert tell(BounceKind.COMPLAINT, "complaint", mail)
    chosen = session.get(NoticeHabits, user.id)
    assert chosen.rhythm == "in_app"
    chosen.rhythm = ""
    session.flush()
    assert not tell(BounceKind.COMPLAINT, "complaint", mail), (
        "heard of twice, after they asked for mail again"
    )
    session.expire_all()
    assert chosen.rhythm == ""
    assert suspended(session, user) is None


def list_lifted(session: Session) -> list[tuple[UUID | None, UUID | None]]:
    """Who lifted whose suspension, as the log says."""
    lifted = sa.select(AuditEvent.actor_id, AuditEvent.subject_id)
    rows = session.execute(lifted.where(AuditEvent.verb == "suspension_lifted"))
    return [(row.actor_id, row.subject_id) for row in rows]


def test_its_owner_or_an_admin_lifts_it_and_old_refusals_count_no_more(
    session: Session, user: User, tell: Tell, now: datetime
) -> None:
    tell()
    tell()
    other = make_user(session)
    with pytest.raises(Forbidden):
        lift_suspension(session, Actor(user_id=other.id), user.email, now=now)
    assert suspended(session, user) == "refused"
    lift_suspension(session, Actor(user_id=user.id), user.email, now=now)
    assert suspended(session, user) is None
    assert "address_tried" in str(session.info["jobs"])
    with pytest.raises(NotFound):
        lift_suspension(session, Actor(user_id=user.id), user.email, now=now)
    tell(at=now + timedelta(hours=1))
    assert suspended(session, user) is None, "one since, of two that are needed"
    tell(at=now + timedelta(hours=2))
    assert suspended(session, user) == "refused"
    assert list_lifted(session) == [], "one's own is nobody's business"
    lift_suspension(session, Actor(user_id=other.id, is_admin=True), user.email, now=now)
    assert suspended(session, user) is None
    assert list_lifted(session) == [(other.id, user.id)]


def test_a_report_that_comes_again_after_the_lifting_changes_nothing(
    session: Session, user: User, tell: Tell, now: datetime
) -> None:
    mail = uuid4()
    tell(code="5.1.1", mail=mail)
    lift_suspension(session, Actor(user_id=user.id), user.email, now=now)
    assert not tell(code="5.1.1", mail=mail)
    assert suspended(session, user) is None


def test_whose_mail_it_was(session: Session, user: User, now: datetime) -> None:
    mail = uuid4()
    make_notice(session, user, now, mail_id=mail, handed_over_at=now)
    make_notice(session, user, now, mail_id=uuid4())
    assert find_addressee(session, mail, user.email) == (user.id, user.email)
    assert find_addressee(session, mail, "elders@web.example") == (user.id, user.email), "it was forwarded"
    session.add(EmailChange(user_id=user.id, old_email="vroeger@school.example", changed_at=now))
    session.flush()
    assert find_addressee(session, mail, "Vroeger@school.example") == (user.id, "vroeger@school.example")
    assert find_addressee(session, uuid4(), user.email) is None, "nobody can make up a mail of ours"


def test_an_address_that_went_over_to_somebody_else_is_not_silenced(
    session: Session, user: User, now: datetime
) -> None:
    """A school hands i-coach@ on; who had it before still knows the numbers of their own mails."""
    mail, successor = uuid4(), make_user(session)
    make_notice(session, user, now, mail_id=mail, handed_over_at=now)
    session.add(EmailChange(user_id=user.id, old_email=successor.email.lower(), changed_at=now))
    session.flush()
    assert find_addressee(session, mail, successor.email) == (user.id, user.email)


def test_old_things_are_forgotten_but_not_what_holds_mail_back(
    session: Session, user: User, tell: Tell, now: datetime
) -> None:
    gone = make_user(session)
    tell(code="5.1.1")
    tell(code="5.1.1", address=gone.email, user_id=gone.id)
    tell(BounceKind.POLICY, "5.7.1", address="iets@anders.example")
    gone.email = "nieuw@school.example"
    session.flush()
    assert forget_old_bounces(session, now=now) == 1, "the suspension of an address that nobody has"
    assert forget_old_bounces(session, now=now + timedelta(days=91)) == 2
    assert session.scalars(sa.select(MailBounce.address)).all() == [user.email]
    assert suspended(session, user) == "unknown"


def test_two_that_hear_of_it_at_once_count_two(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as session:
        user = make_user(session)
        session.commit()
        address, user_id = user.email, user.id

    def hear(_: int) -> bool:
        with transaction(committed) as session:
            bounce = Bounce(address, user_id, BounceKind.HARD, "5.4.1", BounceSource.SMTP, uuid4())
            return record_bounce(session, bounce, now=now)

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert all(pool.map(hear, range(2)))
        with Session(committed) as session:
            assert session.get(AddressSuspension, address) is not None
            session.execute(sa.delete(AddressSuspension))
            session.execute(sa.delete(MailBounce))
            session.commit()
