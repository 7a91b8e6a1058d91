"""Choices as they are stored: by mail, by their owner alone, and no longer than they mean something."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden, Invalid
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.notifications.actions.choosing import set_choice, set_rhythm
from peergang.notifications.actions.cleaning import KEPT, forget_choices
from peergang.notifications.actions.opt_out import EVERYTHING
from peergang.notifications.actions.preferences import Wishes, choose_preferences
from peergang.notifications.actions.stop_by_mail import handle_unsubscribe_mail, write_address
from peergang.notifications.actions.trial import EVERY, ask_trial_mail
from peergang.notifications.catalog import list_rules
from peergang.notifications.models import Notice, NoticeChoice, NoticeHabits
from peergang.notifications.queries.choices import default_habits, find_chosen
from peergang.notifications.rules import Delivery, Kind, Rhythm
from tests.factories.identity import make_user
from tests.factories.notifications import make_choice

pytestmark = pytest.mark.database

KEY, MAILBOX = "k" * 32, "afmelden@peergang.example"
RULE = "feedback_received"

Address = Callable[..., str]


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def address(user: User) -> Address:
    return lambda rule=RULE, key=KEY: write_address(MAILBOX, key, user.id, rule)


def deliveries(session: Session, user: User) -> dict[str, str]:
    return {name: str(chosen) for name, chosen in find_chosen(session, user.id).deliveries.items()}


class TestByMail:
    """A mail to an address of ours stops what the address says."""

    def test_of_one_kind(self, session: Session, user: User, address: Address, now: datetime) -> None:
        for _ in range(2):
            assert handle_unsubscribe_mail(session, address(), now, secret_key=KEY)
        assert deliveries(session, user) == {RULE: "off"}
        assert find_chosen(session, user.id).rhythm is None

    def test_of_everything(self, session: Session, user: User, address: Address, now: datetime) -> None:
        make_choice(session, user, RULE, "daily")
        assert handle_unsubscribe_mail(session, address(EVERYTHING), now, secret_key=KEY)
        assert deliveries(session, user) == {}
        assert find_chosen(session, user.id).rhythm is Rhythm.IN_APP

    def test_as_mail_servers_change_it(
        self, session: Session, user: User, address: Address, now: datetime
    ) -> None:
        for written in (address().upper(), f"Afmelden <{address()}>", f"  {address()} "):
            session.execute(sa.delete(NoticeChoice))
            assert handle_unsubscribe_mail(session, written, now, secret_key=KEY), written
            assert deliveries(session, user) == {RULE: "off"}

    def test_the_address_is_one_that_mail_may_have(self, address: Address) -> None:
        for rule in (*(rule.name for rule in list_rules()), EVERYTHING):
            local, _, domain = address(rule).partition("@")
            assert len(local) <= 64, "RFC 5321"
            assert address(rule) == address(rule).lower(), "no capitals that may get lost"
            assert local.startswith("afmelden+")
            assert domain == "peergang.example"

    def test_every_rule_has_its_own(self, address: Address) -> None:
        names = [*(rule.name for rule in list_rules()), EVERYTHING]
        assert len({address(name) for name in names}) == len(names)

    def test_without_a_mailbox_there_is_none(self, user: User) -> None:
        assert write_address("", KEY, user.id, RULE) == ""

    def test_what_is_not_ours(self, session: Session, user: User, address: Address, now: datetime) -> None:
        good = address()
        first = len("afmelden+")
        for wrong in (
            good[:first] + ("b" if good[first] != "b" else "c") + good[first + 1 :],
            good[: good.index("@") - 3]
            + ("b" if good[good.index("@") - 3] != "b" else "c")
            + good[good.index("@") - 2 :],
            address(key="x" * 32),
            address("password_reset"),
            address("of_old"),
            "afmelden@peergang.example",
            "afmelden+@peergang.example",
            "afmelden+é@peergang.example",
            "iemand@elders.example",
            "",
            "@",
            "+",
        ):
            assert not handle_unsubscribe_mail(session, wrong, now, secret_key=KEY), wrong
        assert deliveries(session, user) == {}

    def test_of_somebody_who_is_gone(self, session: Session, now: datetime) -> None:
        gone = write_address(MAILBOX, KEY, uuid4(), RULE)
        assert handle_unsubscribe_mail(session, gone, now, secret_key=KEY)
        assert session.scalars(sa.select(NoticeChoice)).all() == []


class TestByThemselves:
    """What the page asks to be kept."""

    def test_everybody_their_own(self, session: Session, user: User, now: datetime) -> None:
        other = make_user(session)
        for actor in (Actor(user_id=other.id), Actor(user_id=other.id, is_admin=True)):
            with pytest.raises(Forbidden):
                choose_preferences(session, actor, user.id, Wishes(deliveries={}), now=now)
            with pytest.raises(Forbidden):
                ask_trial_mail(session, actor, user.id, now=now)

    @pytest.mark.parametrize(
        ("wrong", "field", "code"),
        [
            ({"per_week": 0}, "per_week", "per_week_range"),
            ({"per_week": 21}, "per_week", "per_week_range"),
            (
                {"away_from": date(2026, 12, 2), "away_until": date(2026, 12, 1)},
                "away_until",
                "away_backward",
            ),
            ({"away_until": date(2026, 11, 16)}, "away_until", "away_past"),
            ({"away_from": date(2026, 11, 17)}, "away_until", "away_endless"),
        ],
    )
    def test_what_cannot_be(
        self, session: Session, user: User, now: datetime, wrong: dict[str, object], field: str, code: str
    ) -> None:
        wishes = Wishes(deliveries={RULE: Delivery.OFF}, **wrong)  # type: ignore[arg-type]
        with pytest.raises(Invalid) as caught:
            choose_preferences(session, Actor(user_id=user.id), user.id, wishes, now=now)
        assert caught.value.problems == {field: code}
        assert deliveries(session, user) == {}

    def test_defaults_are_the_same_everywhere(self, session: Session, user: User) -> None:
        """In the form's wishes, in the columns as Python and as the database fill them, and in a judgment."""
        set_rhythm(session, user.id, None)
        stored, fresh, wishes = (
            session.get_one(NoticeHabits, user.id),
            default_habits(),
            Wishes(deliveries={}),
        )
        for name in ("per_week", "quiet_from", "quiet_until", "weekends", "school_holidays"):
            assert getattr(stored, name) == getattr(fresh, name) == getattr(wishes, name), name
        assert (fresh.away_from, fresh.away_until, fresh.rhythm) == (None, None, "")

    def test_a_stop_leaves_the_other_habits(self, session: Session, user: User, now: datetime) -> None:
        wishes = Wishes(deliveries={}, quiet_from=time(19), per_week=2, weekends=True)
        choose_preferences(session, Actor(user_id=user.id), user.id, wishes, now=now)
        set_rhythm(session, user.id, Rhythm.IN_APP)
        session.expire_all()
        kept = session.get_one(NoticeHabits, user.id)
        assert (kept.rhythm, kept.quiet_from, kept.per_week, kept.weekends) == ("in_app", time(19), 2, True)

    def test_who_is_gone_chooses_nothing(self, session: Session, now: datetime) -> None:
        gone = uuid4()
        set_choice(session, gone, RULE, Delivery.OFF, now=now)
        set_rhythm(session, gone, Rhythm.DAILY)
        assert session.scalars(sa.select(NoticeHabits)).all() == []


def test_a_trial_mail_once_in_ten_minutes(session: Session, user: User, now: datetime) -> None:
    actor = Actor(user_id=user.id)
    assert ask_trial_mail(session, actor, user.id, now=now)
    assert not ask_trial_mail(session, actor, user.id, now=now)
    assert ask_trial_mail(session, actor, user.id, now=now + EVERY)
    queued = session.scalars(sa.select(Notice)).all()
    assert [(one.rule, one.recipient_id, one.urgency) for one in queued] == [("trial_mail", user.id, 4)] * 2


def test_choices_about_nothing_are_forgotten(session: Session, user: User, now: datetime) -> None:
    old, fresh = now - KEPT - timedelta(hours=1), now - KEPT + timedelta(hours=1)
    account = next(rule.name for rule in list_rules() if rule.kind is Kind.ACCOUNT)
    for rule, since in ((RULE, old), ("of_old", old), ("of_late", fresh), (account, old)):
        make_choice(session, user, rule, "off", since)
    assert forget_choices(session, now=now) == 2
    assert set(deliveries(session, user)) == {RULE, "of_late"}
