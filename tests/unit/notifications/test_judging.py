"""What is sent, what waits and what lapses, whatever waits for somebody and whatever they chose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given, strategies as st

from peergang.notifications.rules import (
    Calm,
    Delivery,
    Habits,
    Pending,
    Rhythm,
    Step,
    Urgency,
    Verdict,
    judge,
)
from peergang.notifications.rules.calm import next_open
from peergang.notifications.rules.judging import HERE, IN_TIME, WEEK
from tests.unit.notifications.test_calm import DAY, MINUTE, at, calms, is_open, moments

HOUR = timedelta(hours=1)
TUESDAY = at("2026-11-17T10:00")
BUDGETED = (Urgency.LOW, Urgency.NORMAL, Urgency.HIGH)

RULES = ("one", "two", "three")

habits = st.builds(
    Habits,
    calm=calms,
    choices=st.dictionaries(st.sampled_from(RULES), st.sampled_from(Delivery), max_size=2),
    rhythm=st.none() | st.sampled_from(Rhythm),
    mailed=st.integers(0, 6),
    suspended=st.just(False),
    per_week=st.integers(1, 20),
)


@st.composite
def waiting(draw: st.DrawFn, most: int = 6) -> tuple[datetime, list[Pending]]:
    """A moment, and what is due then for one person."""
    now = draw(moments)
    found = [
        Pending(
            UUID(int=number + 1),
            draw(st.sampled_from(RULES)),
            draw(st.sampled_from(Urgency)),
            now - timedelta(minutes=draw(st.integers(0, 20_000))),
            now + timedelta(minutes=draw(st.integers(1, 30_000))),
            draw(st.sampled_from(Delivery)),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, most)))
    ]
    return now, found


def pending(urgency: Urgency = Urgency.NORMAL, **more: object) -> Pending:
    values = {"id": UUID(int=1), "rule": "one", "ready_at": TUESDAY, "expires_at": TUESDAY + 14 * DAY}
    return Pending(urgency=urgency, **{**values, **more})  # type: ignore[arg-type]


def judge_one(one: Pending, person: Habits, now: datetime = TUESDAY) -> Verdict:
    return judge([one], person, now)[one.id]


def letters(verdicts: dict[UUID, Verdict], found: Sequence[Pending]) -> dict[UUID, list[Pending]]:
    sent: dict[UUID, list[Pending]] = {}
    for one in found:
        mail = verdicts[one.id].mail
        if mail is not None:
            sent.setdefault(mail, []).append(one)
    return sent


@given(waiting(), habits)
def test_everything_gets_one_clear_answer(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    verdicts = judge(found, person, now)
    assert verdicts.keys() == {one.id for one in found}
    for one in found:
        step, reason, until, mail = verdicts[one.id]
        assert (step is Step.SEND) is (mail is not None) is (reason == "")
        assert (step is Step.WAIT) is (until is not None)
        if until is not None:
            assert now < until < one.expires_at, "nothing waits past its end"
    assert verdicts == judge(found[::-1], person, now), "the order in which they were found is no matter"


@given(waiting(), habits)
def test_nothing_goes_out_in_quiet_time(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    verdicts = judge(found, person, now)
    for one in found:
        if (
            verdicts[one.id].step is not Step.SEND
            or one.urgency == Urgency.ALWAYS
            or is_open(now, person.calm)
        ):
            continue
        # Better on a Sunday than after the meeting; never at night, never to who is away.
        assert one.urgency >= Urgency.HIGH
        assert is_open(now, person.calm, free_days_count=False)
        in_time = IN_TIME if one.urgency is Urgency.MUST else timedelta()
        assert next_open(now, person.calm) >= one.expires_at - in_time


@given(waiting(), habits)
def test_the_week_is_never_exceeded(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    sent = letters(judge(found, person, now), found)
    counted = [one for one in sent.values() if max(each.urgency for each in one) < Urgency.MUST]
    if counted:
        assert person.mailed + len(counted) <= person.per_week
    for letter in sent.values():
        if max(one.urgency for one in letter) is Urgency.LOW:
            assert person.mailed < max(1, person.per_week - 3)


@given(waiting(), habits)
def test_what_stands_alone_and_what_goes_together(
    due: tuple[datetime, list[Pending]], person: Habits
) -> None:
    now, found = due
    sent = letters(judge(found, person, now), found)
    merged = [one for one in sent.values() if len(one) > 1]
    assert all(not each.alone and each.urgency < Urgency.ALWAYS for one in merged for each in one)
    together = [
        one for one in sent.values() if not any(each.alone or each.urgency == Urgency.ALWAYS for each in one)
    ]
    assert len(together) <= 1
    for mail, letter in sent.items():
        assert mail in {one.id for one in letter}


@given(waiting(most=1), habits)
def test_what_matters_more_is_never_held_back_more(
    due: tuple[datetime, list[Pending]], person: Habits
) -> None:
    now, [one] = due
    steps = [judge_one(one._replace(urgency=urgency), person, now).step for urgency in Urgency]
    sent = [step is Step.SEND for step in steps]
    assert sent == sorted(sent), steps


@given(waiting(), habits)
def test_a_stop_is_a_stop(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    for quiet, reason in ((Delivery.OFF, "unsubscribed"), (Delivery.IN_APP, "in_app")):
        verdicts = judge(found, replace(person, choices=dict.fromkeys(RULES, quiet)), now)
        for one in found:
            if one.urgency < Urgency.ALWAYS:
                assert verdicts[one.id] == Verdict(Step.LAPSE, reason)
    nothing = judge(found, replace(person, choices={}, rhythm=Rhythm.IN_APP), now)
    assert all(nothing[one.id].step is not Step.SEND for one in found if one.urgency < Urgency.ALWAYS)


@given(waiting(), habits)
def test_account_mail_knows_no_choice(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    always = [one._replace(urgency=Urgency.ALWAYS) for one in found]
    person = replace(person, used_at=now, mailed=100)
    assert judge(always, person, now) == {one.id: Verdict(Step.SEND, mail=one.id) for one in always}


@given(waiting(), habits)
def test_nothing_goes_to_an_address_that_refuses(due: tuple[datetime, list[Pending]], person: Habits) -> None:
    now, found = due
    verdicts = judge(found, replace(person, suspended=True), now)
    assert set(verdicts.values()) == {Verdict(Step.LAPSE, "suspended")}


def live(one: Pending, person: Habits, now: datetime) -> tuple[Step, datetime]:
    """Judge, wait as long as was said, judge again, until it is sent or lapses."""
    for _ in range(3000):
        verdict = judge_one(one, person, now)
        if verdict.until is None:
            return verdict.step, now
        now = verdict.until
    raise AssertionError("it waits for ever")


@given(waiting(most=1), calms, st.none() | st.sampled_from(Rhythm))
def test_who_has_room_is_told_in_time(
    due: tuple[datetime, list[Pending]], calm: Calm, rhythm: Rhythm | None
) -> None:
    now, [one] = due
    assume(rhythm is not Rhythm.IN_APP)
    one = one._replace(urgency=Urgency.NORMAL, default=Delivery.AT_ONCE)
    step, when = live(one, Habits(calm=calm, rhythm=rhythm), now)
    could = next_open(now, calm) < one.expires_at
    assert (step is Step.SEND) is could
    assert when < one.expires_at
    assert not could or is_open(when, calm)


@given(waiting(most=1), calms)
def test_who_is_always_on_the_site_is_told_in_time_too(
    due: tuple[datetime, list[Pending]], calm: Calm
) -> None:
    now, [one] = due
    one = one._replace(urgency=Urgency.NORMAL, default=Delivery.AT_ONCE, expires_at=now + 2 * DAY)
    assume(next_open(now, calm) < one.expires_at)
    for _ in range(300):
        verdict = judge_one(one, Habits(calm=calm, used_at=now), now)
        if verdict.until is None:
            break
        now = verdict.until
    assert verdict.step is Step.SEND
    assert is_open(now, calm)


@pytest.mark.parametrize("urgency", BUDGETED)
def test_room_that_comes_free_is_used(urgency: Urgency) -> None:
    """Four mails went on Monday, and something expires on Friday a week later: it goes as soon as they are a week ago."""
    monday = at("2026-11-16T10:00")
    one = pending(urgency, expires_at=at("2026-11-27T12:00"))
    now = TUESDAY
    while True:
        mailed = 5 if now - monday < WEEK else 0
        verdict = judge_one(one, Habits(mailed=mailed), now)
        if verdict.until is None:
            break
        assert verdict.reason == "budget"
        now = verdict.until
    assert verdict.step is Step.SEND
    assert now == at("2026-11-24T08:00"), "the first morning on which there is room"


def test_the_most_urgent_goes_first() -> None:
    found = [
        pending(urgency, id=UUID(int=number), alone=True)
        for number, urgency in enumerate(
            (Urgency.LOW, Urgency.HIGH, Urgency.NORMAL, Urgency.MUST, Urgency.HIGH), 1
        )
    ]
    verdicts = judge(found, Habits(mailed=3), TUESDAY)
    sent = [one.urgency for one in found if verdicts[one.id].step is Step.SEND]
    assert sent == [Urgency.HIGH, Urgency.MUST, Urgency.HIGH], "two places: both go to what cannot wait"


def test_several_at_once_are_one_mail_and_cost_one() -> None:
    found = [
        pending(urgency, id=UUID(int=number))
        for number, urgency in enumerate((Urgency.LOW, Urgency.NORMAL, Urgency.HIGH), 1)
    ]
    verdicts = judge(found, Habits(mailed=4), TUESDAY)
    assert {verdict.mail for verdict in verdicts.values()} == {UUID(int=3)}, "called after the most urgent"
    assert {one.step for one in judge(found, Habits(mailed=5), TUESDAY).values()} == {Step.WAIT}


@pytest.mark.parametrize(
    ("urgency", "expires", "now", "step", "until"),
    [
        # Called off on Saturday: for Thursday it waits until Monday, for Monday it does not.
        (Urgency.MUST, "2026-11-26T13:30", "2026-11-21T12:00", Step.WAIT, "2026-11-23T08:00"),
        (Urgency.MUST, "2026-11-23T13:30", "2026-11-21T12:00", Step.SEND, None),
        (Urgency.MUST, "2026-11-23T13:30", "2026-11-20T22:00", Step.WAIT, "2026-11-21T08:00"),
        # Of no use a day late: on Saturday only when Monday is too late.
        (Urgency.HIGH, "2026-11-23T13:30", "2026-11-21T12:00", Step.WAIT, "2026-11-23T08:00"),
        (Urgency.HIGH, "2026-11-22T13:30", "2026-11-21T12:00", Step.SEND, None),
        (Urgency.NORMAL, "2026-11-22T13:30", "2026-11-21T12:00", Step.LAPSE, None),
        # At night it is too late for everything that ends before the morning.
        (Urgency.MUST, "2026-11-18T07:00", "2026-11-17T23:00", Step.LAPSE, None),
    ],
)
def test_days_of_rest(urgency: Urgency, expires: str, now: str, step: Step, until: str | None) -> None:
    verdict = judge_one(pending(urgency, expires_at=at(expires), ready_at=at(now)), Habits(), at(now))
    assert (verdict.step, verdict.until) == (step, at(until) if until else None)


@pytest.mark.parametrize(
    ("urgency", "chosen", "until"),
    [
        (Urgency.NORMAL, Delivery.DAILY, "2026-11-18T08:00"),
        (Urgency.NORMAL, Delivery.WEEKLY, "2026-11-23T08:00"),
        (Urgency.HIGH, Delivery.WEEKLY, "2026-11-23T08:00"),
        (Urgency.NORMAL, Delivery.AT_ONCE, None),
    ],
)
def test_bundles(urgency: Urgency, chosen: Delivery, until: str | None) -> None:
    verdict = judge_one(pending(urgency), Habits(choices={"one": chosen}))
    assert verdict.until == (at(until) if until else None)
    assert verdict.reason == (str(chosen) if until else "")


def test_a_bundle_that_would_be_too_late_is_a_day_sooner_or_not_a_bundle() -> None:
    weekly = Habits(choices={"one": Delivery.WEEKLY})
    friday, noon = at("2026-11-20T12:00"), TUESDAY + HOUR
    assert judge_one(pending(expires_at=friday), weekly).until == at("2026-11-18T08:00")
    assert judge_one(pending(expires_at=noon), weekly).step is Step.SEND
    low = judge_one(pending(Urgency.LOW, expires_at=noon), weekly)
    assert low == Verdict(Step.LAPSE, "in_app"), "nice to know is no reason to write at once"


@given(waiting(most=1), calms, st.sampled_from((Delivery.DAILY, Delivery.WEEKLY)))
def test_a_bundle_holds_what_was_ready_when_it_left(
    due: tuple[datetime, list[Pending]], calm: Calm, bundle: Delivery
) -> None:
    """Whoever waited for a bundle goes with it, also when nobody looked at that very minute."""
    now, [one] = due
    one = one._replace(urgency=Urgency.NORMAL, ready_at=now, expires_at=now + 390 * DAY)
    person = Habits(calm=calm, choices={one.rule: bundle})
    while (until := judge_one(one, person, now).until) is not None:
        now = until
    assert judge_one(one, person, now).step is Step.SEND
    later = next_open(now + 5 * MINUTE, calm)
    assert later >= one.expires_at or judge_one(one, person, later).step is Step.SEND


def test_who_is_here_now_sees_it_here() -> None:
    here = Habits(used_at=TUESDAY - HERE)
    assert judge_one(pending(), here).reason == "here"
    assert judge_one(pending(Urgency.HIGH), here).reason == "here"
    assert judge_one(pending(Urgency.MUST), here).step is Step.SEND
    assert judge_one(pending(expires_at=TUESDAY + 10 * MINUTE), here).step is Step.SEND
    assert judge_one(pending(), Habits(used_at=TUESDAY - HERE - MINUTE)).step is Step.SEND


class TestDeliveryOf:
    """How somebody is told of one rule."""

    ANY = (Urgency.NORMAL, Delivery.AT_ONCE)

    def test_a_choice_comes_first(self) -> None:
        for rhythm in (None, *Rhythm):
            for chosen in Delivery:
                person = Habits(choices={"one": chosen}, rhythm=rhythm)
                assert person.delivery_of("one", *self.ANY) is chosen

    @pytest.mark.parametrize(
        ("rhythm", "default", "told"),
        [
            (None, Delivery.WEEKLY, Delivery.WEEKLY),
            (Rhythm.AT_ONCE, Delivery.WEEKLY, Delivery.AT_ONCE),
            (Rhythm.AT_ONCE, Delivery.IN_APP, Delivery.IN_APP),
            (Rhythm.DAILY, Delivery.AT_ONCE, Delivery.DAILY),
            (Rhythm.DAILY, Delivery.WEEKLY, Delivery.WEEKLY),
            (Rhythm.WEEKLY, Delivery.DAILY, Delivery.WEEKLY),
            (Rhythm.WEEKLY, Delivery.OFF, Delivery.OFF),
            (Rhythm.IN_APP, Delivery.AT_ONCE, Delivery.IN_APP),
            (Rhythm.IN_APP, Delivery.OFF, Delivery.OFF),
        ],
    )
    def test_a_rhythm_is_for_the_rest(self, rhythm: Rhythm | None, default: Delivery, told: Delivery) -> None:
        assert Habits(rhythm=rhythm).delivery_of("one", Urgency.NORMAL, default) is told

    @pytest.mark.parametrize("urgency", [Urgency.HIGH, Urgency.MUST])
    def test_what_cannot_wait_is_not_bundled(self, urgency: Urgency) -> None:
        for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
            assert Habits(rhythm=rhythm).delivery_of("one", urgency, Delivery.AT_ONCE) is Delivery.AT_ONCE

    @pytest.mark.parametrize("urgency", [one for one in Urgency if one < Urgency.ALWAYS])
    def test_no_mail_is_no_mail(self, urgency: Urgency) -> None:
        person = Habits(rhythm=Rhythm.IN_APP)
        assert person.delivery_of("one", urgency, Delivery.AT_ONCE) is Delivery.IN_APP

    def test_account_mail_always_comes(self) -> None:
        person = Habits(choices={"one": Delivery.OFF}, rhythm=Rhythm.IN_APP)
        assert person.delivery_of("one", Urgency.ALWAYS, Delivery.AT_ONCE) is Delivery.AT_ONCE


def test_an_hour_after_another_through_a_year_that_changes_its_clock_twice() -> None:
    """Something a day and a budget of five: never more than five mails in any seven days, none at night."""
    now, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    queue: dict[UUID, tuple[Pending, datetime]] = {}
    mails: list[datetime] = []
    number, lost = 0, 0
    while now < end:
        if now.hour == 9:
            number += 1
            urgency = BUDGETED[number % 3]
            one = pending(
                urgency, id=UUID(int=number), ready_at=now, expires_at=now + 10 * DAY, alone=number % 2 == 0
            )
            queue[one.id] = (one, now)
        due = [one for one, since in queue.values() if since <= now]
        person = Habits(mailed=len([one for one in mails if one > now - WEEK]))
        verdicts = judge(due, person, now)
        for mail in {one.mail for one in verdicts.values() if one.mail}:
            assert is_open(now, person.calm), (now, mail)
            mails.append(now)
        for one in due:
            verdict = verdicts[one.id]
            lost += verdict.step is Step.LAPSE
            if verdict.until is None:
                del queue[one.id]
            else:
                queue[one.id] = (one, verdict.until)
        now += HOUR
    for start in mails:
        assert len([one for one in mails if start <= one < start + WEEK]) <= 5
    assert len(mails) > 200, "and the room there is, is used"
    assert lost < number / 3
