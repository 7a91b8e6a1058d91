"""Publishing in one tab while another saves: what readers need is never emptied unseen."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError

import pytest
import sqlalchemy as sa

from peergang.core import db
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor
from peergang.practice.actions.writing import publish_example, save_example
from peergang.practice.models import PracticeExample
from tests.factories.identity import make_user
from tests.factories.practice import make_example


@pytest.mark.committed
def test_a_save_cannot_empty_a_needed_part_while_another_tab_publishes(
    committed: sa.Engine, now: datetime
) -> None:
    with db.transaction(committed) as session:
        author = make_user(session)
        example_id, actor = make_example(session, author, now, state="draft").id, Actor(author.id)
    barrier = Barrier(2)

    def meet() -> None:
        # Both have looked before either commits, unless one waits for the other as it should.
        with suppress(BrokenBarrierError):
            barrier.wait(1)

    def publish() -> None:
        with suppress(Conflict, Invalid), db.transaction(committed) as session:
            publish_example(session, actor, example_id, no_student_data=True, now=now)
            meet()

    def empty() -> None:
        with suppress(Conflict, Invalid), db.transaction(committed) as session:
            save_example(session, actor, example_id, {"result": ""}, revision=0, now=now)
            meet()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(publish), pool.submit(empty)]:
            done.result()
    with db.reading(committed) as session:
        stored = session.get_one(PracticeExample, example_id)
        assert stored.state == "draft" or stored.result.strip()
        assert stored.state == "published" or not stored.result
