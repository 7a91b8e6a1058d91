"""Reflections in every state, made through the real actions."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import list_roles as list_cohort_roles
from peergang.core.permissions import Actor
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.handing_on import send_to_trainer
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.actions.submission import submit_reflection
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.feedback_task import find_own_feedback
from peergang.coursework.rules.drafts import DraftText
from peergang.curriculum.models import Activity
from peergang.identity.queries import list_roles as list_network_roles
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.versions import list_versions_and_draft

ANSWERS = {
    "bereiken": "Ik wilde dat twee collega's het zelf durven.",
    "gezien": "Ze keken bij elkaar en lachten.",
}
_numbers = count(1)


def actor_of(session: Session, who: object) -> Actor:
    """The actor of a user, an enrolment or a user's id, with the roles they hold now."""
    user_id = getattr(who, "user_id", None) or getattr(who, "id", who)
    assert isinstance(user_id, UUID)
    scopes: dict[str, set[UUID | None]] = {}
    for source in (list_network_roles, list_cohort_roles):
        for role, scope in source(session, user_id):
            scopes.setdefault(role, set()).add(scope)

    def ids(role: str) -> frozenset[UUID]:
        return frozenset(one for one in scopes.get(role, ()) if one is not None)

    return Actor(
        user_id, "admin" in scopes, "organiser" in scopes, ids("contact"), ids("trainer"), ids("participant")
    )


def find_activity(session: Session, cohort: Cohort, kind: str = "reflection") -> Activity:
    """The first activity of `kind` in the edition of a cohort."""
    statement = select(Activity).where(Activity.edition_id == cohort.edition_id, Activity.kind == kind)
    activity = session.scalars(statement.order_by(Activity.slug)).first()
    assert activity is not None
    return activity


def make_reflection(
    session: Session,
    author: Enrolment,
    now: datetime,
    *,
    activity: Activity | None = None,
    audience: str = "peer_group",
    title: str = "",
    answers: dict[str, str] | None = None,
) -> Reflection:
    """A saved draft of `author`."""
    cohort = session.get_one(Cohort, author.cohort_id)
    activity = activity or find_activity(session, cohort)
    text = DraftText(title or f"Meekijken {next(_numbers)}", audience, answers or ANSWERS)
    saved = save_draft(session, actor_of(session, author), activity.id, text, expected_revision=0, now=now)
    return session.get_one(Reflection, saved.reflection_id)


def submit(
    session: Session, reflection: Reflection, now: datetime, *, peers_first: bool = False, **answers: str
) -> ReflectionVersion:
    """The next version; `answers` replace words of the draft first. With `peers_first` the group has its turn, where it has
    one; else the reflection is in the trainer's queue at once, as when that turn is over.
    """
    session.refresh(reflection)
    author = session.get_one(Enrolment, reflection.enrolment_id)
    actor = actor_of(session, author)
    revision = reflection.draft_revision
    if answers:
        text = DraftText(reflection.title, reflection.audience or "", reflection.draft | answers)
        saved = save_draft(session, actor, reflection.activity_id, text, expected_revision=revision, now=now)
        revision = saved.revision
    version = submit_reflection(session, actor, reflection.id, expected_revision=revision, now=now)
    if not peers_first:
        send_to_trainer(session, session.get_one(Reflection, reflection.id), now)
    return version


def make_submitted(
    session: Session, author: Enrolment, now: datetime, *, peers_first: bool = False, **more: object
) -> ReflectionVersion:
    """A reflection with its first version; `peers_first` as in submit."""
    reflection = make_reflection(session, author, now, **more)  # type: ignore[arg-type]
    return submit(session, reflection, now, peers_first=peers_first)


def make_version(
    session: Session, reflection: Reflection, number: int, now: datetime, **answers: str
) -> ReflectionVersion:
    """A version as a bare row, without going through the states."""
    version = ReflectionVersion(
        reflection_id=reflection.id,
        number=number,
        title=reflection.title,
        answers=ANSWERS | answers,
        submitted_at=now,
    )
    session.add(version)
    session.flush()
    return version


def give_feedback(
    session: Session, giver: Enrolment, version: ReflectionVersion, now: datetime
) -> PeerFeedback:
    """Feedback of `giver` on a version, sent."""
    actor = actor_of(session, giver)
    answers = {"top": "Je kijkt precies.", "tip": "Noem het doel."}
    stored = find_own_feedback(session, version.id, giver.id)
    revision = save_feedback(session, actor, version.id, answers, expected_revision=stored.revision, now=now)
    return send_feedback(session, actor, version.id, expected_revision=revision, now=now)


def review(
    session: Session,
    trainer: Enrolment,
    version: ReflectionVersion,
    now: datetime,
    decision: str = "approve",
    message: str = "Sterk geschreven.",
) -> Review:
    """A decision of `trainer` on a version, sent."""
    actor = actor_of(session, trainer)
    stored = list_versions_and_draft(session, version.reflection_id, trainer.user_id)[1]
    text = ReviewText(decision, {"situatie": "yes"}, message)
    revision = save_review(
        session, actor, version.reflection_id, version.id, text, expected_revision=stored.revision, now=now
    )
    return send_review(session, actor, version.reflection_id, expected_revision=revision, now=now)


@dataclass
class Class:
    """A cohort with a peer group of three, somebody outside that group, and two trainers."""

    cohort: Cohort
    author: Enrolment
    peer: Enrolment
    other_peer: Enrolment
    outside: Enrolment
    trainer: Enrolment
    colleague: Enrolment


def make_class(session: Session, now: datetime) -> Class:
    """Everybody that a reflection's life needs."""
    cohort = make_cohort(session, now)
    author, peer, other, outside = (make_participant(session, cohort) for _ in range(4))
    make_peer_group(session, cohort, author, peer, other, since=now)
    return Class(
        cohort, author, peer, other, outside, make_trainer(session, cohort), make_trainer(session, cohort)
    )
