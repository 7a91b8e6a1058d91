"""Importing participants."""

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.roster import (
    Doubtful,
    add_from_roster,
    add_participant,
    correct_roster,
)
from peergang.cohorts.actions.roster_files import discard_roster, read_roster_file
from peergang.cohorts.models import Enrolment, RosterImport
from peergang.cohorts.queries.roster import check_import, find_open_import
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import Affiliation, User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user
from tests.pace import within

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


def read(session, organiser, cohort, *lines, now):
    content = "\n".join(["Naam;E-mail;Instelling;Functie", *lines]).encode()
    return read_roster_file(
        session, organiser, cohort.id, file_name="C:\\lijst.csv", content=content, now=now
    )


def add(session, organiser, found, now, anyway=None, corrections=None):
    return add_from_roster(session, organiser, found.cohort_id, found.id, anyway or {}, corrections, now=now)


def participants(session, cohort):
    return session.execute(
        sa.select(User.email, Enrolment.state)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(User.email)
    ).all()


def test_good_rows_go_while_others_wait_and_the_rest_follows(session, organiser, school, now):
    cohort = make_cohort(session, now)
    found = read(
        session,
        organiser,
        cohort,
        "Floor Beukenlaan;f@b.example;ROC Zilverkade;i-coach",
        "Merel Duinpan;m@b,example;ROC Zilverkade;",
        "Joris Kreekrug;j@b.example;ROC Zilverkaai;",
        now=now,
    )
    assert found.file_name == "lijst.csv"
    assert participants(session, cohort) == []
    added = add(session, organiser, found, now)
    assert (len(added.enrolled.invited), added.left) == (1, 2)
    assert participants(session, cohort) == [("f@b.example", "invited")]
    affiliation = session.scalars(sa.select(Affiliation)).one()
    assert (affiliation.institution_id, affiliation.job_title) == (school.id, "i-coach")
    corrections = {3: {"email": "m@b.example"}, 4: {"institution": str(school.id)}}
    checked = correct_roster(session, organiser, cohort.id, found.id, corrections, {}, now=now)
    assert [row.state for row in checked] == ["known", "good", "good"]
    assert add(session, organiser, found, now).left == 0
    assert len(participants(session, cohort)) == 3
    assert (found.rows, found.finished_at) == ([], now)


def test_adding_takes_what_was_seen_and_keeps_what_was_typed_for_the_next_look(
    session, organiser, school, now
):
    cohort = make_cohort(session, now)
    found = read(session, organiser, cohort, "Merel Duinpan;m@b,example;ROC Zilverkade;", now=now)
    added = add(session, organiser, found, now, corrections={2: {"email": "m@b.example"}})
    assert (added.enrolled.invited, added.left) == ([], 1)
    assert [row.state for row in check_import(session, organiser, cohort.id, found.rows, now.date())] == [
        "good"
    ]


def test_the_same_file_twice_changes_nothing(session, organiser, school, now):
    cohort = make_cohort(session, now)
    lines = ["Floor Beukenlaan;f@b.example;ROC Zilverkade;", "Aya Ster;a@b.example;ROC Zilverkade;"]
    add(session, organiser, read(session, organiser, cohort, *lines, now=now), now)
    before = (participants(session, cohort), session.query(User).count(), session.query(Affiliation).count())
    again = read(session, organiser, cohort, *lines, now=now)
    added = add(session, organiser, again, now)
    assert (added.enrolled.invited, added.enrolled.waitlisted) == ([], [])
    assert before == (
        participants(session, cohort),
        session.query(User).count(),
        session.query(Affiliation).count(),
    )


def test_somebody_in_another_cohort_goes_only_when_ticked(session, organiser, school, now):
    other, cohort = make_cohort(session, now), make_cohort(session, now)
    known = make_participant(session, other, institution=school)
    email = session.get(User, known.user_id).email
    found = read(session, organiser, cohort, f"Persoon Proef;{email};ROC Zilverkade;", now=now)
    [row] = check_import(session, organiser, cohort.id, found.rows, now.date())
    assert (row.state, row.about) == ("look", other.name)
    assert add(session, organiser, found, now).enrolled.invited == []
    assert len(add(session, organiser, found, now, anyway={2: True}).enrolled.invited) == 1


def test_a_change_of_institution_keeps_history_and_counts_from_today(session, organiser, school, now):
    """Invariant 9: the old enrolment counts for the old school, the new one for the new."""
    old_school = make_institution(session, "ROC Oud")
    user = make_user(session)
    first = make_participant(
        session, make_cohort(session, now, state="closed"), user=user, institution=old_school
    )
    cohort = make_cohort(session, now)
    found = read(session, organiser, cohort, f"Persoon Proef;{user.email};ROC Zilverkade;", now=now)
    [row] = check_import(session, organiser, cohort.id, found.rows, now.date())
    assert (row.state, row.remark, row.about) == ("look", "moved", "ROC Oud")
    add(session, organiser, found, now, anyway={2: True})
    schools = dict(
        session.execute(
            sa.select(Enrolment.cohort_id, Affiliation.institution_id).join(
                Affiliation, Affiliation.id == Enrolment.affiliation_id
            )
        ).all()
    )
    assert schools == {first.cohort_id: old_school.id, cohort.id: school.id}


def test_who_we_know_keeps_the_name_they_chose_themselves(session, organiser, school, now):
    user = make_user(session, "Annemarie", "Berg")
    make_affiliation(session, user, school)
    cohort = make_cohort(session, now)
    add(
        session,
        organiser,
        read(session, organiser, cohort, f"A. Berg;{user.email};ROC Zilverkade;", now=now),
        now,
    )
    assert session.get(User, user.id).given_name == "Annemarie"


def test_a_new_file_takes_the_place_of_one_that_waits(session, organiser, school, now):
    cohort = make_cohort(session, now)
    first = read(session, organiser, cohort, "Floor B;f@b.example;ROC Zilverkade;", now=now)
    second = read(session, organiser, cohort, "Aya B;a@b.example;ROC Zilverkade;", now=now)
    assert find_open_import(session, cohort.id).id == second.id
    session.refresh(first)
    assert first.rows == []
    with pytest.raises(NotFound):
        add(session, organiser, first, now)
    discard_roster(session, organiser, cohort.id, second.id, now=now)
    assert find_open_import(session, cohort.id) is None


def test_a_file_that_cannot_be_read_leaves_the_waiting_one(session, organiser, school, now):
    cohort = make_cohort(session, now)
    first = read(session, organiser, cohort, "Floor B;f@b.example;ROC Zilverkade;", now=now)
    for content in (b"PK\x03\x04", b"x" * (3 * 1024 * 1024 + 1)):
        with pytest.raises(Invalid):
            read_roster_file(session, organiser, cohort.id, file_name="x", content=content, now=now)
    assert find_open_import(session, cohort.id).id == first.id


def test_a_file_of_another_cohort_does_not_exist_here(session, organiser, school, now):
    found = read(
        session, organiser, make_cohort(session, now), "Floor B;f@b.example;ROC Zilverkade;", now=now
    )
    other = make_cohort(session, now)
    with pytest.raises(NotFound):
        correct_roster(session, organiser, other.id, found.id, {}, {}, now=now)


def test_importing_is_for_organisers(session, school, now):
    cohort = make_cohort(session, now)
    trainer = Actor(user_id=make_user(session).id, trains=frozenset({cohort.id}))
    with pytest.raises(Forbidden):
        read(session, trainer, cohort, "Floor B;f@b.example;ROC Zilverkade;", now=now)
    assert session.query(RosterImport).count() == 0


def test_one_person_by_hand(session, organiser, school, now):
    cohort = make_cohort(session, now)
    with pytest.raises(Invalid) as refused:
        add_participant(session, organiser, cohort.id, name="", email="x", institution_id=cohort.id, now=now)
    assert set(refused.value.problems) == {"name", "email", "institution"}
    person = {"name": "Noor van Dijk", "email": "N@b.example", "institution_id": school.id}
    assert len(add_participant(session, organiser, cohort.id, **person, now=now).invited) == 1
    assert add_participant(session, organiser, cohort.id, **person, now=now).unchanged == 1
    user = session.scalars(sa.select(User).where(User.email == "n@b.example")).one()
    assert (user.name_particle, user.family_name) == ("van", "Dijk")


@pytest.mark.parametrize("remark", ["moved", "elsewhere", "withdrawn"])
def test_by_hand_asks_the_same_decision_as_a_row_of_a_file(session, organiser, school, now, remark):
    """Nobody changes schools, cohorts or their mind because somebody typed in a hurry."""
    cohort, user = make_cohort(session, now), make_user(session)
    if remark == "moved":
        make_affiliation(session, user, make_institution(session, "ROC Oud"))
    else:
        place = make_cohort(session, now) if remark == "elsewhere" else cohort
        make_participant(
            session,
            place,
            user=user,
            institution=school,
            state="withdrawn" if remark == "withdrawn" else "active",
        )
    person = {"name": "Persoon Proef", "email": user.email, "institution_id": school.id}
    before = session.scalars(sa.select(Affiliation.institution_id)).all()
    with pytest.raises(Doubtful) as refused:
        add_participant(session, organiser, cohort.id, **person, now=now)
    assert refused.value.row.remark == remark
    assert session.scalars(sa.select(Affiliation.institution_id)).all() == before
    assert len(add_participant(session, organiser, cohort.id, **person, anyway=True, now=now).invited) == 1


def test_three_hundred_rows_take_as_many_statements_as_three(session, organiser, school, now, counted):
    numbers = []
    for size in (3, 300):
        cohort = make_cohort(session, now, capacity=1000)
        lines = [f"Persoon {n};p{size}.{n}@b.example;ROC Zilverkade;" for n in range(size)]
        with counted() as found:
            waiting = read(session, organiser, cohort, *lines, now=now)
            add(session, organiser, waiting, now)
        numbers.append(found.number)
        assert len(participants(session, cohort)) == size
    assert numbers[0] == numbers[1]


def test_two_thousand_rows_are_judged_well_under_two_seconds(session, organiser, school, now):
    for number in range(60):
        make_institution(session, f"Instelling nummer {number}")
    cohort = make_cohort(session, now)
    lines = [f"Persoon van {n};p{n}@b.example;Onbekende school {n % 300};" for n in range(2000)]
    with within(2):
        found = read(session, organiser, cohort, *lines, now=now)
        checked = check_import(session, organiser, cohort.id, found.rows, now.date())
    assert {row.state for row in checked} == {"error"}
