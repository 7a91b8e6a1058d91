"""What differs between two editions, told part by part."""

from dataclasses import replace

from hypothesis import given, strategies as st

from peergang.cohorts.rules.editions import Aspect, Change, Part, PartKind, compare_editions

MODULE = Part(PartKind.MODULE, "m1", "m1", "1. Kijken", text="Waarom dit ertoe doet.")
READ = Part(PartKind.ACTIVITY, "lezen", "m1", "Lees dit", activity_kind="read", required=True, minutes=20)
TOPIC = Part(PartKind.TOPIC, "m1/visie", "m1", "1.1 Visie", text="Een visie.", minutes=5)
OLD = [MODULE, READ, TOPIC]


def test_the_same_edition_has_no_differences() -> None:
    found = compare_editions(OLD, OLD)
    assert (found.count, found.unchanged, dict(found.by_module)) == (0, 3, {})


def test_a_new_part_is_told() -> None:
    talk = replace(READ, key="gesprek", title="Ga in gesprek", activity_kind="conversation")
    found = compare_editions(OLD, [*OLD, talk])
    assert [(one.change, one.part.title) for one in found.by_module["m1"]] == [(Change.NEW, "Ga in gesprek")]


def test_a_part_that_is_gone_is_told_with_its_old_name() -> None:
    found = compare_editions(OLD, [MODULE, READ])
    assert [(one.change, one.part.title) for one in found.by_module["m1"]] == [(Change.GONE, "1.1 Visie")]


def test_every_aspect_is_told() -> None:
    for aspect, changed in {
        Aspect.OPTIONAL: replace(READ, required=False),
        Aspect.TITLE: replace(READ, title="Lees ook dit"),
        Aspect.MINUTES: replace(READ, minutes=25),
        Aspect.DUE: replace(READ, due_days_before=3),
        Aspect.SETTINGS: replace(READ, settings="{}"),
        Aspect.TEXT: replace(READ, text="Anders."),
        Aspect.MODULE: replace(READ, module="m2"),
    }.items():
        [[change]] = compare_editions(OLD, [MODULE, changed, TOPIC]).by_module.values()
        assert (change.change, change.aspects) == (Change.CHANGED, (aspect,))
    [[change]] = compare_editions([replace(READ, required=False)], [READ]).by_module.values()
    assert change.aspects == (Aspect.REQUIRED,)


def test_another_kind_is_another_activity() -> None:
    found = compare_editions(OLD, [MODULE, replace(READ, activity_kind="conversation"), TOPIC])
    assert [one.change for one in found.by_module["m1"]] == [Change.GONE, Change.NEW]


KEYS = st.sampled_from(["a", "b", "c", "d"])
PARTS = st.builds(
    Part,
    st.sampled_from(PartKind),
    KEYS,
    st.sampled_from(["m1", "m2"]),
    st.sampled_from(["Een", "Twee"]),
    activity_kind=st.sampled_from(["", "read"]),
)


@given(
    st.lists(PARTS, unique_by=lambda one: (one.kind, one.key)),
    st.lists(PARTS, unique_by=lambda one: (one.kind, one.key)),
)
def test_no_part_is_forgotten_or_told_twice(old: list[Part], new: list[Part]) -> None:
    found = compare_editions(old, new)
    changes = [one for some in found.by_module.values() for one in some]
    told_old = [one.old for one in changes if one.old]
    told_new = [one.new for one in changes if one.new]
    same = [one for one in new if one in old]
    assert sorted(map(repr, told_new)) == sorted(repr(one) for one in new if one not in same)
    assert sorted(map(repr, told_old)) == sorted(repr(one) for one in old if one not in same)
    assert found.unchanged == len(same)
