"""A false alarm stays away: while the signal lasts, and when it comes back for the same cause."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.progress.actions.calls import note_about, note_call, remove_note
from peergang.progress.actions.forgetting import forget_old_risks, forget_words_about
from peergang.progress.actions.risks import dismiss_risk, undo_dismissal
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.attention import list_attention
from peergang.progress.queries.calls import list_calls
from peergang.progress.queries.risk_history import Step, list_done
from peergang.progress.queries.risks import get_risk, list_risks
from peergang.progress.rules.risks import RiskState
from tests.domain.progress.risks.conftest import World
from tests.domain.progress.risks.test_meetings import meet
from tests.factories.cohorts import make_meeting
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import attend, complete

DAY = timedelta(days=1)


def organiser(world: World) -> Actor:
    return Actor(make_organiser(world.session).id, is_organiser=True)


def trainer(world: World, *, of: bool = True) -> Actor:
    cohort = world.cohort.id if of else uuid4()
    return Actor(make_user(world.session).id, trains=frozenset({cohort}))


def states(world: World, rule: str) -> list[RiskState]:
    rows = list_risks(world.session, states=list(RiskState), rules=[rule])
    return [RiskState(one.state) for one in rows]


def late(world: World) -> RiskSignal:
    world.due("read", world.now - 9 * DAY)
    world.due("reflection", world.now - DAY)
    (signal,) = world.signals("overdue")
    return signal


def test_it_stays_away_while_it_lasts_also_with_other_figures(world: World) -> None:
    signal = late(world)
    dismiss_risk(world.session, organiser(world), signal.id, "Is met verlof", now=world.now)
    world.due("conversation", world.now)
    (again,) = world.signals("overdue", world.now + DAY)
    assert (again.id, again.values["number"]) == (signal.id, 3)
    assert states(world, "overdue") == [RiskState.DISMISSED]
    assert list_risks(world.session, rules=["overdue"]) == []


def test_what_comes_back_for_the_same_cause_stays_away_and_for_another_does_not(world: World) -> None:
    meet(world, *"aa")
    (first,) = world.signals("missed_meetings")
    dismiss_risk(world.session, trainer(world), first.id, "Was ziek", now=world.now)
    world.cohort.state = "open"
    assert world.signals("missed_meetings") == []
    world.cohort.state = "running"
    (second,) = world.signals("missed_meetings", world.now + DAY)
    assert (second.id != first.id, second.cause) == (True, first.cause)
    assert set(states(world, "missed_meetings")) == {RiskState.ENDED, RiskState.DISMISSED}
    assert list_risks(world.session, rules=["missed_meetings"]) == []
    for number, state in ((11, "present"), (12, "absent"), (13, "absent")):
        meeting = make_meeting(world.session, world.cohort, world.now + number * DAY, number=number)
        attend(world.session, meeting, world.person, state)
    (third,) = world.signals("missed_meetings", world.now + 20 * DAY)
    assert [one.id for one in list_risks(world.session, rules=["missed_meetings"])] == [third.id]


def test_it_can_be_taken_back_and_said_again(world: World) -> None:
    signal, actor = late(world), organiser(world)
    for _ in range(2):
        dismiss_risk(world.session, actor, signal.id, "Klopt niet", now=world.now)
        dismiss_risk(world.session, actor, signal.id, "Twee keer is één keer", now=world.now)
        assert states(world, "overdue") == [RiskState.DISMISSED]
        undo_dismissal(world.session, actor, signal.id, now=world.now)
        assert states(world, "overdue") == [RiskState.OPEN]
    with pytest.raises(Conflict, match="risk_not_dismissed"):
        undo_dismissal(world.session, actor, signal.id, now=world.now)
    assert {one.reason for one in world.session.query(RiskDismissal)} == {"Klopt niet"}


def test_what_is_over_is_not_set_aside(world: World) -> None:
    signal = late(world)
    complete(world.session, world.person, world.activities["read"], at=world.now)
    assert world.signals("overdue") == []
    with pytest.raises(Conflict, match="risk_ended"):
        dismiss_risk(world.session, organiser(world), signal.id, "x", now=world.now)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_asked(world: World, reason: str) -> None:
    with pytest.raises(Invalid):
        dismiss_risk(world.session, organiser(world), late(world).id, reason, now=world.now)


def test_who_may(world: World) -> None:
    signal = late(world)
    (of_school,) = world.signals("no_contact")
    own = Actor(world.person.user_id, is_organiser=True)
    contact = Actor(make_user(world.session).id, contact_of=frozenset({world.school.id}))
    admin = Actor(make_user(world.session).id, is_admin=True)
    refused = [
        (own, signal), (contact, signal), (contact, of_school), (admin, signal), (trainer(world, of=False), signal),
        (trainer(world), of_school),
    ]  # fmt: skip
    for actor, one in refused:
        with pytest.raises(Forbidden):
            dismiss_risk(world.session, actor, one.id, "x", now=world.now)
        with pytest.raises(Forbidden):
            undo_dismissal(world.session, actor, one.id, now=world.now)
    for actor in (own, contact, admin, trainer(world, of=False)):
        with pytest.raises(Forbidden):
            note_about(world.session, actor, world.person.id, "x", now=world.now)
    for actor in (contact, admin, trainer(world)):
        with pytest.raises(Forbidden):
            note_call(world.session, actor, world.school.id, "x", now=world.now)
    with pytest.raises(NotFound):
        dismiss_risk(world.session, organiser(world), uuid4(), "x", now=world.now)


def test_what_was_done_stands_at_the_signal(world: World) -> None:
    signal, actor = late(world), trainer(world)
    note_about(world.session, actor, world.person.id, " Belde \n terug ", now=world.now, spoke_with="Bram")
    dismiss_risk(world.session, actor, signal.id, "Verlof", now=world.now + DAY)
    undo_dismissal(world.session, actor, signal.id, now=world.now + 2 * DAY)
    done = list_done(world.session, get_risk(world.session, signal.id))
    assert [one.step for one in done[:2]] == [Step.RECALLED, Step.DISMISSED]
    assert {one.step for one in done[2:]} == {Step.CALLED, Step.SEEN}
    (row,) = list_risks(world.session, rules=["overdue"])
    assert row.last_call == world.now


def test_an_institution_that_was_called_is_known_as_such(world: World) -> None:
    world.signals("no_contact")
    (before,) = list_attention(world.session, world.now)
    assert not before.is_talked_about
    actor = organiser(world)
    note = note_call(
        world.session,
        actor,
        world.school.id,
        "Belt terug",
        now=world.now + DAY,
        spoke_with="Pim  Vogelkers",
        next_on=(world.now + 9 * DAY).date(),
    )
    (after,) = list_attention(world.session, world.now + DAY)
    assert (after.is_talked_about, after.last_call) == (True, world.now + DAY)
    # Yesterday nobody had called yet.
    assert not list_attention(world.session, world.now)[0].is_talked_about
    assert [one.spoke_with for one in list_calls(world.session, [world.school.id])] == ["Pim Vogelkers"]
    with pytest.raises(Forbidden):
        remove_note(world.session, organiser(world), note)
    remove_note(world.session, actor, note)
    assert list_calls(world.session, [world.school.id]) == []


def test_who_left_throws_no_note_away(world: World) -> None:
    former = trainer(world)
    note = note_about(world.session, former, world.person.id, "x", now=world.now)
    with pytest.raises(Forbidden):
        remove_note(world.session, Actor(former.user_id), note)
    remove_note(world.session, former, note)
    once = organiser(world)
    note = note_call(world.session, once, world.school.id, "x", now=world.now, cohort_id=world.cohort.id)
    with pytest.raises(Forbidden):
        remove_note(
            world.session, Actor(once.user_id, trains=frozenset({world.cohort.id}), is_admin=True), note
        )
    remove_note(world.session, once, note)
    assert world.session.query(CallNote).count() == 0


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"words": " "}, {"words": "missing"}),
        ({"words": "x" * 2001}, {"words": "long"}),
        ({"spoke_with": "x" * 121}, {"spoke_with": "long"}),
        ({"days": -1}, {"next_on": "in_the_past"}),
        ({"days": 400}, {"next_on": "too_far"}),
    ],
)
def test_what_a_note_must_be(world: World, given: dict[str, object], problem: dict[str, str]) -> None:
    words, days = str(given.pop("words", "x")), given.pop("days", None)
    if isinstance(days, int):
        given["next_on"] = (world.now + days * DAY).date()
    with pytest.raises(Invalid) as refused:
        note_call(world.session, organiser(world), world.school.id, words, now=world.now, **given)  # type: ignore[arg-type]
    assert refused.value.problems == problem


def test_the_name_of_who_was_spoken_to_goes_with_them(world: World) -> None:
    pim, actor = make_user(world.session, "Pim", "Vogelkers"), organiser(world)
    school = world.school.id
    note = note_call(world.session, actor, school, "x", now=world.now, spoke_with="pim vogelkers")
    other = note_call(world.session, actor, school, "x", now=world.now, spoke_with="Jan Vogelkers")
    forget_words_about(world.session, pim.id)
    world.session.expire_all()
    found = {one.id: one.spoke_with for one in world.session.query(CallNote)}
    assert found == {note: "", other: "Jan Vogelkers"}


@pytest.mark.parametrize(
    ("given", "family", "gone", "kept"),
    [
        (
            "An",
            "Vries",
            ["An Vries", "an de vries (teamleider)", "Vries, An"],
            ["Jan de Vries", "An Vriesema"],
        ),
        ("Ren", "Bol", ["ren bol"], ["René Bol", "Ren Bolë"]),
        ("Zoë", "d'Arcy", ["zoë d'arcy", "ZOË D'ARCY"], ["Zoë Darcy"]),
        ("A.*", "B(x", ["A.* B(x"], ["Anna Bax", "A B"]),
        ("Pim", "", ["Pim", "met Pim en Jan"], ["Pimmetje"]),
        ("", "", [], ["Pim Vogelkers", "iemand"]),
    ],
)
def test_of_others_the_name_stays(
    world: World, given: str, family: str, gone: list[str], kept: list[str]
) -> None:
    actor, person = organiser(world), make_user(world.session)
    person.given_name, person.family_name = given, family
    world.session.flush()
    for words in (*gone, *kept):
        note_call(world.session, actor, world.school.id, "x", now=world.now, spoke_with=words)
    forget_words_about(world.session, person.id)
    world.session.expire_all()
    left = sorted(one.spoke_with for one in world.session.query(CallNote))
    assert left == sorted([""] * len(gone) + kept)


def test_what_was_noted_about_somebody_goes_with_them_and_a_year_after_the_cohort(world: World) -> None:
    signal, actor = late(world), trainer(world)
    note_about(world.session, actor, world.person.id, "Thuis gedoe", now=world.now)
    dismiss_risk(world.session, actor, signal.id, "Thuis gedoe", now=world.now)
    forget_words_about(world.session, world.person.user_id)
    world.session.expire_all()
    assert world.session.query(CallNote).count() == 0
    assert [one.reason for one in world.session.query(RiskDismissal)] == [""]
    for days, left in ((365, 1), (366, 0)):
        world.cohort.starts_on = world.cohort.ends_on = (world.now - days * DAY).date()
        world.session.flush()
        forget_old_risks(world.session, now=world.now)
        assert world.session.query(RiskDismissal).count() == left
    assert world.session.query(RiskSignal).count() == 0


def test_pressing_twice_is_one_note(world: World) -> None:
    session, actor, key = world.session, organiser(world), uuid4()
    later = world.now + timedelta(seconds=1)
    first = note_call(session, actor, world.school.id, "Belde terug", now=world.now, key=key)
    assert note_call(session, actor, world.school.id, "Belde terug", now=later, key=key) == first == key
    assert note_call(session, actor, world.school.id, "Belde weer", now=later, key=key) != key
    assert note_about(session, actor, world.person.id, "Belde terug", now=later, key=key) != key
    assert len(session.scalars(select(CallNote)).all()) == 3
