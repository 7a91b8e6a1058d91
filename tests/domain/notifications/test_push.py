"""Messages pushed to a browser: who gets which, through a real service over TLS, and what becomes of each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.core.web_push import Answered, PushGate, PushKey, generate_key
from peergang.identity.actions.signing_in import sign_out_everywhere
from peergang.identity.models import SignInSession, User
from peergang.notifications import catalog
from peergang.notifications.actions import glance, push
from peergang.notifications.actions.pushing import claim_pushes, deliver_pushes
from peergang.notifications.actions.render import render_line
from peergang.notifications.models import Notice, NoticeChoice, NoticeHabits, PushSubscription, SendingPause
from peergang.notifications.queries.push import list_browsers
from peergang.notifications.rules.push import BATCH, BROWSERS, CLAIMED_FOR, GIVE_UP, WITHIN
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_user, sign_in_session
from tests.factories.notifications import Script, make_notice, use_script
from tests.factories.push import Browser, PushService, make_browser, make_sign_in, run_push_service

pytestmark = pytest.mark.database

WORDS = "2 reflecties wachten op je reactie"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushService]:
    with run_push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
def service(running: PushService) -> PushService:
    running.posted.clear()
    running.answers.clear()
    running.kept.clear()
    return running


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


@pytest.fixture
def keyed(settings: Settings) -> Settings:
    return replace(settings, push_key=generate_key(), mail_from="Peergang <ict@peergang.example>")


@pytest.fixture
def deliver(
    session: Session, connection: sa.Connection, keyed: Settings, service: PushService, now: datetime
) -> Any:
    def deliver(at: datetime | None = None) -> dict[str, int]:
        session.commit()
        found = deliver_pushes(connection, keyed, service.gate, now=at or now)
        session.expire_all()
        return dict(found)

    return deliver


def waiting(session: Session, user: User, now: datetime, **more: Any) -> Notice:
    return make_notice(session, user, now, push_state="queued", **more)


def test_a_message_arrives_and_only_its_browser_can_read_it(
    session: Session, service: PushService, deliver: Any, keyed: Settings, now: datetime
) -> None:
    user, one = make_user(session), service.browser()
    kept = make_browser(session, user, one, now, failures=3)
    notice = waiting(session, user, now, urgency=2, expires_at=now + timedelta(hours=2))
    assert deliver() == {"sent": 1}
    message = service.messages(one)[0]
    assert message["title"] == WORDS
    assert message["path"] == "/beoordelen"
    headers = service.posted[0].headers
    assert headers["TTL"] == "7200"
    assert headers["Urgency"] == "high"
    assert headers["Topic"] == message["tag"]
    assert len(headers["Topic"]) == 32
    assert headers["Authorization"].endswith(f"k={PushKey(keyed.push_key).public}")
    assert b"reflecties" not in service.posted[0].body
    assert (notice.push_state, notice.pushed_at) == ("sent", now)
    assert notice.state == "queued", "mail is another matter"
    assert (kept.last_used_at, kept.failures) == (now, 0)
    assert deliver() == {}
    push.see_pushed(session, keyed.secret_key, message["seen"].rpartition("/")[2], now=now)
    session.expire_all()
    assert (notice.read_at, notice.state) == (now, "suppressed")


def test_a_message_that_is_pushed_twice_collapses(
    session: Session, service: PushService, deliver: Any, now: datetime
) -> None:
    """A worker that died after sending, and a matter that changed before the browser was on again."""
    user, one = make_user(session), service.browser()
    make_browser(session, user, one, now)
    notice = waiting(session, user, now)
    deliver()
    notice.push_state = "queued"
    deliver(now + CLAIMED_FOR)
    first, second = service.messages(one)
    assert first["tag"] == second["tag"]
    waiting(session, user, now, subject_id=notice.subject_id)
    other = waiting(session, user, now, subject_id=uuid4())
    deliver(now + CLAIMED_FOR)
    assert len(service.messages(one)) == 4
    assert len(service.kept) == 2, "one about each matter waits for a browser that is off"
    assert other.push_state == "sent"


def test_each_browser_of_a_person_gets_it_and_nobody_else(
    session: Session, service: PushService, deliver: Any, now: datetime
) -> None:
    user, other = make_user(session, locale="en"), make_user(session)
    mine, also, theirs = (service.browser() for _ in range(3))
    for one, owner in ((mine, user), (also, user), (theirs, other)):
        make_browser(session, owner, one, now)
    waiting(session, user, now)
    assert deliver() == {"sent": 1}
    assert [len(service.messages(one)) for one in (mine, also, theirs)] == [1, 1, 0]
    assert service.messages(mine)[0]["title"] != WORDS, "in their language"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    session: Session, service: PushService, deliver: Any, now: datetime, status: int
) -> None:
    user, old, new = make_user(session), service.browser(), service.browser()
    make_browser(session, user, old, now)
    service.answer(old, status)
    first = waiting(session, user, now)
    assert deliver() == {"gone": 1}
    assert list_browsers(session, user.id, now) == []
    assert first.push_state == "gone"
    make_browser(session, user, old, now)
    make_browser(session, user, new, now)
    second = waiting(session, user, now)
    assert deliver() == {"sent": 1}
    assert second.push_state == "sent"
    assert len(list_browsers(session, user.id, now)) == 1


@pytest.mark.parametrize(
    ("status", "headers"), [(429, {"Retry_After": "600"}), (503, {}), (500, {"Retry_After": "x"})]
)
def test_a_service_that_is_busy_is_asked_again_later(
    session: Session, service: PushService, deliver: Any, now: datetime, status: int, headers: dict[str, str]
) -> None:
    user, one = make_user(session), service.browser()
    kept = make_browser(session, user, one, now)
    service.answer(one, status, **headers)
    notice = waiting(session, user, now)
    assert deliver() == {"queued": 1}
    assert (notice.push_state, kept.failures) == ("queued", 1)
    wait = timedelta(minutes=10) if status == 429 else timedelta(minutes=2)
    assert kept.retry_at == now + wait
    assert deliver(now + timedelta(minutes=1)) == {}
    service.answers.clear()
    soon = now + wait - timedelta(seconds=1)
    if wait > CLAIMED_FOR:
        assert deliver(soon) == {"queued": 1}
        assert len(service.posted) == 1, "not before it said so"
        soon += CLAIMED_FOR
    assert deliver(max(soon, now + CLAIMED_FOR)) == {"sent": 1}
    row = session.execute(sa.select(PushSubscription.failures, PushSubscription.retry_at)).one()
    assert tuple(row) == (0, None)


def test_what_comes_to_nothing_ends(
    session: Session, service: PushService, deliver: Any, now: datetime
) -> None:
    user, one = make_user(session), service.browser()
    make_browser(session, user, one, now, failures=GIVE_UP - 2)
    service.answer(one, 403)
    refused = waiting(session, user, now)
    assert deliver() == {"failed": 1}
    assert refused.push_state == "failed"
    service.answer(one, 500)
    late = waiting(session, user, now)
    assert deliver() == {"queued": 1}
    assert list_browsers(session, user.id, now) == [], "nobody answers there any more"
    deliver(now + WITHIN + CLAIMED_FOR)
    assert late.push_state == "failed"


def test_nothing_is_sent_inside(
    session: Session, connection: sa.Connection, keyed: Settings, service: PushService, now: datetime
) -> None:
    """What a browser gave leads to this machine, which outside of tests no push may reach."""
    user, one = make_user(session), service.browser()
    make_browser(session, user, one, now)
    notice = waiting(session, user, now)
    session.commit()
    deliver_pushes(connection, keyed, PushGate(tls=service.gate.tls), now=now)
    session.expire_all()
    assert (notice.push_state, service.posted) == ("failed", [])


def test_what_is_read_or_over_is_not_pushed(
    session: Session, service: PushService, deliver: Any, script: Script, now: datetime
) -> None:
    user, done, gone = (make_user(session) for _ in range(3))
    for one in (user, done):
        make_browser(session, one, service.browser(), now)
    waiting(session, user, now, read_at=now)
    waiting(session, done, now)
    waiting(session, gone, now)
    script.blocked = {done.id: "done"}
    assert deliver() == {"gone": 3}
    assert service.posted == []


def test_without_a_key_nothing_is_pushed(
    session: Session, connection: sa.Connection, settings: Settings, service: PushService, now: datetime
) -> None:
    user = make_user(session)
    make_browser(session, user, service.browser(), now)
    waiting(session, user, now)
    session.commit()
    assert deliver_pushes(connection, settings, service.gate, now=now) == {}
    assert service.posted == []


def test_who_raises_stops_nobody_else(
    session: Session,
    connection: sa.Connection,
    keyed: Settings,
    service: PushService,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An address that raises when it is posted to, keys that cannot be sealed for, and a rule that a release removed."""
    odd, unsealed, removed, last = (make_user(session) for _ in range(4))
    browsers = {user.id: service.browser() for user in (odd, unsealed, removed, last)}
    kept = {
        user.id: make_browser(session, user, browsers[user.id], now)
        for user in (odd, unsealed, removed, last)
    }
    kept[unsealed.id].p256dh = "x"
    rows = [
        waiting(session, user, now - timedelta(minutes=9 - age), **more)
        for age, (user, more) in enumerate(
            ((odd, {}), (unsealed, {}), (removed, {"rule": "no_longer_here"}), (last, {}))
        )
    ]
    post = PushGate.post

    def raises(gate: PushGate, endpoint: str, *more: Any) -> Answered:
        if endpoint == kept[odd.id].endpoint:
            raise UnicodeError("label empty or too long")
        return post(gate, endpoint, *more)

    monkeypatch.setattr(PushGate, "post", raises)
    session.commit()
    deliver_pushes(connection, keyed, service.gate, now=now)
    session.expire_all()
    assert [row.push_state for row in rows] == ["queued", "failed", "gone", "sent"]
    assert (kept[odd.id].failures, len(service.messages(browsers[last.id]))) == (1, 1)


def test_words_that_cannot_be_written_stop_nobody_else(
    session: Session, service: PushService, deliver: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last, one = make_user(session), make_user(session), service.browser()
    make_browser(session, first, service.browser(), now)
    make_browser(session, last, one, now)
    bad, good = waiting(session, first, now, subject_id=uuid4()), waiting(session, last, now)
    asked = iter((ValueError("no such filter"), None))

    def render(*arguments: Any) -> Any:
        if (error := next(asked)) is not None:
            raise error
        return render_line(*arguments)

    monkeypatch.setattr(glance, "render_line", render)
    deliver()
    assert sorted((bad.push_state, good.push_state)) == ["queued", "sent"]


def test_many_go_in_batches(session: Session, service: PushService, deliver: Any, now: datetime) -> None:
    user = make_user(session)
    make_browser(session, user, service.browser(), now)
    for _ in range(BATCH + 5):
        waiting(session, user, now, subject_id=uuid4())
    assert deliver() == {"sent": BATCH + 5}
    assert len(service.posted) == BATCH + 5


def test_two_workers_never_hold_the_same(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as setup:
        user = make_user(setup)
        ids = {make_notice(setup, user, now, push_state="queued").id for _ in range(BATCH + 10)}
        setup.commit()
    with Session(committed) as one, Session(committed) as two:
        first = {row.id for row in claim_pushes(one, now=now)}
        second = {row.id for row in claim_pushes(two, now=now)}
        assert len(first) == BATCH
        assert first | second == ids
        assert not first & second
        one.commit()
        two.commit()
        assert claim_pushes(one, now=now) == []
        one.rollback()
        assert {row.id for row in claim_pushes(one, now=now + CLAIMED_FOR)} <= ids, "a lost claim comes back"


def test_a_claim_keeps_to_its_limit_whatever_the_plan(session: Session, now: datetime) -> None:
    user = make_user(session)
    for _ in range(BATCH + 10):
        make_notice(session, user, now, push_state="queued")
    session.flush()
    # What a table with other statistics makes the planner choose: the inner side asked again for every row.
    for setting in ("hashjoin", "mergejoin", "hashagg", "material", "sort", "memoize"):
        session.execute(sa.text(f"SET LOCAL enable_{setting} = off"))
    assert len(claim_pushes(session, now=now)) == BATCH


def plan(session: Session, now: datetime) -> int:
    session.flush()
    found = push.plan_pushes(session, now=now)
    session.expire_all()
    return found


def test_what_is_due_at_once_is_marked_for_who_has_a_browser(session: Session, now: datetime) -> None:
    user, without = make_user(session), make_user(session)
    make_browser(session, user, Browser(), now)
    wanted = [
        make_notice(session, user, now),
        make_notice(session, user, now, state="sent"),
        make_notice(session, user, now, state="suppressed", reason="budget"),
    ]
    others = [
        make_notice(session, without, now),
        make_notice(session, user, now, read_at=now),
        make_notice(session, user, now, ready_at=now + timedelta(minutes=1)),
        make_notice(session, user, now, ready_at=now - WITHIN),
        make_notice(session, user, now, expires_at=now),
        make_notice(session, user, now, state="suppressed", reason="withdrawn"),
        make_notice(session, user, now, rule="password_reset"),
        make_notice(session, user, now, push_state="sent"),
    ]
    assert plan(session, now) == 3
    assert {one.push_state for one in wanted} == {"queued"}
    assert [one.push_state for one in others] == [""] * 7 + ["sent"]
    assert plan(session, now) == 0


@pytest.mark.parametrize("scope", ["all", "rule", "cohort"])
def test_what_is_held_back_is_not_pushed_either(
    session: Session, service: PushService, deliver: Any, now: datetime, scope: str
) -> None:
    cohort = make_cohort(session, now)
    user = make_user(session)
    make_browser(session, user, service.browser(), now)
    notice = make_notice(session, user, now, cohort_id=cohort.id)
    marked = waiting(session, user, now, cohort_id=cohort.id)
    key = {"all": "", "rule": notice.rule, "cohort": str(cohort.id)}[scope]
    session.add(SendingPause(scope=scope, key=key, why="de woorden kloppen niet", since=now))
    assert plan(session, now) == 0
    assert deliver() == {}
    session.execute(sa.delete(SendingPause))
    assert plan(session, now) == 1
    assert deliver() == {"sent": 2}
    assert (notice.push_state, marked.push_state) == ("sent", "sent")


def test_a_rule_with_an_error_in_its_select_holds_up_its_own_pushes_alone(
    session: Session, service: PushService, deliver: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(session)
    make_browser(session, user, service.browser(), now)
    bad = waiting(session, user, now - timedelta(minutes=1), rule="trainer_monday")
    good = waiting(session, user, now)
    known = catalog._all_rules()

    def content(session: Session, *_: object) -> dict[Any, Any]:
        session.execute(sa.select(sa.func.sqrt(-1))).all()
        return {}

    broken = replace(known[good.rule], name="trainer_monday", content=content)
    monkeypatch.setattr(catalog, "_all_rules", lambda: known | {"trainer_monday": broken})
    assert deliver() == {"sent": 1, "queued": 1}
    assert (bad.push_state, good.push_state) == ("queued", "sent"), "the next release may mend it"


@pytest.mark.parametrize("delivery", ["daily", "weekly", "in_app", "off"])
def test_who_wants_it_later_or_not_is_not_disturbed(session: Session, now: datetime, delivery: str) -> None:
    user = make_user(session)
    make_browser(session, user, Browser(), now)
    notice = make_notice(session, user, now)
    session.add(NoticeChoice(user_id=user.id, rule=notice.rule, delivery=delivery, since=now))
    assert plan(session, now) == 0
    session.execute(sa.delete(NoticeChoice))
    assert plan(session, now) == 1


def test_quiet_time_is_quiet(session: Session, now: datetime) -> None:
    user = make_user(session)
    make_browser(session, user, Browser(), now)
    night = now.replace(hour=22)
    make_notice(session, user, night)
    make_notice(session, user, night, urgency=4)
    assert plan(session, night) == 0
    assert plan(session, night + timedelta(hours=10)) == 2
    sunday = now + timedelta(days=5)
    make_notice(session, user, sunday, urgency=1, rule="discussion_mention")
    must = make_notice(session, user, sunday, urgency=3)
    assert plan(session, sunday) == 1
    assert must.push_state == "queued"
    session.add(NoticeHabits(user_id=user.id, away_from=now.date(), away_until=now.date()))
    make_notice(session, user, now)
    assert plan(session, now) == 0


def test_who_is_using_the_site_sees_it_there(session: Session, now: datetime) -> None:
    user = make_user(session)
    make_browser(session, user, Browser(), now)
    sign_in_session(session, user)
    session.execute(sa.update(SignInSession).values(last_used_at=now - timedelta(minutes=5)))
    make_notice(session, user, now)
    assert plan(session, now) == 0
    assert plan(session, now + timedelta(minutes=6)) == 1


def test_as_many_statements_for_many(session: Session, now: datetime, counted: Any) -> None:
    numbers = []
    for people in (1, 20):
        for _ in range(people):
            user = make_user(session)
            make_browser(session, user, Browser(), now)
            make_notice(session, user, now)
        with counted() as found:
            assert push.plan_pushes(session, now=now) == people
        numbers.append(found.number)
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("how", ["signed out", "its time is over", "long ago"])
def test_the_end_of_a_sign_in_ends_the_messages_in_that_browser(
    session: Session, service: PushService, deliver: Any, now: datetime, how: str
) -> None:
    user, here, there = make_user(session), service.browser(), service.browser()
    ended = make_sign_in(session, user, now)
    for one, signed_in in ((here, ended), (there, make_sign_in(session, user, now))):
        make_browser(session, user, one, now, session_id=signed_in.id)
    if how == "signed out":
        ended.revoked_at = now
    elif how == "its time is over":
        ended.expires_at = now
    else:
        # The nightly cleaning leaves nothing of it by which it could be ended from elsewhere.
        session.execute(sa.delete(SignInSession).where(SignInSession.id == ended.id))
    waiting(session, user, now)
    session.flush()
    assert len(list_browsers(session, user.id, now)) == 1
    assert deliver() == {"sent": 1}
    assert (service.messages(here), len(service.messages(there))) == ([], 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(PushSubscription)) == 1


def test_signing_out_everywhere_ends_the_messages_in_all_browsers(
    session: Session, service: PushService, deliver: Any, now: datetime
) -> None:
    user = make_user(session)
    for _ in range(2):
        make_browser(session, user, service.browser(), now)
    kept = make_browser(session, user, service.browser(), now)
    sign_out_everywhere(session, Actor(user.id), user.id, now=now, keep_session_id=kept.session_id)
    assert [row.id for row in list_browsers(session, user.id, now)] == [kept.id]
    sign_out_everywhere(session, Actor(user.id), user.id, now=now)
    waiting(session, user, now)
    deliver()
    assert service.posted == []
    assert session.scalar(sa.select(sa.func.count()).select_from(PushSubscription)) == 0


def add(session: Session, user: User, one: Browser, now: datetime, **more: str) -> None:
    session_id = make_sign_in(session, user, now).id
    push.add_browser(session, Actor(user_id=user.id), session_id, one.asked | more, "Firefox", now=now)


def test_a_browser_belongs_to_who_asked_last(session: Session, now: datetime) -> None:
    first, second, one = make_user(session), make_user(session), Browser()
    add(session, first, one, now)
    add(session, first, one, now)
    assert len(list_browsers(session, first.id, now)) == 1
    add(session, second, one, now)
    assert (len(list_browsers(session, first.id, now)), len(list_browsers(session, second.id, now))) == (0, 1)


def test_a_person_has_so_many_browsers_at_most(session: Session, now: datetime) -> None:
    user, first = make_user(session), Browser()
    add(session, user, first, now)
    for number in range(BROWSERS):
        add(session, user, Browser(), now + timedelta(minutes=number + 1))
    hashes = {row.endpoint_hash for row in list_browsers(session, user.id, now)}
    assert len(hashes) == BROWSERS
    assert push.hash_endpoint(first.endpoint) not in hashes


@pytest.mark.parametrize("more", [{"endpoint": "http://push.example"}, {"p256dh": "x"}, {"auth": ""}])
def test_what_is_no_address_is_refused(session: Session, now: datetime, more: dict[str, str]) -> None:
    user = make_user(session)
    with pytest.raises(Invalid):
        add(session, user, Browser(), now, **more)
    assert list_browsers(session, user.id, now) == []


def test_nobody_touches_the_browsers_of_others(session: Session, now: datetime) -> None:
    kept = make_browser(session, make_user(session), Browser(), now)
    with pytest.raises(NotFound):
        push.remove_browser(session, Actor(user_id=make_user(session).id), kept.id)
    with pytest.raises(Forbidden):
        push.remove_browser(session, SYSTEM, kept.id)
    with pytest.raises(Forbidden):
        push.add_browser(session, SYSTEM, uuid4(), Browser().asked, "", now=now)
    push.remove_browser(session, Actor(user_id=kept.user_id), kept.id)
    assert list_browsers(session, kept.user_id, now) == []


def test_a_forged_token_marks_nothing(session: Session, keyed: Settings, now: datetime) -> None:
    notice = make_notice(session, make_user(session), now)
    good = push.make_seen_token(keyed.secret_key, notice.id)
    swapped = good[:20] + push.make_seen_token(keyed.secret_key, uuid4())[20:]
    for token in ("", "x", "é", swapped, push.make_seen_token("y" * 40, notice.id), good + "AAAA"):
        with pytest.raises(NotFound):
            push.see_pushed(session, keyed.secret_key, token, now=now)
    session.expire_all()
    assert notice.read_at is None
