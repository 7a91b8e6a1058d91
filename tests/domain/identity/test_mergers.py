"""Mergers and endings: history keeps what was, today shows what it became, and circles are impossible."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.queries.roster import read_institutions
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import mergers as actions
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.actions.institutions import change_institution
from peergang.identity.models import Affiliation, Institution, InstitutionMerger, User
from peergang.identity.queries.affiliations import find_affiliation_on, list_affiliations
from peergang.identity.queries.institutions import find_institution, list_institutions
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_affiliation, make_institution, make_user

pytestmark = pytest.mark.database

DAY = date(2026, 8, 1)


def merge(session: Session, now: datetime, successor: Institution, *merging: Institution) -> None:
    actions.merge_institutions(
        session, SYSTEM, [one.id for one in merging], successor.id, merged_on=DAY, now=now
    )


def works_at(session: Session, user: User, day: date) -> str:
    found = find_affiliation_on(session, user.id, day)
    return session.get_one(Institution, found.institution_id).name if found else ""


def periods(session: Session, user: User) -> list[tuple[str, date, date | None]]:
    rows = list_affiliations(session, user.id)
    return [(row.institution_name, row.valid_from, row.valid_until) for row in rows]


def test_a_and_b_become_c(session: Session, now: datetime) -> None:
    one, two, became = (make_institution(session, name) for name in ("Alfa", "Beta", "Ceta"))
    one.aliases = ["Alpha"]
    ann, bo, gone = (make_user(session) for _ in range(3))
    make_affiliation(session, ann, one)
    make_affiliation(session, bo, two, since=date(2026, 10, 1))
    make_affiliation(session, gone, one).valid_until = date(2026, 3, 1)
    session.flush()
    merge(session, now, became, one, two)
    assert (works_at(session, ann, date(2026, 7, 31)), works_at(session, ann, DAY)) == ("Alfa", "Ceta")
    # Who began after the day was never at the one that was no more.
    assert periods(session, bo) == [("Ceta", date(2026, 10, 1), None)]
    assert [name for name, *_ in periods(session, gone)] == ["Alfa"]
    for text in ("Alfa", "alpha", one.brin, two.brin.lower(), "BETA", "Ceta"):
        assert find_institution(session, text) is became, text
    assert [row.name for row in list_institutions(session, now.date())] == ["Ceta"]
    assert [row.name for row in list_institutions(session, now.date(), "alfa")] == ["Alfa"]


def test_a_roster_finds_what_it_became_and_says_so(session: Session, now: datetime) -> None:
    one, two, became = (make_institution(session, name) for name in ("Alfa", "Beta", "Ceta"))
    ended = make_institution(session, "Weg")
    merge(session, now, two, one)
    merge(session, now, became, two)
    actions.end_institution(session, SYSTEM, ended.id, until=DAY, now=now)
    schools = read_institutions(session)
    for text, brin in (("alfa", ""), ("", one.brin), ("Beta", "")):
        found = schools.find(text, brin, None)
        assert found is not None
        assert found.id == became.id
        assert found.merged_name(text or brin) in ("Alfa", "Beta")
    ceta = schools.find("ceta", "", None)
    assert ceta is not None
    assert ceta.merged_name("ceta") == ""
    assert schools.find("Weg", ended.brin, None) is None


def test_undoing_brings_everything_back(session: Session, now: datetime) -> None:
    one, became, user = (
        make_institution(session, "Alfa"),
        make_institution(session, "Ceta"),
        make_user(session),
    )
    planned = make_affiliation(session, user, one)
    planned.valid_until = date(2026, 12, 31)
    session.flush()
    before = periods(session, user)
    merge(session, now, became, one)
    assert len(periods(session, user)) == 2
    actions.undo_merger(session, SYSTEM, one.id, now=now)
    assert periods(session, user) == before
    assert (one.valid_until, find_institution(session, "alfa")) == (None, one)
    merge(session, now, became, one)


def test_undoing_is_refused_once_something_happened(session: Session, now: datetime) -> None:
    one, became, other = (make_institution(session) for _ in range(3))
    user = make_user(session)
    make_affiliation(session, user, one)
    merge(session, now, became, one)
    change_affiliation(session, SYSTEM, user.id, other.id, since=now.date(), now=now)
    with pytest.raises(Conflict) as refusal:
        actions.undo_merger(session, SYSTEM, one.id, now=now)
    assert refusal.value.reason == "merger_followed"


def test_undoing_is_refused_when_somebody_enrolled_since(session: Session, now: datetime) -> None:
    one, became = make_institution(session), make_institution(session)
    enrolment = make_participant(session, make_cohort(session, now), institution=one)
    merge(session, now, became, one)
    current = find_affiliation_on(session, enrolment.user_id, now.date())
    assert current is not None
    enrolment.affiliation_id = current.id
    session.flush()
    with pytest.raises(Conflict):
        actions.undo_merger(session, SYSTEM, one.id, now=now)
    assert session.get_one(InstitutionMerger, session.scalars(sa.select(InstitutionMerger.id)).one())


def test_circles_and_second_mergers_are_refused_by_the_database(session: Session, now: datetime) -> None:
    one, two, three = (make_institution(session) for _ in range(3))

    def write(merging: Institution, became: Institution) -> None:
        with session.begin_nested():
            session.add(
                InstitutionMerger(
                    institution_id=merging.id, successor_id=became.id, merged_on=DAY, created_at=now
                )
            )

    write(one, two)
    write(two, three)
    for merging, became in ((three, one), (three, two), (one, three), (two, two)):
        with pytest.raises(IntegrityError):
            write(merging, became)


def test_what_is_refused(session: Session, now: datetime) -> None:
    one, two, gone = (make_institution(session) for _ in range(3))
    actions.end_institution(session, SYSTEM, gone.id, until=DAY, now=now)
    young = make_institution(session)
    young.valid_from = date(2026, 9, 1)
    session.flush()
    today = now.date()
    for merging, became, day, field, code in (
        (one, two, today + timedelta(days=1), "merged_on", "day_far"),
        (one, two, date(2015, 1, 1), "merged_on", "day_far"),
        (one, one, DAY, "successor", "merged_itself"),
        (one, gone, DAY, "successor", "institution_gone"),
        (young, two, DAY, "merged_on", "before_it_began"),
    ):
        with pytest.raises(Invalid) as refusal:
            actions.merge_institutions(session, SYSTEM, [merging.id], became.id, merged_on=day, now=now)
        assert refusal.value.problems == {field: code}
    for call in (
        lambda: actions.merge_institutions(session, SYSTEM, [gone.id], two.id, merged_on=DAY, now=now),
        lambda: actions.end_institution(session, SYSTEM, gone.id, until=DAY, now=now),
    ):
        with pytest.raises(Conflict):
            call()
    with pytest.raises(NotFound):
        actions.undo_merger(session, SYSTEM, gone.id, now=now)


def test_only_organisers_and_admins_may(session: Session, now: datetime) -> None:
    one, two = make_institution(session), make_institution(session)
    some = frozenset({one.id, two.id})
    actor = Actor(user_id=make_user(session).id, trains=some, follows=some, contact_of=some)
    calls: list[Callable[[], object]] = [
        lambda: actions.merge_institutions(session, actor, [one.id], two.id, merged_on=DAY, now=now),
        lambda: actions.undo_merger(session, actor, one.id, now=now),
        lambda: actions.end_institution(session, actor, one.id, until=DAY, now=now),
        lambda: actions.reopen_institution(session, actor, one.id, now=now),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_ending_ends_the_affiliations_and_can_be_taken_back(session: Session, now: datetime) -> None:
    one, user = make_institution(session), make_user(session)
    make_affiliation(session, user, one)
    assert actions.end_institution(session, SYSTEM, one.id, until=DAY, now=now) == 1
    assert works_at(session, user, DAY) == ""
    with pytest.raises(Invalid):
        change_affiliation(session, SYSTEM, user.id, one.id, since=now.date(), now=now)
    actions.reopen_institution(session, SYSTEM, one.id, now=now)
    assert one.valid_until is None


def test_the_successor_may_take_the_name_over(session: Session, now: datetime) -> None:
    one, became = make_institution(session, "Alfa"), make_institution(session, "Ceta")
    change = {"brin": became.brin, "name": "Alfa", "aliases": [], "place": ""}
    with pytest.raises(Invalid):
        change_institution(session, SYSTEM, became.id, **change, now=now)
    merge(session, now, became, one)
    change_institution(session, SYSTEM, became.id, **change, now=now)
    assert find_institution(session, "alfa") is became


def test_a_domain_belongs_to_one_institution_also_for_two_at_once(
    committed: sa.Engine, now: datetime
) -> None:
    with transaction(committed) as work:
        one, two = make_institution(work).id, make_institution(work).id
    with Session(committed) as first, Session(committed) as second:
        first.get_one(Institution, one).sso_domains = ["school.nl"]
        first.flush()
        second.execute(sa.text("SET lock_timeout = '200ms'"))
        second.get_one(Institution, two).sso_domains = ["school.nl", "ander.nl"]
        with pytest.raises(sa.exc.OperationalError):
            second.flush()
        second.rollback()
        first.commit()
        second.get_one(Institution, two).sso_domains = ["school.nl", "ander.nl"]
        with pytest.raises(IntegrityError):
            second.flush()


def test_two_mergers_at_once_make_no_circle(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as work:
        one, two = make_institution(work).id, make_institution(work).id

    def row(merging: object, became: object) -> InstitutionMerger:
        return InstitutionMerger(institution_id=merging, successor_id=became, merged_on=DAY, created_at=now)

    with Session(committed) as first, Session(committed) as second:
        first.add(row(one, two))
        first.flush()
        second.execute(sa.text("SET lock_timeout = '200ms'"))
        second.add(row(two, one))
        with pytest.raises(sa.exc.OperationalError):
            second.flush()
        second.rollback()
        first.commit()
        second.add(row(two, one))
        with pytest.raises(IntegrityError):
            second.flush()


def test_the_merger_costs_as_much_for_many_people(
    session: Session, now: datetime, count_queries: Callable[[], list[str]]
) -> None:
    def cost(people: int) -> int:
        one, became = make_institution(session), make_institution(session)
        for _ in range(people):
            make_affiliation(session, make_user(session), one)
        count_queries().clear()
        merge(session, now, became, one)
        return len(count_queries())

    assert cost(2) == cost(40)
    moved = session.scalar(sa.select(sa.func.count()).where(Affiliation.continues_id.is_not(None)))
    assert moved == 42
