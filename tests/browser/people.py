"""The cast of the journeys: a cohort on the real content with people who know each other, committed for the site to see."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.models import Cohort, Enrolment
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.browser.site import Site
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_peer_group, make_trainer
from tests.factories.coursework import actor_of, find_activity, make_reflection, submit
from tests.factories.identity import make_institution, make_user, make_user_with_password

_numbers = count(1)
WORDS = (
    "De docent zei dat haar studenten afhaken zodra de uitleg langer duurt dan tien minuten. Ik dacht eerst dat ze een"
    " quiz zocht, maar na drie vragen bleek dat ze niet wist wie het begreep. "
)


@dataclass(frozen=True)
class Team:
    """A running cohort: an author with two peers in one group, and a trainer."""

    cohort_id: UUID
    author: User
    peer: User
    other: User
    trainer: User
    enrolments: dict[str, Enrolment]
    activity_id: UUID
    """The first reflection of the programme."""


def make_team(site: Site) -> Team:
    """A team in a cohort that began two weeks ago."""
    with site.work() as session:
        now = datetime.now(UTC)
        cohort = make_cohort(session, now, edition=site.edition(session))
        cohort.name = f"Peergang najaar {next(_numbers)}"
        people = {
            name: make_user_with_password(session, *words)
            for name, words in {
                "author": ("Amira", "Veldhaver"),
                "peer": ("Bilal", "Zandstra"),
                "other": ("Yara", "Kornuit"),
                "trainer": ("Marijke", "Roerdomp"),
            }.items()
        }
        enrolments = {
            name: make_participant(
                session, cohort, user=people[name], institution=make_institution(session, place)
            )
            for name, place in {
                "author": f"ROC Zevenbruggen {next(_numbers)}",
                "peer": f"Waterkant College {next(_numbers)}",
                "other": f"ROC Polderrand {next(_numbers)}",
            }.items()
        }
        group = make_peer_group(session, cohort, *enrolments.values(), since=now)
        group.name = "De Veerpont"
        enrolments["trainer"] = make_trainer(session, cohort, user=people["trainer"])
        make_meeting(
            session, cohort, now + timedelta(days=4, hours=2), title="Vragen achter vragen", place="Utrecht"
        )
        activity = find_activity(session, cohort)
        return Team(cohort.id, **people, enrolments=enrolments, activity_id=activity.id)


def invite_newcomer(site: Site, team: Team) -> User:
    """Somebody without a password, who is invited to the cohort of `team` and reads with its peer group."""
    with site.work() as session:
        now = datetime.now(UTC)
        cohort = session.get_one(Cohort, team.cohort_id)
        user = make_user(
            session, "Femke", "Lindelaan", email=f"femke.lindelaan{next(_numbers)}@school.example"
        )
        enrolment = make_participant(session, cohort, user=user, state="invited", at=now)
        request_invitations(session, cohort, [enrolment.id], now=now)
        return user


def submitted_reflection(
    site: Site, team: Team, title: str = "Welke vraag zat eronder?", who: str = "author"
) -> UUID:
    """A reflection of the author or of a peer, handed in for the peer group and long enough for every question."""
    with site.work() as session:
        return _submit_first(session, team, title, who)[0].id


def _submit_first(
    session: Session, team: Team, title: str, who: str = "author"
) -> tuple[Reflection, ReflectionVersion]:
    activity = session.get_one(Activity, team.activity_id)
    answers = {one["slug"]: WORDS * 3 + f"\n\n{WORDS}" for one in activity.settings["prompts"]}
    now = datetime.now(UTC)
    reflection = make_reflection(
        session, team.enrolments[who], now, activity=activity, title=title, answers=answers
    )
    return reflection, submit(session, reflection, now)


def answered_reflection(site: Site, team: Team, title: str = "Wat ik niet vroeg") -> UUID:
    """A reflection on which a peer and the trainer have reacted, handed in once more since."""
    with site.work() as session:
        now = datetime.now(UTC)
        reflection, version = _submit_first(session, team, title)
        activity = session.get_one(Activity, team.activity_id)
        about = find_activity(session, session.get_one(Cohort, team.cohort_id), "peer_feedback")
        peer, trainer = (actor_of(session, team.enrolments[name]) for name in ("other", "trainer"))
        answers = {one["slug"]: "Je kijkt precies; noem ook het doel." for one in about.settings["questions"]}
        revision = save_feedback(session, peer, version.id, answers, expected_revision=0, now=now)
        send_feedback(session, peer, version.id, expected_revision=revision, now=now)
        criteria = {one["slug"]: "partly" for one in activity.settings["criteria"]}
        text = ReviewText("return", criteria, "Vertel ook hoe het afliep.")
        revision = save_review(
            session, trainer, reflection.id, version.id, text, expected_revision=0, now=now
        )
        send_review(session, trainer, reflection.id, expected_revision=revision, now=now)
        last = activity.settings["prompts"][-1]["slug"]
        submit(session, reflection, now + timedelta(seconds=1), **{last: "Het liep goed af."})
        return reflection.id
