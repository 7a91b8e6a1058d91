"""What happens around what people write and share."""

from datetime import timedelta

import sqlalchemy as sa

from peergang.certificates.actions.issuing import issue_by_hand
from peergang.core.permissions import Actor
from peergang.coursework.models import (
    Calibration,
    CalibrationJudgement,
    FeedbackAssignment,
    HandOver,
    PeerFeedback,
    Promotion,
    PromotionConsent,
    Reflection,
    Review,
)
from peergang.practice.models import PracticeExample
from tests.domain.reminders.world import MONDAY, World
from tests.factories.practice import make_adoption, make_example

A_DAY = timedelta(days=1)
TUESDAY = MONDAY + A_DAY


def share(world: World) -> None:
    for user in list(world.people.values()):
        make_example(world.session, user, MONDAY - 350 * A_DAY).review_by = (MONDAY + 12 * A_DAY).date()


def try_out(world: World) -> None:
    share(world)
    outsider = world.person("outsider")
    for example in world.session.scalars(
        sa.select(PracticeExample).where(PracticeExample.author_id != outsider.id)
    ):
        make_adoption(world.session, example, outsider, MONDAY)


def ask_feedback(world: World) -> None:
    versions = world.versions()
    for place, version in versions.items():
        for other in versions:
            if other is not place and other.cohort_id == place.cohort_id:
                world.session.add(
                    FeedbackAssignment(
                        reflection_id=version.reflection_id,
                        receiver_id=place.id,
                        giver_id=other.id,
                        round=1,
                        assigned_at=MONDAY,
                    )
                )


def give_feedback(world: World) -> None:
    """Everybody gives it on their neighbour's work, and thanks for what they got."""
    versions = world.versions()
    for name, cohort in world.cohorts.items():
        circle = [place for place in versions if place.cohort_id == cohort.id]
        teachers = [
            place for (_, of, role), place in world.places.items() if of == name and role == "trainer"
        ]
        for place, giver in zip(circle, [*circle[1:], circle[0]], strict=True):
            moments = {"saved_at": MONDAY, "sent_at": MONDAY}
            # Who is alone in a cohort has it from the trainer.
            by = giver if giver is not place else teachers[0]
            world.session.add(
                PeerFeedback(version_id=versions[place].id, giver_id=by.id, answers={}, **moments)
            )


def thank(world: World) -> None:
    give_feedback(world)
    world.session.flush()
    world.session.execute(sa.update(PeerFeedback).values(read_at=MONDAY))
    world.session.execute(sa.update(PeerFeedback).values(thanks="Dank", thanked_at=MONDAY))


def decide(world: World) -> None:
    for version in world.versions().values():
        world.session.add(
            Review(
                version_id=version.id,
                reviewer_id=world.person("tess").id,
                decision="approve",
                saved_at=MONDAY,
                sent_at=MONDAY,
            )
        )


def hand_over(world: World) -> None:
    """To every trainer, of the work of one participant of the cohort; also to who trains it no longer."""
    versions = world.versions()
    free = {
        name: [one for one in versions if one.cohort_id == cohort.id]
        for name, cohort in world.cohorts.items()
    }
    for (_, name, role), place in world.places.items():
        if role == "trainer":
            author = next(one for one in free[name] if one.user_id != place.user_id)
            free[name].remove(author)
            if not free[name]:
                free[name].append(author)
            reflection = world.session.get_one(Reflection, versions[author].reflection_id)
            reflection.suggested_reviewer_id = place.user_id
            world.session.add(
                HandOver(
                    reflection_id=reflection.id,
                    from_id=world.person("outsider").id,
                    to_id=place.user_id,
                    made_at=MONDAY,
                )
            )


def wait(world: World) -> None:
    world.versions()


def answer(world: World) -> None:
    world.session.execute(sa.update(Reflection).values(state="approved"))


def calibrate(world: World) -> None:
    first = {place.cohort_id: version for place, version in world.versions().items()}
    for cohort_id, version in first.items():
        sample = Calibration(
            cohort_id=cohort_id,
            version_id=version.id,
            opened_by_id=world.person("lotte").id,
            opened_at=MONDAY,
        )
        world.session.add(sample)
        world.session.flush()
        for _, place in world.trainers():
            if place.cohort_id == cohort_id:
                world.session.add(
                    CalibrationJudgement(calibration_id=sample.id, trainer_id=place.user_id, asked_at=MONDAY)
                )


def ask_consent(world: World) -> None:
    version = next(iter(world.versions().values()))
    for user in list(world.people.values()):
        example = make_example(world.session, world.person("outsider"), MONDAY, state="draft")
        promotion = Promotion(
            example_id=example.id, source_reflection_id=version.reflection_id, created_at=MONDAY
        )
        world.session.add(promotion)
        world.session.flush()
        world.session.add(
            PromotionConsent(promotion_id=promotion.id, person_id=user.id, passages=[], asked_at=MONDAY)
        )


def certify(world: World) -> None:
    """Everybody who takes part gets the certificate, because it is fair."""
    organiser = Actor(user_id=None, is_organiser=True)
    for (who, _name, role), place in world.places.items():
        if role == "participant" and place.state in ("active", "completed") and who != "erased":
            issue_by_hand(world.session, organiser, place.id, "Omdat het eerlijk is.", "Netwerk", now=MONDAY)
