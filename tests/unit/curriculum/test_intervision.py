"""Methods for intervision: what is wrong in a file is named with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from peergang.curriculum.content.intervision import find_method, list_methods, read_methods
from peergang.curriculum.content.source import ContentError

CONTENT = Path(__file__).parents[3] / "content"
NAME = "intervision/balint.md"


@pytest.fixture
def mistakes_after(tmp_path: Path) -> Callable[[Callable[[str], str]], list[str]]:
    def change(edit: Callable[[str], str]) -> list[str]:
        folder = tmp_path / "intervision"
        folder.mkdir()
        text = (CONTENT / NAME).read_text(encoding="utf-8")
        changed = edit(text)
        assert changed != text
        (folder / "balint.md").write_text(changed, encoding="utf-8")
        with pytest.raises(ContentError) as caught:
            read_methods(tmp_path)
        return [str(one) for one in caught.value.mistakes]

    return change


def test_the_methods_that_are_there() -> None:
    found = {one.slug: one.header for one in list_methods()}
    assert set(found) == {"incidentmethode", "balint", "roddelmethode"}
    assert len(found["incidentmethode"].steps) == 10
    assert found["balint"].people.min == 5
    for header in found.values():
        assert "bringer" in {step.speaks for step in header.steps}
        assert all("!" not in step.instruction for step in header.steps)


def test_a_step_beyond_the_end_is_the_last() -> None:
    method = find_method("balint")
    assert method is not None
    assert method.step(99) == method.header.steps[-1]
    assert find_method("geen") is None


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("minutes: 55", "minutes: 50", "8: minutes is 50, but the steps take 55"),
        ("slug: balint", "slug: anders", "2: slug 'anders' is not the name of the file; make them equal"),
        ("{min: 5, max: 12}", "{min: 5, max: 4}", "7: people: max is less than min; correct one of both"),
        ("slug: vertellen", "slug: beginnen", "15: slug 'beginnen' is used twice; choose another"),
        ("speaks: others", "speaks: iedereen", "is not one of 'everybody', 'bringer', 'others' or 'nobody'"),
        ("summary:", "samenvatting:", "samenvatting is an unknown key; remove it or correct its spelling"),
    ],
)
def test_a_mistake_has_its_line(
    mistakes_after: Callable[[Callable[[str], str]], list[str]], old: str, new: str, mistake: str
) -> None:
    found = mistakes_after(lambda text: text.replace(old, new, 1))
    assert any(one.startswith(f"{NAME}:") and mistake in one for one in found), found


def test_a_method_without_a_text_is_noticed(
    mistakes_after: Callable[[Callable[[str], str]], list[str]],
) -> None:
    [found] = mistakes_after(lambda text: text[: text.rindex("---") + 4])
    assert "has no text below its header" in found
