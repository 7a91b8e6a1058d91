"""The next step, the bridge and the state of a module, on tables and on whatever Hypothesis thinks of."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from peergang.coursework.rules.path import (
    ModuleProgress,
    Standing,
    Task,
    Why,
    arches,
    choose_step,
    list_to_do,
    module_arches,
    module_progress,
    reason_to_do,
)

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MODULE = UUID(int=1)


def task(kind: str = "read", due: int = 20, **more: object) -> Task:
    """An open task that is due in `due` days."""
    phases = {"read": "inspire", "conversation": "design", "meeting": "try_out", "practice_example": "share"}
    values: dict[str, object] = {
        "activity_id": uuid4(),
        "module_id": MODULE,
        "module_position": 1,
        "position": 1,
        "kind": kind,
        "phase": phases.get(kind, "reflect"),
        "required": True,
        "opens_at": NOW - 10 * DAY,
        "due_at": NOW + due * DAY,
    }
    return Task(**(values | more))  # type: ignore[arg-type]


DONE = {"completed_at": NOW - DAY}
AHEAD = {"opens_at": NOW + DAY}


@pytest.mark.parametrize(
    ("tasks", "chosen", "why"),
    [
        ([], None, None),
        ([task(**DONE), task(**AHEAD)], None, None),
        ([task("conversation"), task("read")], 1, Why.NEXT),
        ([task("read", **DONE), task("conversation"), task("reflection")], 1, Why.NEXT),
        ([task("read"), task("conversation", due=3)], 1, Why.DUE_SOON),
        ([task("conversation", due=3), task("read", due=-2)], 1, Why.OVERDUE),
        ([task("read", due=-9), task("conversation", due=-2)], 0, Why.OVERDUE),
        ([task("read", due=-9), task("reflection", reflection="returned")], 1, Why.RETURNED),
        ([task("read", due=-9), task("reflection", reflection="submitted", unread=1)], 1, Why.REACTION),
        (
            [
                task("reflection", reflection="submitted", unread=2),
                task("reflection", reflection="returned", position=2),
            ],
            1,
            Why.RETURNED,
        ),
        # An older module goes before a newer one, the cycle goes before the order of the files.
        ([task("read", module_position=2), task("practice_example", module_position=1)], 1, Why.NEXT),
        ([task("practice_example", position=1), task("conversation", position=2)], 1, Why.NEXT),
        # What waits for somebody else is no step.
        ([task("reflection", due=-3, reflection="submitted")], None, None),
        ([task("reflection", due=-3, reflection="in_review")], None, None),
        ([task("peer_feedback", due=-3)], None, None),
        ([task("peer_feedback", due=-3, to_read=1)], 0, Why.OVERDUE),
        ([task("scan", due=-3)], None, None),
        # A draft or a withdrawn reflection can be written on.
        ([task("reflection", reflection="draft", due=2)], 0, Why.DUE_SOON),
        ([task("reflection", reflection="withdrawn", due=2)], 0, Why.DUE_SOON),
        # Free activities come after all that is asked, and are never late.
        ([task("practice_example", due=-5, required=False), task("reflection", due=20)], 1, Why.NEXT),
        ([task("practice_example", due=-5, required=False)], 0, Why.OPTIONAL),
        # A meeting is a step when nothing else is, in the week before it.
        (
            [task("meeting", meets_at=NOW + 2 * DAY), task("practice_example", required=False)],
            1,
            Why.OPTIONAL,
        ),
        ([task("meeting", meets_at=NOW + 2 * DAY)], 0, Why.ATTEND),
        ([task("meeting", meets_at=NOW + 8 * DAY)], None, None),
        ([task("meeting", meets_at=NOW - DAY)], None, None),
        ([task("meeting", due=2)], None, None),
    ],
)
def test_next_step(tasks: list[Task], chosen: int | None, why: Why | None) -> None:
    step = choose_step(tasks, NOW)
    if chosen is None:
        assert step is None
    else:
        assert step is not None
        assert (step.task, step.why) == (tasks[chosen], why)


def test_due_soon_begins_exactly_a_week_before() -> None:
    assert reason_to_do(task(due=7), NOW) is Why.DUE_SOON
    assert reason_to_do(task(due=7), NOW - timedelta(seconds=1)) is Why.NEXT
    assert reason_to_do(task(due=0), NOW) is Why.DUE_SOON
    assert reason_to_do(task(due=0), NOW + timedelta(seconds=1)) is Why.OVERDUE


moments = st.integers(-40, 40).map(lambda days: NOW + days * DAY)
any_task = st.builds(
    Task,
    activity_id=st.uuids(),
    module_id=st.just(MODULE),
    module_position=st.integers(1, 5),
    position=st.integers(1, 9),
    kind=st.sampled_from(
        ["read", "conversation", "reflection", "peer_feedback", "practice_example", "meeting", "scan"]
    ),
    phase=st.sampled_from(["inspire", "design", "try_out", "reflect", "share"]),
    required=st.booleans(),
    opens_at=moments,
    due_at=moments,
    completed_at=st.none() | moments,
    reflection=st.sampled_from(
        [None, "draft", "submitted", "in_review", "returned", "approved", "withdrawn"]
    ),
    unread=st.integers(0, 2),
    to_read=st.integers(0, 2),
    meets_at=st.none() | moments,
)


@given(st.lists(any_task, max_size=12))
def test_a_step_is_never_completed_never_closed_and_always_the_most_urgent(tasks: list[Task]) -> None:
    step = choose_step(tasks, NOW)
    possible = [why for one in tasks if (why := reason_to_do(one, NOW)) is not None]
    if step is None:
        assert not possible
        return
    assert step.task in tasks
    assert step.task.completed_at is None
    assert step.task.opens_at <= NOW
    assert step.why == min(possible)


@given(st.lists(any_task, max_size=12), st.randoms())
def test_the_step_does_not_depend_on_the_order_of_the_rows(tasks: list[Task], random: object) -> None:
    step = choose_step(tasks, NOW)
    shuffled = list(tasks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = choose_step(shuffled, NOW)
    key = lambda one: one and (one.why, one.task.module_position, one.task.phase, one.task.position)  # noqa: E731
    assert key(step) == key(again)


@given(st.lists(any_task, max_size=12))
def test_the_bridge_has_five_arches_and_at_most_one_is_now(tasks: list[Task]) -> None:
    found = arches(tasks)
    assert len(found) == 5
    open_work = [one for one in tasks if one.required and one.completed_at is None]
    assert found.count(Standing.NOW) == (1 if open_work else 0)
    if Standing.NOW in found:
        assert Standing.LATER not in found[: found.index(Standing.NOW)]
    else:
        assert found == [Standing.DONE] * 5


def test_a_later_arch_that_is_done_stays_done() -> None:
    tasks = [task("read", **DONE), task("conversation"), task("reflection", **DONE), task("practice_example")]
    assert arches(tasks) == ["done", "now", "later", "done", "later"]


@pytest.mark.parametrize(
    ("modules", "found"),
    [
        (("done 7", "now 2", "later 0"), ("done", "now", "later")),
        (("now 6", "done 7", "now 3", "later 0"), ("left", "done", "now", "later")),
        (("now 3", "now 0", "later 0"), ("now", "later", "later")),
        (("now 0", "now 0", "later 0"), ("now", "later", "later")),
        (("now 4", "now 2", "now 0"), ("left", "now", "later")),
        (("done 7", "done 7"), ("done", "done")),
        (("later 0", "later 0"), ("later", "later")),
        ((), ()),
    ],
)
def test_one_stands_at_the_last_module_one_worked_on(
    modules: tuple[str, ...], found: tuple[str, ...]
) -> None:
    far = [
        ModuleProgress(Standing(standing), int(done), 8, None) for standing, done in map(str.split, modules)
    ]
    assert module_arches(far) == list(found)


@given(st.lists(any_task, max_size=12))
def test_module_progress_never_exceeds_its_total(tasks: list[Task]) -> None:
    progress = module_progress(tasks, NOW, NOW)
    assert 0 <= progress.done <= progress.total == sum(one.required for one in tasks)
    assert (progress.standing is Standing.DONE) == (progress.completed_at is not None)
    if progress.completed_at is not None:
        assert progress.done == progress.total > 0


def test_a_module_tells_its_last_date_and_ignores_free_work() -> None:
    first, last = NOW - 5 * DAY, NOW - 2 * DAY
    tasks = [
        task(completed_at=first),
        task("reflection", completed_at=last),
        task("practice_example", required=False),
    ]
    progress = module_progress(tasks, NOW - 9 * DAY, NOW)
    assert (progress.standing, progress.done, progress.total, progress.completed_at) == ("done", 2, 2, last)
    assert module_progress([task()], NOW + DAY, NOW).standing is Standing.LATER


def test_the_week_counts_what_it_asks_and_nothing_else() -> None:
    tasks = [
        task(due=3),
        task(due=-3),
        task(due=20),
        task("reflection", reflection="returned"),
        task("practice_example", required=False, due=1),
        task(due=3, **DONE),
    ]
    found = list_to_do(tasks, NOW)
    assert len(found) == 3
    assert found[0] == choose_step(tasks, NOW), "the next step is the first of them"
