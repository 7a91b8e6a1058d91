"""The number beside "Beoordelen" when the page has read the queue already, and in a use case."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peergang.coursework.queries.counts import count_to_review
from peergang.coursework.queries.review_queue import list_review_queue
from tests.factories.coursework import actor_of, make_class, make_submitted, review


def test_a_page_that_read_the_queue_asks_no_second_time(
    session: Session, now: datetime, count_queries: Callable[[], list[str]]
) -> None:
    room = make_class(session, now)
    make_submitted(session, room.author, now)
    trainer, other = actor_of(session, room.trainer), actor_of(session, room.author)
    session.flush()
    counted = count_to_review(session, trainer)
    with Session(session.connection(), autoflush=False, join_transaction_mode="create_savepoint") as page:
        list_review_queue(page, trainer)
        count_queries().clear()
        assert count_to_review(page, trainer) == counted == 1
        assert count_queries() == []
        assert count_to_review(page, other) == 0


def test_a_use_case_counts_what_it_changed(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    trainer = actor_of(session, room.trainer)
    list_review_queue(session, trainer)
    assert count_to_review(session, trainer) == 1
    review(session, room.trainer, version, now + timedelta(days=1))
    assert count_to_review(session, trainer) == 0
