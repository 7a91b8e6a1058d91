"""A colleague asks somebody by name."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review

RULE = "review_handed_over"


def hand_over(session: Session, now: datetime, note: str = "Jij kent haar school.") -> tuple[Class, object]:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now, audience="trainer", title="Geheime titel")
    hand_over_review(
        session,
        actor_of(session, room.trainer),
        version.reflection_id,
        room.colleague.user_id,
        note,
        now=now,
    )
    return room, version


def test_who_is_asked_hears_it_once_and_reads_no_words_of_anybody(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    room, _ = hand_over(session, now)
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    colleague = session.get_one(User, room.colleague.user_id)
    assert colleague.email in str(mail["To"])
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "/beoordelen/rij" in text
        assert "dinsdag 24 november" in text
        assert "Geheime titel" not in text
        assert "kent haar school" not in text
    assert ledger.plan(RULE, now + timedelta(hours=1)) == 0


def test_nobody_is_told_what_a_colleague_picked_up_meanwhile(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    room, version = hand_over(session, now)
    ledger.plan(RULE, now)
    claim_review(session, actor_of(session, room.trainer), version.reflection_id, now=now)  # type: ignore[attr-defined]
    assert ledger.deliver(now) == []
    assert [notice.reason for notice in ledger.notices()] == ["withdrawn"]


def test_nor_what_is_answered(session: Session, ledger: Ledger, now: datetime) -> None:
    room, version = hand_over(session, now)
    ledger.plan(RULE, now)
    review(session, room.colleague, version, now)  # type: ignore[arg-type]
    assert ledger.deliver(now) == []
    assert [notice.reason for notice in ledger.notices()] == ["done"]
