"""Who is asked to judge a sample hears of it once, without a word of the text."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.coursework.actions.calibration import JudgementText, open_calibration, save_judgement
from peergang.coursework.actions.submission import withdraw_reflection
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, make_class, make_submitted

RULE = "calibration_asked"


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def test_the_colleague_and_not_the_asker(
    session: Session, ledger: Ledger, room: Class, now: datetime, words: Callable[..., str]
) -> None:
    version = make_submitted(session, room.author, now, title="Geheimtitel")
    trainer = actor_of(session, room.trainer)
    open_calibration(session, trainer, version.reflection_id, [room.colleague.user_id], now=now)
    assert ledger.plan(RULE, now) == 1
    assert ledger.deliver(now) == [], "it waits for the bundle of tomorrow"
    (mail,) = ledger.deliver(now + timedelta(days=1))
    asker, asked = (session.get_one(User, one.user_id) for one in (room.trainer, room.colleague))
    assert ledger.addresses() == [asked.email]
    assert mail["Subject"] == f"{asker.given_name} vraagt je mee te kijken"
    author = session.get_one(User, room.author.user_id)
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "Geheimtitel" not in text
        assert author.family_name not in text
        assert room.cohort.name in text
    assert ledger.plan(RULE, now) == 0


@pytest.mark.parametrize("why", ["judged", "withdrawn"])
def test_what_is_over_is_not_mailed(
    session: Session, ledger: Ledger, room: Class, now: datetime, why: str
) -> None:
    version = make_submitted(session, room.author, now)
    trainer, colleague = actor_of(session, room.trainer), actor_of(session, room.colleague)
    sample = open_calibration(session, trainer, version.reflection_id, [room.colleague.user_id], now=now)
    assert ledger.plan(RULE, now) == 1
    if why == "judged":
        save_judgement(session, colleague, sample, JudgementText(decision="approve"), send=True, now=now)
    else:
        withdraw_reflection(session, actor_of(session, room.author), version.reflection_id, now=now)
    assert ledger.deliver(now) == []
