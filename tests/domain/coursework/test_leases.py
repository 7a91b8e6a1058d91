"""Having something in hand for a while, handing over, being away, and the suggestion of the balance."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import FreePeriod
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.coursework.actions.absences import end_absence, plan_absence
from peergang.coursework.actions.claiming import claim_next, claim_review, release_review, renew_lease
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.actions.queue_care import balance_reviews, release_leases
from peergang.coursework.actions.reviewing import ReviewText, save_review
from peergang.coursework.models import HandOver, Reflection, ReflectionVersion, TrainerAbsence
from peergang.coursework.queries.counts import count_to_review
from peergang.coursework.queries.review_overview import list_load, list_notes, list_queue_page
from peergang.coursework.queries.review_queue import list_review_queue
from peergang.coursework.rules.anchors import Quote
from peergang.coursework.rules.waiting import LEASE
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review, submit
from tests.factories.versions import list_versions_and_draft

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.fixture
def version(session: Session, room: Class, now: datetime) -> ReflectionVersion:
    return make_submitted(session, room.author, now, audience="trainer")


def stored(session: Session, version: ReflectionVersion) -> Reflection:
    return session.get_one(Reflection, version.reflection_id, populate_existing=True)


def test_after_half_an_hour_anybody_may_take_it_and_the_draft_stays(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    first, second, at = (
        actor_of(session, room.trainer),
        actor_of(session, room.colleague),
        version.reflection_id,
    )
    text = ReviewText(message="Van de eerste.")
    save_review(session, first, at, version.id, text, expected_revision=0, now=now)
    with pytest.raises(Conflict, match="review_taken"):
        claim_review(session, second, at, now=now + LEASE - MINUTE)
    claim_review(session, second, at, now=now + LEASE)
    assert stored(session, version).reviewer_id == second.user_id
    assert list_versions_and_draft(session, at, second.user_id)[1].message == ""
    assert list_versions_and_draft(session, at, first.user_id)[1].message == "Van de eerste."
    with pytest.raises(Conflict, match="review_taken"):
        save_review(session, first, at, version.id, text, expected_revision=1, now=now + LEASE)


@pytest.mark.parametrize("way", ["save", "comment", "claim", "sign of life"])
def test_every_sign_of_work_gives_new_time(
    session: Session, room: Class, version: ReflectionVersion, now: datetime, way: str
) -> None:
    actor, at, later = actor_of(session, room.trainer), version.reflection_id, now + 20 * MINUTE
    claim_review(session, actor, at, now=now)
    if way == "save":
        save_review(session, actor, at, version.id, ReviewText("approve"), expected_revision=0, now=later)
    elif way == "comment":
        add_comment(session, actor, version.id, "gezien", Quote(""), "Mooi.", now=later)
    elif way == "claim":
        claim_review(session, actor, at, now=later)
    else:
        assert renew_lease(session, actor, at, now=later)
    assert stored(session, version).lease_until == later + LEASE


def test_a_sign_of_life_is_only_ever_about_ones_own(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer, colleague = actor_of(session, room.trainer), actor_of(session, room.colleague)
    assert not renew_lease(session, trainer, version.reflection_id, now=now)
    claim_review(session, trainer, version.reflection_id, now=now)
    assert not renew_lease(session, colleague, version.reflection_id, now=now + MINUTE)
    assert stored(session, version).lease_until == now + LEASE
    with pytest.raises(Forbidden):
        renew_lease(session, actor_of(session, room.author), version.reflection_id, now=now)


def test_the_sweep_puts_back_what_is_over_and_says_who_had_it(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer, colleague = actor_of(session, room.trainer), actor_of(session, room.colleague)
    claim_review(session, trainer, version.reflection_id, now=now)
    assert release_leases(session, now=now + LEASE - MINUTE) == 0
    for swept in (False, True):
        if swept:
            assert release_leases(session, now=now + LEASE) == 1
        (line,) = list_review_queue(session, colleague, now=now + LEASE)
        assert (line.reviewer_id, line.rank, line.had_until) == (None, 1, now + LEASE)
        assert line.asked_given
    found = stored(session, version)
    assert (found.state, found.reviewer_id, found.submitted_at) == ("submitted", None, now)
    assert (count_to_review(session, trainer), count_to_review(session, colleague)) == (1, 1)
    assert release_leases(session, now=now + LEASE) == 0


def test_talk_first_stays_with_its_trainer_for_two_weeks(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    review(session, room.trainer, version, now, "talk_first", "Bel je me even?")
    later = now + timedelta(days=13)
    assert stored(session, version).lease_until is None
    assert release_leases(session, now=later) == 0
    with pytest.raises(Conflict, match="review_taken"):
        claim_review(session, actor_of(session, room.colleague), version.reflection_id, now=later)
    assert release_leases(session, now=now + timedelta(days=14)) == 1
    found = stored(session, version)
    assert (found.state, found.suggested_reviewer_id) == ("submitted", room.trainer.user_id)
    submit(session, found, now + timedelta(days=14), gezien="Dan schrijf ik zelf verder.")


def test_a_second_version_comes_back_to_who_knows_the_first(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    review(session, room.colleague, version, now, "return", "Vul aan.")
    submit(session, stored(session, version), now + timedelta(days=1), gezien="Meer.")
    balance_reviews(session, now=now + timedelta(days=1))
    found = stored(session, version)
    assert found.suggested_reviewer_id == room.colleague.user_id
    assert (found.lease_until, found.promised_on) == (None, date(2026, 11, 25))
    assert count_to_review(session, actor_of(session, room.trainer)) == 0


def test_the_promise_skips_what_is_closed_everywhere_and_stays(
    session: Session, room: Class, now: datetime
) -> None:
    for region in ("noord", "midden", "zuid"):
        day = date(2026, 11, 19)
        session.add(FreePeriod(name="Studiedagen", region=region, starts_on=day, ends_on=day))
    session.add(
        FreePeriod(name="Noord", region="noord", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 24))
    )
    session.flush()
    version = make_submitted(session, room.peer, now, audience="trainer")
    assert stored(session, version).promised_on == date(2026, 11, 25)
    session.add(FreePeriod(name="Ijs", region="", starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 27)))
    balance_reviews(session, now=now)
    assert stored(session, version).promised_on == date(2026, 11, 25), "what is promised stays promised"


def test_next_gives_mine_first_then_free_then_what_a_colleague_was_asked(
    session: Session, room: Class, now: datetime
) -> None:
    trainer = actor_of(session, room.trainer)
    order = []
    for number, author in enumerate((room.author, room.peer, room.other_peer, room.outside)):
        order.append(make_submitted(session, author, now + number * MINUTE, audience="trainer").reflection_id)
    asked = [room.colleague.user_id, None, room.trainer.user_id, room.trainer.user_id]
    for one, who in zip(order, asked, strict=True):
        session.get_one(Reflection, one).suggested_reviewer_id = who
    session.flush()
    later = now + 5 * MINUTE
    assert claim_next(session, trainer, besides=order[2], now=later) == order[3], "not what is on the screen"
    found = [claim_next(session, trainer, now=later) for _ in range(4)]
    assert found == [order[2], order[1], order[0], None]


def test_next_never_gives_ones_own_work_or_another_cohort(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    elsewhere = make_class(session, now)
    assert claim_next(session, actor_of(session, elsewhere.trainer), now=now) is None
    from peergang.identity.models import User

    both = make_trainer(session, room.cohort, user=session.get_one(User, room.author.user_id))
    assert claim_next(session, actor_of(session, both), now=now) is None
    with pytest.raises(Forbidden):
        claim_next(session, actor_of(session, room.peer), now=now)


def test_handing_over_by_name(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer, colleague = actor_of(session, room.trainer), actor_of(session, room.colleague)
    at = version.reflection_id
    save_review(session, trainer, at, version.id, ReviewText(message="Mijn."), expected_revision=0, now=now)
    handed = hand_over_review(session, trainer, at, room.colleague.user_id, " Jij kent hem. ", now=now)
    found = stored(session, version)
    assert (found.state, found.reviewer_id, found.suggested_reviewer_id) == ("submitted", None, handed.to_id)
    assert list_versions_and_draft(session, at, trainer.user_id)[1].message == "Mijn."
    assert (count_to_review(session, trainer), count_to_review(session, colleague)) == (0, 1)
    assert [note for _, note in list_notes(session, colleague).values()] == ["Jij kent hem."]
    assert list_notes(session, trainer) == {}
    claim_review(session, trainer, at, now=now)
    assert list_notes(session, colleague) == {}, "a suggestion is no lock"


def test_what_cannot_be_handed_over(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer, colleague = actor_of(session, room.trainer), actor_of(session, room.colleague)
    at, stranger = version.reflection_id, make_class(session, now).trainer
    for to in (None, room.trainer.user_id, room.author.user_id, stranger.user_id):
        with pytest.raises(Invalid) as caught:
            hand_over_review(session, trainer, at, to, now=now)
        assert caught.value.problems == {"colleague": "not_a_colleague"}
    with pytest.raises(Invalid):
        hand_over_review(session, trainer, at, room.colleague.user_id, "x" * 1001, now=now)
    claim_review(session, colleague, at, now=now)
    with pytest.raises(Conflict, match="review_taken"):
        hand_over_review(session, trainer, at, room.colleague.user_id, now=now)
    for who in (room.author, room.peer, stranger):
        with pytest.raises(Forbidden):
            hand_over_review(session, actor_of(session, who), at, room.colleague.user_id, now=now)
    review(session, room.colleague, version, now)
    with pytest.raises(Conflict, match="reflection_state"):
        hand_over_review(session, trainer, at, room.colleague.user_id, now=now)
    assert session.scalar(sa.select(sa.func.count()).select_from(HandOver)) == 0


def test_who_goes_away_gives_back_is_covered_and_gets_it_back(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    third = make_trainer(session, room.cohort)
    trainer = actor_of(session, room.trainer)
    talk = make_submitted(session, room.peer, now - timedelta(days=3), audience="trainer")
    review(session, room.trainer, talk, now - timedelta(days=2), "talk_first", "Bel je me?")
    claim_review(session, trainer, version.reflection_id, now=now - 10 * MINUTE)
    today = now.date()
    absence = plan_absence(session, trainer, today, today + timedelta(days=4), third.user_id, now=now)
    assert release_leases(session, now=now) == 2
    balance_reviews(session, now=now)
    for one in (version, talk):
        found = stored(session, one)
        assert (found.state, found.suggested_reviewer_id, found.covering_for_id) == (
            "submitted",
            third.user_id,
            trainer.user_id,
        )
    load = {one.user_id: one for one in list_load(session, trainer, now)}
    assert (load[trainer.user_id].away_until, load[trainer.user_id].waiting) == (absence.ends_on, 0)
    assert load[third.user_id].waiting == 2
    # Who works all the same keeps what they pick up.
    claim_review(session, trainer, talk.reflection_id, now=now + MINUTE)
    assert release_leases(session, now=now + 5 * MINUTE) == 0
    end_absence(session, trainer, absence.id, now=now + 6 * MINUTE)
    assert session.get(TrainerAbsence, absence.id) is None
    balance_reviews(session, now=now + 6 * MINUTE)
    found = stored(session, version)
    assert (found.suggested_reviewer_id, found.covering_for_id) == (trainer.user_id, None)


def test_an_absence_that_is_over_by_itself_restores_as_well(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer, today = actor_of(session, room.trainer), now.date()
    stored(session, version).suggested_reviewer_id = trainer.user_id
    plan_absence(session, trainer, today, today, now=now)
    for moment, who in ((now, room.colleague), (now + timedelta(days=1), room.trainer)):
        balance_reviews(session, now=moment)
        assert stored(session, version).suggested_reviewer_id == who.user_id


def test_what_is_no_absence(session: Session, room: Class, now: datetime) -> None:
    trainer, today = actor_of(session, room.trainer), now.date()
    day = timedelta(days=1)
    for first, last, problem in (
        (today, today - day, "before_start"),
        (today - 3 * day, today - day, "in_past"),
        (today, today + 200 * day, "away_too_long"),
    ):
        with pytest.raises(Invalid) as caught:
            plan_absence(session, trainer, first, last, now=now)
        assert caught.value.problems == {"ends_on": problem}
    with pytest.raises(Invalid) as caught:
        plan_absence(session, trainer, today, today, room.author.user_id, now=now)
    assert caught.value.problems == {"cover": "not_a_colleague"}
    with pytest.raises(Forbidden):
        plan_absence(session, actor_of(session, room.author), today, today, now=now)
    absence = plan_absence(session, trainer, today, today, now=now)
    with pytest.raises(Forbidden):
        end_absence(session, actor_of(session, room.colleague), absence.id, now=now)


def test_what_comes_in_is_suggested_to_one_and_counted_for_one(
    session: Session, room: Class, now: datetime
) -> None:
    for author in (room.author, room.peer, room.other_peer, room.outside):
        make_submitted(session, author, now, audience="trainer")
    both = actor_of(session, room.trainer), actor_of(session, room.colleague)
    assert [count_to_review(session, one) for one in both] == [4, 4], "free for all until it is suggested"
    balance_reviews(session, now=now)
    assert [count_to_review(session, one) for one in both] == [2, 2]
    assert balance_reviews(session, now=now) == 0
    page = list_queue_page(session, both[0], now=now)
    assert [one.rank for one in page] == [0, 0, 2, 2]
    mine = list_queue_page(session, both[0], only_mine=True, now=now)
    assert [one.reflection_id for one in mine] == [one.reflection_id for one in page[:2]]
    assert list_queue_page(session, both[0], module_code="99", now=now) == []
    assert len(list_queue_page(session, both[0], cohort_id=room.cohort.id, skipped=3, now=now)) == 1


def test_what_one_gives_back_goes_to_who_has_least(
    session: Session, room: Class, version: ReflectionVersion, now: datetime
) -> None:
    trainer = actor_of(session, room.trainer)
    claim_review(session, trainer, version.reflection_id, now=now)
    release_review(session, trainer, version.reflection_id, now=now)
    assert stored(session, version).suggested_reviewer_id is None
    balance_reviews(session, now=now)
    assert stored(session, version).suggested_reviewer_id in {room.trainer.user_id, room.colleague.user_id}
