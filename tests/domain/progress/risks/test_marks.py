"""What marks a cohort to be looked at again, and who may take that mark away."""

from sqlalchemy import func, select

from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.core.permissions import Actor
from peergang.identity.models import RoleGrant
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.actions.evaluating import evaluate_all, evaluate_marked
from peergang.progress.models import RiskMark
from tests.domain.progress.risks.conftest import World
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import complete
from tests.factories.risks import evaluate_now


def count_marks(world: World) -> int | None:
    return world.session.scalar(select(func.count()).select_from(RiskMark))


def test_the_night_leaves_the_mark_of_what_is_not_compiled_yet(world: World) -> None:
    evaluate_now(world.session, world.now)
    complete(world.session, world.person, world.activities["read"], at=world.now)
    evaluate_all(world.session, now=world.now)
    assert count_marks(world)
    compile_dirty(world.session, now=world.now)
    assert evaluate_marked(world.session, now=world.now) == 1
    evaluate_all(world.session, now=world.now)
    assert not count_marks(world), "what was compiled needs no mark"


def test_a_judgment_taken_back_is_looked_at_again(world: World) -> None:
    organiser = Actor(make_organiser(world.session).id, is_organiser=True)
    activity = world.activities["read"]
    override_id = override_completion(
        world.session, organiser, world.person.id, activity.id, "Deed het op papier", now=world.now
    )
    evaluate_now(world.session, world.now)
    assert not count_marks(world)
    take_back_override(world.session, organiser, override_id, now=world.now)
    assert count_marks(world)


def test_a_contact_who_left_is_looked_at_again(world: World) -> None:
    contact = make_user(world.session)
    world.session.add(
        RoleGrant(user_id=contact.id, role="contact", institution_id=world.school.id, granted_at=world.now)
    )
    world.session.flush()
    evaluate_now(world.session, world.now)
    contact.given_name = "Anders"
    world.session.flush()
    assert not count_marks(world)
    contact.deactivated_at = world.now
    world.session.flush()
    assert count_marks(world)
