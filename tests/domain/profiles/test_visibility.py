"""Who sees a profile: the rule, the query of one profile and the directory say the same, for every kind of reader."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.queries.roles import list_roles as list_cohort_roles
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.profiles import actions, personal_data
from peergang.profiles.queries import Search, list_directory_institutions, search_directory
from peergang.profiles.rules import Visibility, sees_profile
from peergang.web.viewer import make_actor
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user
from tests.factories.profiles import make_profile

pytestmark = pytest.mark.database

# shares_cohort, trains_them
READERS = {
    "self": (True, False),
    "peer": (True, False),
    "trainer": (True, True),
    "outsider": (False, False),
    "other_trainer": (False, False),
    "organiser": (False, False),
    "admin": (False, False),
    "contact": (False, False),
    "left": (False, False),
}


def actor_of(session: Session, user: User, **more: Any) -> Actor:
    found = make_actor(user.id, list_cohort_roles(session, user.id))
    return Actor(user.id, trains=found.trains, follows=found.follows, **more)


@pytest.fixture
def world(session: Session, now: datetime) -> dict[str, Any]:
    ours, theirs = make_cohort(session, now), make_cohort(session, now)
    school = make_institution(session)
    owner = make_user(session, "Anna", "Berg")
    make_participant(session, ours, user=owner, institution=school)
    people = {name: make_user(session) for name in READERS if name != "self"} | {"self": owner}
    make_participant(session, ours, user=people["peer"], institution=school)
    make_trainer(session, ours, user=people["trainer"])
    make_participant(session, theirs, user=people["outsider"], institution=school)
    make_trainer(session, theirs, user=people["other_trainer"])
    make_participant(session, ours, user=people["left"], institution=school).state = "withdrawn"
    session.flush()
    more: dict[str, dict[str, Any]] = {
        "organiser": {"is_organiser": True},
        "admin": {"is_admin": True},
        "contact": {"contact_of": frozenset({school.id})},
    }
    actors = {name: actor_of(session, user, **more.get(name, {})) for name, user in people.items()}
    return {"owner": owner, "actors": actors}


@pytest.mark.parametrize(("reader", "visibility"), list(product(READERS, Visibility)))
def test_the_rule_the_page_and_the_directory_agree(
    reader: str, visibility: Visibility, world: dict[str, Any], session: Session, now: datetime
) -> None:
    owner, actor = world["owner"], world["actors"][reader]
    make_profile(session, owner, now, visibility=visibility, expertise=["1.4"])
    shares, trains = READERS[reader]
    expected = sees_profile(visibility, is_self=reader == "self", shares_cohort=shares, trains_them=trains)
    if expected:
        assert actions.open_profile(session, actor, owner.id, now=now).expertise == ["1.4"]
    else:
        with pytest.raises((NotFound, Forbidden)):
            actions.open_profile(session, actor, owner.id, now=now)
    rows, total = search_directory(session, actor, Search(subject="1.4"), now.date())
    listed = expected and visibility != Visibility.TRAINERS
    assert [row.user_id for row in rows] == ([owner.id] if listed else [])
    assert total == len(rows)


def test_somebody_who_trains_with_another_sees_no_more_than_the_cohort(
    session: Session, now: datetime
) -> None:
    """A trainer's profile for trainers is not for their participants, nor for a colleague who trains with them."""
    cohort = make_cohort(session, now)
    owner, colleague = make_user(session), make_user(session)
    make_trainer(session, cohort, user=owner)
    make_trainer(session, cohort, user=colleague)
    profile = make_profile(session, owner, now, visibility="trainers")
    with pytest.raises((NotFound, Forbidden)):
        actions.open_profile(session, actor_of(session, colleague), owner.id, now=now)
    profile.visibility = "cohorts"
    session.flush()
    assert actions.open_profile(session, actor_of(session, colleague), owner.id, now=now).about


def test_who_left_the_platform_is_nowhere(session: Session, now: datetime) -> None:
    owner, reader = make_user(session), make_user(session)
    make_affiliation(session, owner, make_institution(session))
    make_profile(session, owner, now, expertise=["1.4"])
    actor = Actor(reader.id)
    assert search_directory(session, actor, Search(), now.date())[1] == 1
    assert list_directory_institutions(session, actor, now.date())
    owner.deactivated_at = now
    session.flush()
    assert search_directory(session, actor, Search(), now.date()) == ([], 0)
    assert not list_directory_institutions(session, actor, now.date())
    with pytest.raises((NotFound, Forbidden)):
        actions.open_profile(session, actor, owner.id, now=now)


def test_hiding_works_at_once(session: Session, now: datetime) -> None:
    owner, actor = make_user(session), Actor(make_user(session).id)
    make_profile(session, owner, now, expertise=["f3"])
    actions.hide_profile(session, Actor(owner.id), owner.id, now=now)
    session.flush()
    assert search_directory(session, actor, Search(), now.date()) == ([], 0)
    with pytest.raises((NotFound, Forbidden)):
        actions.open_profile(session, actor, owner.id, now=now)
    with pytest.raises(Forbidden):
        actions.hide_profile(session, actor, owner.id, now=now)


def save(session: Session, actor: Actor, user: User, now: datetime, **more: Any) -> None:
    values: dict[str, Any] = {
        "about": "",
        "contact": "",
        "visibility": "network",
        "expertise": (),
        "interest": (),
    }
    actions.save_profile(session, actor, user.id, now=now, **values | more)


def test_a_subject_counts_once_and_an_unknown_one_not(session: Session, now: datetime) -> None:
    user = make_user(session)
    for _ in range(2):
        save(session, Actor(user.id), user, now, expertise=["1.4", "9.9"], interest=["1.4", "f6", "<b>"])
    shown = actions.open_profile(session, Actor(user.id), user.id, now=now)
    assert (shown.expertise, shown.interest) == (["1.4"], ["f6"])
    exported = personal_data.export(session, user.id)
    assert exported["subjects"] == [{"code": "1.4", "kind": "expertise"}, {"code": "f6", "kind": "interest"}]
    actions.erase_profile(session, user.id)
    assert personal_data.export(session, user.id) == {"profile": [], "subjects": []}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("about", "a" * 281, "long"), ("contact", "a" * 121, "long"), ("visibility", "everybody", "unknown")],
)
def test_what_is_refused(field: str, value: str, code: str, session: Session, now: datetime) -> None:
    user = make_user(session)
    with pytest.raises(Invalid) as refused:
        save(session, Actor(user.id), user, now, **{field: value})
    assert refused.value.problems == {field: code}


def test_nobody_writes_for_another(session: Session, now: datetime) -> None:
    user = make_user(session)
    with pytest.raises(Forbidden):
        save(session, Actor(make_user(session).id, is_admin=True, is_organiser=True), user, now)


def test_the_directory_is_sorted_and_searched_the_dutch_way(session: Session, now: datetime) -> None:
    actor = Actor(make_organiser(session).id)
    for given, particle, family in (("Zoë", "van der", "Aa"), ("Bram", "", "Zwart"), ("Ana", "de", "Bäcker")):
        make_profile(session, make_user(session, given, family, particle=particle), now)
    rows, _total = search_directory(session, actor, Search(), now.date())
    assert [row.family_name for row in rows] == ["Aa", "Bäcker", "Zwart"]
    for words, family in (("zoe", "Aa"), ("backer", "Bäcker"), ("der aa", "Aa"), ("BRAM zw", "Zwart")):
        assert [
            row.family_name for row in search_directory(session, actor, Search(name=words), now.date())[0]
        ] == [family]
    assert search_directory(session, actor, Search(name="%"), now.date()) == ([], 0)
