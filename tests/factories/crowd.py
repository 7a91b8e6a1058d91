"""A whole network at once: cohorts of any size with work, meetings and feedback, for counting queries and for benchmarks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    ActivityCompletion,
    Attendance,
    Cohort,
    Enrolment,
    Meeting,
    PeerGroup,
    PeerGroupMembership,
    TopicRead,
)
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity, Edition, Module, Topic
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.rules import sort_key
from tests.factories.cohorts import make_cohort, make_meeting, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import compile_now

PARAGRAPH = (
    "Ik wilde dat twee collega's zelf een korte opdracht met beeld durfden te maken. In de eerste les keek ik mee en "
    "schreef ik op waar ze stilvielen. Daarna bouwden we samen een voorbeeld van vijf minuten, dat ze de week erop "
    "alleen gaven. Wat me opviel: niet de techniek hield hen tegen, maar de vraag wat studenten ervan zouden leren. "
)


@dataclass(frozen=True)
class Crowd:
    """Who asks for which page. The participant and the reflection are in the cohort that runs."""

    participant: User
    trainer: User
    organiser: User
    module_id: UUID
    reflection_id: UUID
    cohort_id: UUID


def make_crowd(
    session: Session,
    now: datetime,
    people: int,
    *,
    edition: Edition | None = None,
    earlier: int = 0,
    institutions: int = 3,
) -> Crowd:
    """`people` participants of `institutions` schools in a running cohort, and `earlier` cohorts with as many each."""
    edition = edition or make_edition(session, modules=2)
    schools = [make_institution(session, f"School {number:03d}") for number in range(institutions)]
    for number in range(earlier):
        made = now - timedelta(days=300 + 100 * number)
        _populate(session, make_cohort(session, made, edition=edition, state="closed"), people, schools, made)
    cohort = make_cohort(session, now - timedelta(days=45), edition=edition)
    trainer = make_user(session, "Tess", "Trainer")
    make_trainer(session, cohort, user=trainer)
    enrolments, reflections = _populate(session, cohort, people, schools, now)
    module_id = session.scalars(
        select(Module.id).where(Module.edition_id == edition.id, Module.position == 1)
    ).one()
    _answer(session, reflections[1], enrolments[0], trainer, now)
    compile_now(session, now)
    participant = session.get_one(User, enrolments[1].user_id)
    organiser = make_organiser(session)
    return Crowd(participant, trainer, organiser, module_id, reflections[0].id, cohort.id)


def _populate(
    session: Session, cohort: Cohort, people: int, schools: list[Institution], now: datetime
) -> tuple[list[Enrolment], list[Reflection]]:
    enrolments = _enrol(session, cohort, people, schools, now)
    _group(session, cohort, enrolments, now)
    for number in (1, 2, 3):
        meeting = make_meeting(session, cohort, now - timedelta(days=35 - 10 * number), number=number)
        _attend(session, meeting, enrolments)
    make_meeting(session, cohort, now + timedelta(days=2), number=4)
    return enrolments, _work(session, cohort, enrolments, now)


def _enrol(
    session: Session, cohort: Cohort, people: int, schools: list[Institution], now: datetime
) -> list[Enrolment]:
    users, affiliations, enrolments = [], [], []
    for number in range(people):
        user = User(
            id=uuid4(), given_name=f"Persoon{number}", family_name="Proef", email=f"{uuid4()}@school.example"
        )
        user.sort_key = sort_key(user.given_name, "", user.family_name)
        school = schools[number % len(schools)]
        place = Affiliation(
            id=uuid4(), user_id=user.id, institution_id=school.id, valid_from=date(2024, 8, 1)
        )
        users.append(user)
        affiliations.append(place)
        enrolments.append(
            Enrolment(
                id=uuid4(),
                cohort_id=cohort.id,
                user_id=user.id,
                affiliation_id=place.id,
                role="participant",
                state="active",
                activated_at=now - timedelta(days=50),
            )
        )
    for rows in (users, affiliations, enrolments):
        session.add_all(rows)
        session.flush()
    return enrolments


def _group(session: Session, cohort: Cohort, enrolments: list[Enrolment], now: datetime) -> None:
    for start in range(0, len(enrolments), 4):
        group = PeerGroup(id=uuid4(), cohort_id=cohort.id, name=f"Groep {start}")
        session.add(group)
        session.flush()
        session.add_all(
            PeerGroupMembership(
                cohort_id=cohort.id,
                peer_group_id=group.id,
                enrolment_id=member.id,
                joined_at=now - timedelta(days=40),
            )
            for member in enrolments[start : start + 4]
        )
    session.flush()


def _attend(session: Session, meeting: Meeting, enrolments: list[Enrolment]) -> None:
    session.add_all(
        Attendance(
            meeting_id=meeting.id,
            enrolment_id=enrolment.id,
            state="absent" if (number + meeting.number) % 5 == 0 else "present",
            recorded_at=meeting.ends_at,
        )
        for number, enrolment in enumerate(enrolments)
    )
    session.flush()


def _work(session: Session, cohort: Cohort, enrolments: list[Enrolment], now: datetime) -> list[Reflection]:
    """Everybody did half of the activities, read some topics and handed in the first reflection."""
    activities = session.scalars(
        select(Activity)
        .where(Activity.edition_id == cohort.edition_id)
        .order_by(Activity.module_id, Activity.position)
    ).all()
    topics = session.scalars(
        select(Topic.id).join(Module).where(Module.edition_id == cohort.edition_id)
    ).all()
    first = next(one for one in activities if one.kind == "reflection")
    answers = {prompt["slug"]: PARAGRAPH * 2 for prompt in first.settings["prompts"]}
    reflections, rest = [], []
    for number, enrolment in enumerate(enrolments):
        at = now - timedelta(days=number % 9 + 1, hours=2)
        reflection = Reflection(
            id=uuid4(),
            enrolment_id=enrolment.id,
            activity_id=first.id,
            state="submitted",
            audience="peer_group",
            title="Meekijken",
            draft=answers,
            draft_saved_at=at,
            state_since=at,
            submitted_at=at,
            # The group is ready with it: the trainer is next.
            for_trainer_at=at,
            promised_on=at.date() + timedelta(days=7),
        )
        reflections.append(reflection)
        rest += [
            ReflectionVersion(
                reflection_id=reflection.id, number=1, title="Meekijken", answers=answers, submitted_at=at
            ),
            *(
                ActivityCompletion(
                    enrolment_id=enrolment.id, activity_id=one.id, completed_at=at, evidence_kind="test"
                )
                for one in activities[: len(activities) // 2]
            ),
            *(TopicRead(enrolment_id=enrolment.id, topic_id=topic, read_at=at) for topic in topics[:3]),
        ]
    session.add_all(reflections)
    session.flush()
    session.add_all(rest)
    session.flush()
    return reflections


def _answer(session: Session, reflection: Reflection, peer: Enrolment, trainer: User, now: datetime) -> None:
    """Reactions on one reflection: something to read for its author."""
    version = session.scalars(
        select(ReflectionVersion).where(ReflectionVersion.reflection_id == reflection.id)
    ).one()
    prompt, words = next(iter(version.answers.items()))
    session.add_all(
        [
            PeerFeedback(
                version_id=version.id, giver_id=peer.id, answers={"top": "Sterk."}, saved_at=now, sent_at=now
            ),
            Review(
                version_id=version.id,
                reviewer_id=trainer.id,
                decision="return",
                message="Nog één stap.",
                saved_at=now,
                sent_at=now,
            ),
            Comment(
                version_id=version.id,
                author_id=trainer.id,
                prompt=prompt,
                quote=words[:20],
                suffix=words[20:50],
                body="Mooi.",
                created_at=now,
            ),
        ]
    )
    session.flush()
