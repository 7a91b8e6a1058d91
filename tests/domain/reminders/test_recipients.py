"""Who gets what, over all rules: roles, withdrawals, another school, closed and erased accounts, two cohorts, trainers who
learn elsewhere, cohorts that are over. A rule without a row in cases.py fails here.
"""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.identity.models import User
from peergang.notifications.catalog import get_rule, list_rules
from peergang.notifications.models import Notice, NoticeChoice
from peergang.notifications.rules import Kind
from tests.domain.reminders.cases import CASES, Case, everybody
from tests.domain.reminders.reading import list_planned, plan, verdicts
from tests.domain.reminders.world import World
from tests.ground import Ground, unpack

HAPPENED = {"address_changed", "security_notice", "join_declined", "trial_mail"}
"""What happened cannot unhappen: of these nothing makes it over."""

NAMES = sorted(CASES)


@pytest.fixture(scope="module")
def packed_world(ground: Ground) -> bytes:
    return ground.make(World)


@pytest.fixture
def world(packed_world: bytes, session: Session) -> World:
    found: World = unpack(packed_world, session)
    return found


def expected(case: Case, world: World) -> set[str]:
    who = {name for name in case.who if name[0] not in "*-"}
    if "*" in case.who:
        who |= everybody(world)
    return who - {name[1:] for name in case.who if name[0] == "-"}


def happen(session: Session, world: World, name: str) -> Case:
    CASES[name].happens(world)
    session.flush()
    session.commit()
    return CASES[name]


def test_every_rule_has_its_row() -> None:
    assert {rule.name for rule in list_rules()} == set(CASES)
    assert {name for name, case in CASES.items() if case.over is None} == HAPPENED


@pytest.mark.parametrize("name", NAMES)
def test_exactly_these_people_hear_of_it_once(session: Session, world: World, name: str) -> None:
    case = happen(session, world, name)
    assert {world.name_of(one) for one in plan(session, name, case.moment)} == expected(case, world)
    notices = list_planned(session, name)
    told = {one.id for one in notices}
    plan(session, name, case.moment)
    assert {one.id for one in list_planned(session, name)} == told, "nobody hears of it twice"
    rule = get_rule(name)
    if "cohort_id" in rule.due(case.moment).selected_columns:
        assert {one.cohort_id for one in notices} <= {one.id for one in world.cohorts.values()}
    else:
        assert {one.cohort_id for one in notices} <= {None}
    session.execute(sa.delete(Notice).where(Notice.rule == name))
    for user in session.scalars(sa.select(User)):
        session.merge(NoticeChoice(user_id=user.id, rule=name, delivery="off", since=case.moment))
    if rule.kind is Kind.REMINDER:
        assert plan(session, name, case.moment) == set(), "who wants none gets none"


@pytest.mark.parametrize("name", sorted(set(NAMES) - HAPPENED))
def test_once_it_is_over_nobody_hears_of_it(session: Session, world: World, name: str) -> None:
    case = happen(session, world, name)
    plan(session, name, case.moment)
    assert verdicts(session, name, case.moment) == {""}
    assert case.over is not None
    case.over(world)
    session.flush()
    session.expire_all()
    found = verdicts(session, name, case.moment)
    assert found
    assert found <= case.reasons
    before = len(list_planned(session, name))
    plan(session, name, case.moment)
    after = len(list_planned(session, name))
    assert after == before or name in ("group_changed", "meeting_moved", "meeting_planned")
