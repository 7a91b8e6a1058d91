"""Who follows what: quiet by default, one's own choice stands, and only who can read it can be named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread as Worker

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import transaction
from peergang.core.errors import Forbidden, Invalid
from peergang.discussion.actions.following import choose_level, follow_modules, mark_read
from peergang.discussion.actions.posting import Draft, edit_post, start_thread
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.queries.places import get_module_place
from peergang.discussion.queries.threads import list_latest, list_threads
from tests.domain.discussion.test_posting import level
from tests.factories.cohorts import make_participant
from tests.factories.coursework import Class, actor_of, make_class
from tests.factories.curriculum import make_next_edition
from tests.factories.discussion import first_post, make_thread, reply
from tests.factories.identity import make_user

pytestmark = pytest.mark.database


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def new_for(session: Session, who: Enrolment, thread: Thread) -> int:
    place = get_module_place(session, thread.cohort_id, thread.module_id)  # type: ignore[arg-type]
    (row,) = list_threads(session, who.user_id, place)
    (latest,) = list_latest(session, who.user_id, thread.cohort_id, thread.module_id, None)
    assert (latest.new, latest.all_new) == (row.new, row.new)
    return int(row.new)


def test_only_who_takes_part_follows(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now, mentions=[room.outside.user_id])
    reply(session, room.peer, thread, now)
    found = {
        who: level(session, thread, getattr(room, who))
        for who in ("author", "peer", "outside", "other_peer", "trainer")
    }
    assert found == {
        "author": "follow",
        "peer": "follow",
        "outside": "follow",
        "other_peer": None,
        "trainer": None,
    }


def test_silence_stays_silence_and_not_following_ends_by_taking_part(
    session: Session, room: Class, now: datetime
) -> None:
    thread = make_thread(session, room.author, now)
    for who, chosen in ((room.peer, "mute"), (room.outside, "off")):
        choose_level(session, actor_of(session, who), thread.id, chosen)
        reply(session, who, thread, now)
    assert (level(session, thread, room.peer), level(session, thread, room.outside)) == ("mute", "follow")
    reply(session, room.author, thread, now, mentions=[room.peer.user_id])
    assert level(session, thread, room.peer) == "mute"
    with pytest.raises(Invalid):
        choose_level(session, actor_of(session, room.peer), thread.id, "loud")
    with pytest.raises(Forbidden):
        choose_level(session, actor_of(session, make_class(session, now).author), thread.id, "follow")
    with pytest.raises(Forbidden):
        mark_read(session, actor_of(session, make_class(session, now).trainer), thread.id, 1)


def test_new_is_what_others_said_since_one_read(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now)
    assert (new_for(session, room.author, thread), new_for(session, room.peer, thread)) == (0, 1)
    mark_read(session, actor_of(session, room.peer), thread.id, 99)
    assert new_for(session, room.peer, thread) == 0
    reply(session, room.peer, thread, now)
    assert (new_for(session, room.author, thread), new_for(session, room.peer, thread)) == (1, 0)
    mark_read(session, actor_of(session, room.author), thread.id, 2)
    mark_read(session, actor_of(session, room.author), thread.id, 1)
    assert new_for(session, room.author, thread) == 0, "what was read stays read"
    reply(session, room.peer, thread, now)
    choose_level(session, actor_of(session, room.author), thread.id, "mute")
    assert new_for(session, room.author, thread) == 0, "silence counts nothing"


def test_only_who_can_read_it_is_named(session: Session, room: Class, now: datetime) -> None:
    stranger = make_user(session, "Xander")
    left = make_participant(session, room.cohort, user=make_user(session, "Yorick"), state="withdrawn")
    named = make_participant(session, room.cohort, user=make_user(session, "Zilla"))
    wanted = [stranger.id, left.user_id, room.author.user_id, room.trainer.user_id]
    thread = make_thread(session, room.author, now, "@Xander @Yorick en @zilla!", mentions=wanted)
    found = set(session.scalars(sa.select(Mention.user_id)))
    assert found == {named.user_id, room.trainer.user_id}
    edit_post(
        session,
        actor_of(session, room.author),
        first_post(session, thread).id,
        Draft("Toch niemand"),
        read="@Xander @Yorick en @zilla!",
        now=now,
    )
    assert session.scalars(sa.select(Mention)).all() == []


def test_a_name_of_two_asks_and_too_many_names_are_refused(
    session: Session, room: Class, now: datetime
) -> None:
    twins = [
        make_participant(session, room.cohort, user=make_user(session, "Anna", name))
        for name in ("Berg", "Dijk")
    ]
    with pytest.raises(Invalid) as error:
        make_thread(session, room.author, now, "@Anna?")
    assert error.value.problems == {"body": "mention_unclear"}
    make_thread(session, room.author, now, "@Anna?", mentions=[twins[1].user_id])
    assert session.scalars(sa.select(Mention.user_id)).all() == [twins[1].user_id]
    crowd = [make_participant(session, room.cohort).user_id for _ in range(9)]
    with pytest.raises(Invalid) as error:
        make_thread(session, room.author, now, mentions=crowd)
    assert error.value.problems == {"mentions": "many"}


def test_a_conversation_goes_along_to_a_newer_edition(session: Session, room: Class, now: datetime) -> None:
    from peergang.curriculum.models import Edition

    thread = make_thread(session, room.author, now)
    other = make_thread(session, make_class(session, now).author, now)
    before = other.module_id
    cohort = session.get_one(Cohort, thread.cohort_id)
    old = thread.module_id
    newer = make_next_edition(session, session.get_one(Edition, cohort.edition_id))
    cohort.edition_id = newer.id
    session.flush()
    follow_modules(session, cohort.id, {})
    session.refresh(thread)
    session.refresh(other)
    assert thread.module_id != old
    assert get_module_place(session, cohort.id, thread.module_id).cohort_id == cohort.id  # type: ignore[arg-type]
    assert other.module_id == before


@pytest.mark.committed
def test_replies_at_once_get_numbers_of_their_own_and_name_once(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as session:
        room = make_class(session, now)
        thread = make_thread(session, room.author, now)
        people = [room.author, room.peer, room.other_peer, room.outside, room.trainer, room.colleague]
        actors = [actor_of(session, one) for one in people]
        thread_id, named = thread.id, room.peer.user_id
        session.commit()
    start, failures = Barrier(len(actors) * 2), []

    def run(act: Callable[[Session], object]) -> None:
        start.wait()
        try:
            with transaction(committed) as session:
                act(session)
        except Exception as error:  # noqa: BLE001 told below
            failures.append(error)

    from peergang.discussion.actions.posting import add_reply

    def say(actor: object) -> Callable[[Session], object]:
        return lambda session: add_reply(
            session, actor, thread_id, Draft("Ik.", [named]), now=now + timedelta(minutes=1)
        )  # type: ignore[arg-type]

    def hush(actor: object) -> Callable[[Session], object]:
        return lambda session: choose_level(session, actor, thread_id, "mute")  # type: ignore[arg-type]

    workers = [Worker(target=run, args=(make(actor),)) for actor in actors for make in (say, hush)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert failures == []
    with Session(committed) as session:
        numbers = session.scalars(sa.select(Post.number).order_by(Post.number)).all()
        assert numbers == list(range(1, len(actors) + 2))
        assert set(session.scalars(sa.select(Reader.level))) == {"mute"}, "silence stands, whoever came first"
        assert len(session.scalars(sa.select(Mention)).all()) == len(actors) - 1


@pytest.mark.committed
def test_nobody_writes_in_a_cohort_that_was_closed_first(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as session:
        room = make_class(session, now)
        thread = make_thread(session, room.author, now)
        actor, cohort_id, thread_id = actor_of(session, room.peer), room.cohort.id, thread.id
        module_id = thread.module_id
        session.commit()
    problems: list[str] = []

    def talk() -> None:
        try:
            with transaction(committed) as session:
                start_thread(
                    session, actor, Draft("a", title="b"), cohort_id=cohort_id, module_id=module_id, now=now
                )
        except Exception as error:  # noqa: BLE001 told below
            problems.append(str(error))

    with Session(committed) as closing:
        cohort = closing.get_one(Cohort, cohort_id, with_for_update=True)
        worker = Worker(target=talk)
        worker.start()
        worker.join(0.5)
        assert worker.is_alive(), "it waits for who closes"
        cohort.state = "closed"
        closing.commit()
        worker.join(30)
    assert problems == ["cohort_closed"]
    with Session(committed) as session:
        assert session.scalars(sa.select(Thread.id)).all() == [thread_id]
