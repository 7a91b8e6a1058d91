"""Who may say what, and what stays when words are taken back."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.discussion import personal_data
from peergang.discussion.actions.posting import Draft, add_reply, edit_post, start_thread
from peergang.discussion.actions.removing import (
    erase_discussion,
    hide_post,
    remove_hidden_post,
    remove_post,
    show_post,
)
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.queries.places import get_module_place
from peergang.discussion.queries.posts import get_post, get_thread
from peergang.discussion.queries.threads import list_latest, list_threads
from peergang.discussion.rules import BODY_MAX_LENGTH
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_meeting, make_participant
from tests.factories.coursework import Class, actor_of, make_class
from tests.factories.discussion import first_post, make_thread, reply

pytestmark = pytest.mark.database
MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def level(session: Session, thread: Thread, who: object) -> str | None:
    return session.scalar(
        sa.select(Reader.level).filter_by(thread_id=thread.id, user_id=who.user_id)  # type: ignore[attr-defined]
    )


def test_participants_and_trainers_talk_and_nobody_else(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now)
    reply(session, room.outside, thread, now)
    reply(session, room.trainer, thread, now)
    person = room.author.user_id
    stranger = make_class(session, now).author
    left = make_participant(session, room.cohort, state="withdrawn")
    invited = make_participant(session, room.cohort, state="invited")
    others = [actor_of(session, one) for one in (stranger, left, invited)]
    roles = [Actor(person, is_admin=True), Actor(person, is_organiser=True)]
    for actor in [*others, *roles, Actor(None)]:
        with pytest.raises(Forbidden):
            add_reply(session, actor, thread.id, Draft("Ik."), now=now)
        with pytest.raises(Forbidden):
            start_thread(
                session,
                actor,
                Draft("a", title="b"),
                cohort_id=thread.cohort_id,
                module_id=thread.module_id,
                now=now,
            )
        with pytest.raises(Forbidden):
            remove_post(session, actor, first_post(session, thread).id)
        with pytest.raises(Forbidden):
            hide_post(session, actor, first_post(session, thread).id, "x", now=now)
    assert session.get_one(Thread, thread.id).last_number == 3


def test_a_module_of_another_programme_is_no_place(session: Session, room: Class, now: datetime) -> None:
    other = make_thread(session, make_class(session, now).author, now)
    with pytest.raises(NotFound):
        make_thread(session, room.author, now, module_id=other.module_id)


@pytest.mark.parametrize(
    ("state", "reason"),
    [("closed", "cohort_closed"), ("cancelled", "cohort_cancelled"), ("planned", "not_open")],
)
def test_who_cannot_write_any_more_still_takes_back(
    state: str, reason: str, session: Session, room: Class, now: datetime
) -> None:
    thread = make_thread(session, room.author, now)
    answer = reply(session, room.peer, thread, now)
    session.get_one(Cohort, thread.cohort_id).state = state
    session.flush()
    with pytest.raises(Conflict, match=reason):
        reply(session, room.peer, thread, now)
    with pytest.raises(Conflict, match=reason):
        edit_post(session, actor_of(session, room.peer), answer.id, Draft("Nee."), read="Ik.", now=now)
    hide_post(session, actor_of(session, room.trainer), first_post(session, thread).id, "Naam", now=now)
    assert remove_post(session, actor_of(session, room.peer), answer.id) == thread.id


def test_a_module_that_is_not_open_is_closed_for_talk(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now)
    session.execute(sa.update(CohortModule).values(opens_at=now + MINUTE))
    with pytest.raises(Conflict, match="module_not_open"):
        reply(session, room.trainer, thread, now)
    meeting = make_meeting(session, room.cohort, now + timedelta(days=90))
    assert make_thread(session, room.author, now, meeting_id=meeting.id).module_id is None


@pytest.mark.parametrize(
    ("draft", "problems"),
    [
        (Draft("", title="x"), {"body": "missing"}),
        (Draft("  \n", title=" "), {"title": "missing", "body": "missing"}),
        (Draft("x" * (BODY_MAX_LENGTH + 1), title="y" * 121), {"title": "long", "body": "long"}),
    ],
)
def test_what_a_conversation_needs(
    draft: Draft, problems: dict[str, str], session: Session, room: Class, now: datetime
) -> None:
    meeting = make_meeting(session, room.cohort, now)
    with pytest.raises(Invalid) as error:
        start_thread(session, actor_of(session, room.author), draft, meeting_id=meeting.id, now=now)
    assert error.value.problems == problems


def test_an_edit_says_so_and_refuses_what_it_has_not_seen(
    session: Session, room: Class, now: datetime
) -> None:
    thread = make_thread(session, room.author, now)
    post, me = first_post(session, thread), actor_of(session, room.author)
    edit_post(session, me, post.id, Draft("Wie begint?"), read="Wie begint?", now=now + MINUTE)
    assert post.edited_at is None
    edit_post(session, me, post.id, Draft("Wie **durft**?"), read="Wie begint?\r\n", now=now + MINUTE)
    assert (post.body_html, post.edited_at) == ("<p>Wie <strong>durft</strong>?</p>", now + MINUTE)
    with pytest.raises(Conflict, match="post_changed"):
        edit_post(session, me, post.id, Draft("Anders"), read="Wie begint?", now=now)
    with pytest.raises(Forbidden):
        edit_post(
            session, actor_of(session, room.trainer), post.id, Draft("x"), read="Wie **durft**?", now=now
        )


def test_removing_leaves_a_line_only_where_something_follows(
    session: Session, room: Class, now: datetime
) -> None:
    thread = make_thread(session, room.author, now)
    one = reply(session, room.peer, thread, now + MINUTE)
    two = reply(session, room.outside, thread, now + 2 * MINUTE)
    assert remove_post(session, actor_of(session, room.peer), one.id) == thread.id
    assert (one.state, one.body, one.body_html) == ("removed", "", "")
    remove_post(session, actor_of(session, room.peer), one.id)
    assert remove_post(session, actor_of(session, room.outside), two.id) == thread.id
    # The line of the one before is the last now, so it goes as well.
    assert session.scalars(sa.select(Post.number).filter_by(thread_id=thread.id)).all() == [1]
    assert session.get_one(Thread, thread.id).last_post_at == now
    assert reply(session, room.peer, thread, now).number == 4, "a number never means another post"


def test_a_conversation_without_words_disappears(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now)
    answer = reply(session, room.peer, thread, now)
    assert remove_post(session, actor_of(session, room.author), first_post(session, thread).id) == thread.id
    assert remove_post(session, actor_of(session, room.peer), answer.id) is None
    assert session.scalars(sa.select(Thread)).all() == []
    assert session.scalars(sa.select(Reader)).all() == []


def test_hiding_is_for_trainers_and_is_written_down_without_words(
    session: Session, room: Class, now: datetime
) -> None:
    thread = make_thread(session, room.author, now, "GEHEIM")
    post = first_post(session, thread)
    for who in (room.author, room.peer):
        with pytest.raises(Forbidden):
            hide_post(session, actor_of(session, who), post.id, "x", now=now)
    trainer = actor_of(session, room.trainer)
    with pytest.raises(Invalid):
        hide_post(session, trainer, post.id, " ", now=now)
    hide_post(session, trainer, post.id, "Er stond een NAAM in", now=now)
    with pytest.raises(Conflict):
        hide_post(session, actor_of(session, room.colleague), post.id, "ook", now=now)
    with pytest.raises(Conflict):
        edit_post(session, actor_of(session, room.author), post.id, Draft("y"), read="GEHEIM", now=now)
    show_post(session, actor_of(session, room.colleague), post.id, now=now)
    assert (post.state, post.body, post.hidden_reason) == ("shown", "GEHEIM", "")
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb.like("discussion%"))).all()
    assert sorted(one.verb for one in events) == ["discussion_post_hidden", "discussion_post_shown"]
    assert not any(word in str([one.details for one in events]) for word in ("GEHEIM", "NAAM"))
    own = reply(session, room.trainer, thread, now)
    with pytest.raises(Forbidden):
        hide_post(session, trainer, own.id, "x", now=now)


def test_what_a_trainer_hid_is_for_the_trainers_to_remove(
    session: Session, room: Class, now: datetime
) -> None:
    """Who has to act on a threat needs the words, and a name of a student must be able to go."""
    thread = make_thread(session, room.author, now, "GEHEIM")
    post, author = first_post(session, thread), actor_of(session, room.author)
    trainer = actor_of(session, room.trainer)
    reply(session, room.peer, thread, now)
    with pytest.raises(Conflict, match="post_gone"):
        remove_hidden_post(session, trainer, post.id, now=now)
    hide_post(session, trainer, post.id, "Naam", now=now)
    with pytest.raises(Conflict, match="post_hidden"):
        remove_post(session, author, post.id)
    assert post.body == "GEHEIM"
    for other in (room.author, room.peer):
        with pytest.raises(Forbidden):
            remove_hidden_post(session, actor_of(session, other), post.id, now=now)
    assert remove_hidden_post(session, actor_of(session, room.colleague), post.id, now=now) == thread.id
    assert (post.state, post.body, thread.title) == ("removed", "", "")
    assert "discussion_post_removed" in session.scalars(sa.select(AuditEvent.verb)).all()


def test_erasing_somebody_leaves_the_replies_of_others(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(
        session, room.author, now, "GEHEIM", title="OOK GEHEIM", mentions=[room.peer.user_id]
    )
    answer = reply(session, room.peer, thread, now, "Het antwoord", mentions=[room.author.user_id])
    hidden = reply(session, room.author, thread, now, "GEHEIM 2")
    hide_post(session, actor_of(session, room.trainer), hidden.id, "GEHEIM 3", now=now)
    exported = personal_data.export(session, room.author.user_id)
    assert [one["body"] for one in exported["posts"]] == ["GEHEIM", "GEHEIM 2"]
    assert len(exported["mentions"]) == 1
    assert "Het antwoord" not in str(exported)
    erase_discussion(session, room.author.user_id)
    assert "GEHEIM" not in str(session.execute(sa.select(Post.__table__)).all())
    assert "GEHEIM" not in str(session.execute(sa.select(Thread.__table__)).all())
    assert session.get_one(Post, answer.id).body == "Het antwoord"
    assert personal_data.export(session, room.author.user_id)["posts"][0]["state"] == "erased"
    assert session.scalars(sa.select(Mention)).all() == []
    # A trainer who is erased takes their reason along; what was hidden stays so.
    other = reply(session, room.peer, thread, now, "Namen")
    hide_post(session, actor_of(session, room.trainer), other.id, "REDEN", now=now)
    erase_discussion(session, room.trainer.user_id)
    assert (session.get_one(Post, other.id).state, session.get_one(Post, other.id).hidden_reason) == (
        "hidden",
        "",
    )


def title_of(session: Session, thread: Thread, who: object) -> set[str]:
    """The title in the list, in the block of the place and above the conversation, as somebody reads it."""
    user_id = who.user_id  # type: ignore[attr-defined]
    place = get_module_place(session, thread.cohort_id, thread.module_id)
    (listed,) = list_threads(session, user_id, place)
    (latest,) = list_latest(session, user_id, thread.cohort_id, thread.module_id, None)
    opener = get_post(session, first_post(session, thread).id, user_id)
    return {listed.title, latest.title, opener.title, get_thread(session, thread.id, user_id).title}


def test_the_title_is_hidden_with_the_post_below_it(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now, title="Wat een prutser")
    opener, trainer = first_post(session, thread), actor_of(session, room.trainer)
    answer = reply(session, room.peer, thread, now)
    hide_post(session, trainer, answer.id, "Naam", now=now)
    assert title_of(session, thread, room.outside) == {"Wat een prutser"}, "another post has no title"
    hide_post(session, trainer, opener.id, "Niet aardig", now=now)
    for reader in (room.peer, room.outside):
        assert title_of(session, thread, reader) == {""}
    for reader in (room.author, room.trainer, room.colleague):
        assert title_of(session, thread, reader) == {"Wat een prutser"}
    for who, kept in ((room.peer, False), (room.author, True)):
        assert ("prutser" in str(personal_data.export(session, who.user_id))) is kept
    show_post(session, trainer, opener.id, now=now)
    assert title_of(session, thread, room.outside) == {"Wat een prutser"}


def test_the_title_goes_and_changes_with_the_first_post(session: Session, room: Class, now: datetime) -> None:
    thread = make_thread(session, room.author, now, body="Kijk.", title="Sanne uit klas 2b")
    opener, author = first_post(session, thread), actor_of(session, room.author)
    answer = reply(session, room.author, thread, now, "Nog iets.")
    edit_post(session, author, answer.id, Draft("Anders.", title="Van hier niet"), read="Nog iets.", now=now)
    edit_post(session, author, opener.id, Draft("Kijk."), read="Kijk.", now=now)
    assert (thread.title, opener.edited_at) == ("Sanne uit klas 2b", None)
    edit_post(
        session, author, opener.id, Draft("Kijk.", title=" Een student "), read="Kijk.", now=now + MINUTE
    )
    assert (thread.title, opener.edited_at) == ("Een student", now + MINUTE)
    with pytest.raises(Invalid):
        edit_post(session, author, opener.id, Draft("Kijk.", title="x" * 500), read="Kijk.", now=now)
    remove_post(session, author, opener.id)
    assert title_of(session, thread, room.peer) == {""}
    assert thread.title == ""
