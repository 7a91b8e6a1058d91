"""Conversations made through the real actions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.discussion.actions.posting import Draft, add_reply, start_thread
from peergang.discussion.models import Post, Thread
from tests.factories.coursework import actor_of, find_activity


def make_thread(
    session: Session, author: Enrolment, now: datetime, body: str = "Wie begint?", **more: object
) -> Thread:
    """A conversation under the module of the cohort's first reflection, or under `meeting_id`."""
    place: dict[str, UUID | None] = {}
    if "meeting_id" in more:
        place["meeting_id"] = more["meeting_id"]  # type: ignore[assignment]
    else:
        from peergang.cohorts.models import Cohort

        cohort = session.get_one(Cohort, author.cohort_id)
        module_id = more.get("module_id") or find_activity(session, cohort).module_id
        place = {"cohort_id": cohort.id, "module_id": module_id}  # type: ignore[dict-item]
    draft = Draft(body, more.get("mentions", ()), str(more.get("title", "Hoe begin je?")))  # type: ignore[arg-type]
    thread_id = start_thread(session, actor_of(session, author), draft, **place, now=now)  # type: ignore[arg-type]
    return session.get_one(Thread, thread_id)


def reply(
    session: Session, author: Enrolment, thread: Thread, now: datetime, body: str = "Ik.", **more: object
) -> Post:
    """A reply of `author`."""
    draft = Draft(body, more.get("mentions", ()))  # type: ignore[arg-type]
    post_id = add_reply(session, actor_of(session, author), thread.id, draft, now=now)
    return session.get_one(Post, post_id)


def first_post(session: Session, thread: Thread) -> Post:
    """What a conversation began with."""
    return session.query(Post).filter_by(thread_id=thread.id, number=1).one()


def fill_thread(session: Session, thread: Thread, author: Enrolment, number: int, now: datetime) -> None:
    """So many more posts, as bare rows."""
    for one in range(number):
        thread.last_number += 1
        session.add(
            Post(
                thread_id=thread.id,
                number=thread.last_number,
                author_id=author.user_id,
                body=f"Bericht {one}",
                body_html=f"<p>Bericht {one}</p>",
                created_at=now,
            )
        )
    session.flush()
