"""A reflection of any length with any number of comments, as its author, a peer and the trainer each meet it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.factories.cohorts import make_participant
from tests.factories.crowd import Crowd

WORDS_IN_PARAGRAPH = 25


@dataclass(frozen=True)
class LongText:
    """Who reads it; `peer` is writing feedback."""

    author: User
    peer: User
    reflection_id: UUID
    version_id: UUID


def make_long_text(session: Session, crowd: Crowd, now: datetime, *, words: int, comments: int) -> LongText:
    """One in the running cohort of `crowd`, in a peer group of two. The trainer placed `comments` and sent them with a
    review of this very version; the peer placed as many, which go out with the feedback they are writing.
    """
    activity_id = session.scalars(
        select(Reflection.activity_id).where(Reflection.id == crowd.reflection_id)
    ).one()
    cohort = session.get_one(Cohort, crowd.cohort_id)
    author, peer = (make_participant(session, cohort) for _ in range(2))
    _group(session, crowd, [author, peer], now)
    prompts = [one["slug"] for one in session.get_one(Activity, activity_id).settings["prompts"]]
    answers, paragraphs = _write(prompts, words)
    reflection = Reflection(
        id=uuid4(),
        enrolment_id=author.id,
        activity_id=activity_id,
        state="submitted",
        audience="cohort",
        title="Alles wat er gebeurde",
        draft=answers,
        draft_saved_at=now,
        state_since=now,
        submitted_at=now,
        for_trainer_at=now,
        promised_on=now.date() + timedelta(days=7),
    )
    session.add(reflection)
    session.flush()
    version = ReflectionVersion(
        id=uuid4(),
        reflection_id=reflection.id,
        number=1,
        title=reflection.title,
        answers=answers,
        submitted_at=now,
    )
    session.add(version)
    session.flush()
    for writer in (crowd.trainer.id, peer.user_id):
        _comment(session, version.id, writer, paragraphs, comments, now)
    session.add(
        PeerFeedback(version_id=version.id, giver_id=peer.id, answers={"top": "Sterk."}, saved_at=now)
    )
    session.add(
        Review(
            version_id=version.id,
            reviewer_id=crowd.trainer.id,
            decision="talk_first",
            message="Laten we even bellen.",
            saved_at=now,
            sent_at=now,
        )
    )
    session.flush()
    people = [session.get_one(User, one.user_id) for one in (author, peer)]
    return LongText(people[0], people[1], reflection.id, version.id)


def _write(prompts: list[str], words: int) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The answers, and of every paragraph the question and the word it begins with, which is in no other."""
    number = words // WORDS_IN_PARAGRAPH
    paragraphs = [(prompts[one * len(prompts) // number], f"Alinea{one}") for one in range(number)]
    rest = " ".join(["Wij", "keken", "samen", "wat", "er"] + ["gebeurde"] * (WORDS_IN_PARAGRAPH - 6))
    answers = {
        slug: "\n\n".join(f"{first} {rest}." for own, first in paragraphs if own == slug) for slug in prompts
    }
    return answers, paragraphs


def _comment(
    session: Session,
    version_id: UUID,
    writer: UUID,
    paragraphs: list[tuple[str, str]],
    number: int,
    now: datetime,
) -> None:
    session.add_all(
        Comment(
            version_id=version_id,
            author_id=writer,
            prompt=slug,
            quote=f"{first} Wij keken",
            body=f"Opmerking bij {first}: wat zag je hier precies, en wie zag dat nog meer?",
            created_at=now - timedelta(minutes=number - place),
        )
        for place, (slug, first) in enumerate(paragraphs[:number])
    )
    session.flush()


def _group(session: Session, crowd: Crowd, members: list[Enrolment], now: datetime) -> None:
    group = PeerGroup(id=uuid4(), cohort_id=crowd.cohort_id, name="Groep Lang")
    session.add(group)
    session.flush()
    session.add_all(
        PeerGroupMembership(
            cohort_id=crowd.cohort_id, peer_group_id=group.id, enrolment_id=one.id, joined_at=now
        )
        for one in members
    )
    session.flush()
