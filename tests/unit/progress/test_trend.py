"""Every cohort beside the run before it: at the same meeting, of the same programme, and nothing where there was none."""

from types import SimpleNamespace

from peergang.progress.rules.trend import Running, build_trend, compare_runs


def test_the_trend_compares_each_cohort_with_the_run_before_at_the_same_meeting() -> None:
    rows = [
        SimpleNamespace(cohort_id=one, number=number, back=back, present=present, recorded=10)
        for one, number, back, present in (
            ("now", 1, 2, 9),
            ("now", 2, 1, 8),
            ("then", 1, 3, 7),
            ("then", 2, 2, 6),
            ("then", 3, 1, 5),
            ("long ago", 1, 1, 0),
        )
    ]
    trend = build_trend(rows, [run("now", "then")])
    assert trend.numbers == [1, 2, 3]
    assert trend.going == [90, 80, None]
    assert trend.before == [70, 60, 50]
    assert trend.last == 80
    assert trend.against.whole
    assert [(one.now, one.before, one.change) for one in trend.against.parts] == [(80, 60, 20)]
    alone = build_trend(rows, [run("now", None)])
    assert (alone.last, alone.before, alone.against.parts) == (80, [None, None], ())
    assert build_trend(rows, []).before == [53, 70, 50], "nothing runs: all there were"
    assert build_trend([], [run("now", "then")]).numbers == []


def test_one_programme_says_nothing_about_another() -> None:
    """Nine of ten now and then; of the other programme twenty of forty now, and a long time ago sixteen of forty."""
    rows = [
        SimpleNamespace(cohort_id=one, number=1, back=1, present=present, recorded=recorded)
        for one, present, recorded in (
            ("peergang", 9, 10),
            ("last year", 90, 100),
            ("masterclass", 16, 40),
            ("master before", 4, 10),
        )
    ]
    running = [run("peergang", "last year"), run("masterclass", "master before", sign="masterclass")]
    trend = build_trend(rows, running)
    assert [(one.sign, one.now, one.before) for one in trend.against.parts] == [
        ("peergang", 90, 90),
        ("masterclass", 40, 40),
    ]
    assert not trend.against.whole
    assert trend.going == trend.before == [50], "each run before weighs as its cohort of now"
    lonely = build_trend(rows, [run("peergang", "last year"), run("masterclass", None, sign="masterclass")])
    assert [(one.cohorts[0].name, one.change, one.every) for one in lonely.against.parts] == [
        ("peergang", 0, True)
    ]
    assert (lonely.against.whole, lonely.before) == (False, [None])


def test_of_nothing_no_comparison_is_made() -> None:
    runs = [run("a", "x"), run("b", "y"), run("c", None)]
    against = compare_runs(runs, {"a": (1, 2), "b": (1, 2), "c": (2, 2)}, {"a": (0, 0), "b": (1, 4)})
    (part,) = against.parts
    assert ([one.name for one in part.cohorts], part.now, part.before) == (["b"], 50, 25)
    assert (part.every, against.whole, part.previous) == (False, False, ("before b",))
    assert compare_runs(runs, {}, {"a": (1, 2)}).parts == ()
    only = compare_runs(runs, {"a": (1, 2), "b": (0, 0)}, {"a": (2, 2)})
    assert only.whole
    assert only.parts[0].change == -50


def run(cohort_id: str, previous_id: str | None, sign: str = "peergang") -> Running:
    return Running(
        cohort_id, cohort_id, sign, previous_id, f"before {cohort_id}" if previous_id else None, 0, 0
    )
