"""A trainer's answer."""

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.coursework.models import Review
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import make_class, make_submitted, review

RULE = "review_decided"


@pytest.mark.parametrize(
    ("decision", "subject"),
    [
        ("approve", "Je reflectie is afgerond"),
        ("return", "Je trainer vraagt je om een aanvulling"),
        ("talk_first", "Je trainer wil je reflectie bespreken"),
    ],
)
def test_the_author_is_told_the_decision_and_not_the_words(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str], decision: str, subject: str
) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now, title="Meekijken")
    review(session, people.trainer, version, now, decision, "Kijk nog eens naar alinea twee.")
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    assert mail["Subject"] == subject
    assert ledger.addresses() == [session.get_one(User, people.author.user_id).email]
    for kind in ("plain", "html"):
        assert f"/reflecties/{version.reflection_id}" in words(mail, kind)
        assert "alinea twee" not in words(mail, kind)


def test_what_was_read_on_the_site_needs_no_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now)
    review(session, people.trainer, version, now)
    ledger.plan(RULE, now)
    session.execute(sa.update(Review).values(read_at=now))
    assert ledger.deliver(now) == []


def test_a_second_answer_on_the_same_version_is_another_thing(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now)
    review(session, people.trainer, version, now, "talk_first")
    ledger.plan(RULE, now)
    review(session, people.trainer, version, now, "approve")
    ledger.plan(RULE, now)
    (mail,) = ledger.deliver(now)
    assert [notice.state for notice in ledger.notices()] == ["sent", "sent"], "both, in one mail"
    assert mail.is_multipart()
