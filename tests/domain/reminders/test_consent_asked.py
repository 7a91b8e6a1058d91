"""The question whether words of somebody may stand in an example."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from peergang.coursework.actions.promotion import answer_consent, ask_consent, promote_reflection
from peergang.coursework.queries.promotion import list_asked
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review

RULE = "consent_asked"
WORDS = "Vertel de volgende keer ook hoe de studenten daarop reageerden."


@pytest.fixture
def people(session: Session, now: datetime) -> Class:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now, title="Titel van mijn reflectie")
    review(session, people.trainer, version, now, message=WORDS)
    author = actor_of(session, people.author)
    texts = {"title": "Mijn voorbeeld", "context": WORDS}
    example = promote_reflection(session, author, version.reflection_id, texts, no_student_data=True, now=now)
    ask_consent(session, author, example.id, people.trainer.user_id, now=now)
    return people


def test_who_is_in_it_is_told_who_asks_and_not_what_it_says(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str], people: Class
) -> None:
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == [session.get_one(User, people.trainer.user_id).email]
    author = session.get_one(User, people.author.user_id)
    assert mail["Subject"] == f"{author.full_name} vraagt je iets over een praktijkvoorbeeld"
    [asked] = list_asked(session, actor_of(session, people.trainer))
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert f"/toestemming/{asked.consent_id}" in text
        for secret in (WORDS, "Titel van mijn reflectie", "Mijn voorbeeld"):
            assert secret not in text
    assert ledger.plan(RULE, now) == 0


def test_who_answered_already_needs_no_mail(
    session: Session, ledger: Ledger, now: datetime, people: Class
) -> None:
    ledger.plan(RULE, now)
    trainer = actor_of(session, people.trainer)
    [asked] = list_asked(session, trainer)
    stamp = asked.asked_at.isoformat()
    answer_consent(session, trainer, asked.consent_id, "no", asked_at=stamp, now=now)
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == ["suppressed done"]
