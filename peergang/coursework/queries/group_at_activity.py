"""A peer group at one activity, as the rules of dividing see it, out of the rows of group_work."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from peergang.coursework.queries.group_work import Asked, Given, Handed
from peergang.coursework.rules import PEER_AUDIENCES, ReflectionState
from peergang.coursework.rules.allocation import GRACE, Group, Reading, Work, term_of


def describe_group(
    members: Sequence[UUID],
    activity_id: UUID,
    handed: Sequence[Handed],
    asked: Sequence[Asked],
    given: Sequence[Given],
    now: datetime,
) -> Group:
    """What the rules want to know about a group at one activity."""
    here = [one for one in handed if one.activity_id == activity_id]
    works = [_work(one, asked, given) for one in here if one.audience in PEER_AUDIENCES]
    keys = {work.key for work in works}
    due = here[0].writing_due_at
    return Group(
        members=members,
        works=works,
        give=here[0].give,
        ready={one.enrolment_id for one in here},
        spare=due is None or due <= now,
        load=_loads(activity_id, here[0].module_id, asked),
        met=_meetings(activity_id, asked, given),
        late=_late(works, asked, now),
        lapsed={one.giver_id for one in asked if one.state == "released" and one.reflection_id in keys},
    )


def _work(one: Handed, asked: Sequence[Asked], given: Sequence[Given]) -> Work:
    """One piece of work with its readers. Who was asked by name, or began to write, keeps their place."""
    about = [other for other in asked if other.reflection_id == one.reflection_id and other.state == "open"]
    written = {other.giver_id: other.sent for other in given if other.reflection_id == one.reflection_id}
    settled = {giver for giver, sent in written.items() if sent}
    settled |= {other.giver_id for other in about if other.by_name or other.giver_id in written}
    return Work(
        key=one.reflection_id,
        author=one.enrolment_id,
        settled=frozenset(settled),
        asked=frozenset(other.giver_id for other in about) - settled,
        done=one.state != ReflectionState.SUBMITTED or one.for_trainer_at is not None,
    )


def _loads(activity_id: UUID, module_id: UUID, asked: Sequence[Asked]) -> Counter[UUID]:
    return Counter(
        one.giver_id
        for one in asked
        if one.module_id == module_id and one.activity_id != activity_id and one.state != "released"
    )


def _meetings(
    activity_id: UUID, asked: Sequence[Asked], given: Sequence[Given]
) -> Counter[tuple[UUID, UUID]]:
    """How often the first of a pair read the second at other activities, or is about to."""
    everything: list[Asked | Given] = [*(one for one in asked if one.state != "released"), *given]
    read = {
        (one.reflection_id, one.giver_id, one.receiver_id)
        for one in everything
        if one.activity_id != activity_id
    }
    return Counter((giver, receiver) for _reflection, giver, receiver in read)


def _late(works: Sequence[Work], asked: Sequence[Asked], now: datetime) -> set[Reading]:
    may_move = {(work.key, giver) for work in works for giver in work.asked}
    return {
        (one.reflection_id, one.giver_id)
        for one in asked
        if one.state == "open"
        and (one.reflection_id, one.giver_id) in may_move
        and term_of(one.due_at, one.assigned_at) + GRACE <= now
    }
