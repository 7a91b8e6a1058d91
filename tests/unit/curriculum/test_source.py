"""A mistake in a content file is named with its file, its line and what to do."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from peergang.curriculum.content.schema import Programme
from peergang.curriculum.content.source import ContentError, read_programmes

pytestmark = pytest.mark.slow

CONTENT = Path(__file__).parents[3] / "content"
Change = Callable[[str, Callable[[str], str]], list[str]]


@cache
def real_programmes() -> dict[str, Programme]:
    """The real content, read once."""
    return {one.header.slug: one for one in read_programmes(CONTENT)}


def copy_two_modules(to: Path) -> Path:
    """The Peergang programme with its first two modules: reading all five again and again takes most of a minute."""
    source, programme = CONTENT / "programmes" / "peergang", to / "programmes" / "peergang"
    programme.mkdir(parents=True)
    shutil.copy(source / "programme.md", programme)
    for module in sorted(one for one in source.iterdir() if one.is_dir())[:2]:
        shutil.copytree(module, programme / module.name)
    return programme


@pytest.fixture
def mistakes_after(tmp_path: Path) -> Change:
    """Change one file of a copy of the Peergang programme and return the mistakes that reading it gives."""
    programme = copy_two_modules(tmp_path / "content")

    def change(name: str, edit: Callable[[str], str]) -> list[str]:
        [path] = programme.glob(name)
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        with pytest.raises(ContentError) as caught:
            read_programmes(tmp_path / "content")
        return [str(mistake) for mistake in caught.value.mistakes]

    return change


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if line.startswith(start))


def test_the_copy_has_no_mistakes_of_its_own(tmp_path: Path) -> None:
    copy_two_modules(tmp_path)
    [programme] = read_programmes(tmp_path)
    assert len(programme.modules) == 2


def test_the_real_content_is_whole() -> None:
    programmes = real_programmes()
    assert set(programmes) == {"peergang", "masterclass"}
    codes = [topic.header.code for module in programmes["peergang"].modules for topic in module.topics]
    wanted = [f"1.{n}" for n in range(1, 6)] + [f"2.{n}" for n in range(1, 9)]
    assert codes == [*wanted, "3.1", "3.2", "3.3", "4.1", "4.2", "4.3"]
    assert [module.header.success_factor for module in programmes["masterclass"].modules] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize("slug", ["peergang", "masterclass"])
def test_every_module_has_what_the_cycle_needs(slug: str) -> None:
    programme = real_programmes()[slug]
    needed = {"read", "conversation", "reflection", "practice_example", "meeting", "peer_feedback"}
    for module in programme.modules:
        assert needed <= {activity.header.kind for activity in module.activities}, module.header.slug
        assert [one for one in module.activities if one.header.required]
        for topic in module.topics:
            words = len(topic.body_html.split())
            assert 150 <= words <= 330, (topic.header.code, words)
            figures = [question.figure for question in topic.header.questions]
            assert all(figures.count(figure) >= 2 for figure in set(figures)), topic.header.code


def test_an_unknown_key_is_named_with_its_line(mistakes_after: Change) -> None:
    texts: list[str] = []

    def misspell(text: str) -> str:
        texts.append(text.replace("minutes:", "minuten:", 1))
        return texts[0]

    found = mistakes_after("01-*/topics/1.1-*.md", misspell)
    line = line_of(texts[0], "minuten:")
    assert any(
        f"1.1-visie-van-de-school.md:{line}: minuten is an unknown key; remove it" in one for one in found
    )
    assert any("minutes is missing; add it" in one for one in found)


def test_a_criterion_that_the_reflection_lacks_is_named_with_its_line(mistakes_after: Change) -> None:
    texts: list[str] = []

    def misspell(text: str) -> str:
        texts.append(text.replace("- haalbaar-vervolg", "- haalbaarder-vervolg"))
        return texts[0]

    [found] = mistakes_after("01-*/activities/70-*.md", misspell)
    assert (
        f"70-feedback.md:{line_of(texts[0], '  - haalbaarder')}: 'haalbaarder-vervolg' is no criterion"
        in found
    )


@pytest.mark.parametrize("slug", ["peergang", "masterclass"])
def test_peers_look_for_criteria_in_every_module(slug: str) -> None:
    for module in real_programmes()[slug].modules:
        for activity in module.activities:
            if activity.header.kind == "peer_feedback":
                assert getattr(activity.settings, "criteria", None), module.header.slug


def test_every_mistake_is_reported_at_once(mistakes_after: Change) -> None:
    def spoil(text: str) -> str:
        return text.replace("figure: teacher", "figure: tacher", 1).replace(
            "theme: culture", "theme: cultuur", 1
        )

    found = mistakes_after("01-*/topics/1.1-*.md", spoil)
    assert len([one for one in found if "is not one of" in one]) == 2


@pytest.mark.parametrize(
    ("name", "edit", "words"),
    [
        ("01-*/module.md", lambda text: text.replace("---\n", "", 1), "has no header"),
        ("01-*/module.md", lambda text: text.replace("slug: ", "slug: [", 1), "is no YAML here"),
        ("01-*/module.md", lambda text: text.replace("code:", "slug: twee\ncode:", 1), "has the key 'slug' twice"),
        ("01-*/module.md", lambda text: text.rsplit("---\n", 1)[0] + "---\n", "has no text below its header"),
        ("01-*/activities/10-*.md", lambda text: text.replace("m1-lezen", "m2a-lezen", 1), "is used twice"),
        ("01-*/activities/70-*.md", lambda text: text.replace("m1-reflectie", "m1-weg", 1), "is no reflection"),
        ("01-*/activities/70-*.md", lambda text: text.replace("haalbaar-vervolg", "weg", 1), "no criterion of that"),
        ("01-*/activities/70-*.md", lambda text: text.replace("haalbaar-vervolg", "leren-voorop"), "names a criterion twice"),
        ("01-*/activities/70-*.md", lambda text: text.replace("criteria:\n", "criteria: some\nvan:\n", 1), "write true"),
        ("01-*/activities/70-*.md", lambda text: text.replace("slug: vraag", "slug: top", 1), "two questions"),
        ("01-*/activities/20-*.md", lambda text: text.replace('"1.', '"9.', 1), "is not in this module"),
        ("01-*/activities/60-*.md", lambda text: text.replace("min_words: 60", "min_words: 900", 1), "swap them"),
        ("01-*/activities/60-*.md", lambda text: text.replace("kind: reflection", "kind: essay", 1), "is not one of"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_has_its_remedy(
    mistakes_after: Change, name: str, edit: Callable[[str], str], words: str
) -> None:
    assert any(words in one for one in mistakes_after(name, edit))


def test_markdown_does_not_grow_when_it_is_written_out() -> None:
    """Trainers write notes in it: an address of ten thousand letters, meant three thousand times, is a page of 17 MB."""
    from peergang.curriculum.content.markdown import render

    assert len(render(f"[a]: https://x.example/{'x' * 10_000}\n\n{'[a]' * 3_000}")) < 30_000
    assert '<a href="https://x.example/"' in render("[hier](https://x.example/)")


def test_markdown_keeps_no_scripts_and_no_styles() -> None:
    from peergang.curriculum.content.markdown import render

    html = render(
        '# Kop\n\nEen <script>alert(1)</script> *woord* van de i-coach [hier](javascript:x) <p style="x">'
    )
    assert "<h3>Kop</h3>" in html
    assert "<em>woord</em>" in html
    assert "script" not in html.replace("javascript", "")
    assert 'href="javascript' not in html
    assert "style" not in html
    assert "i\N{NON-BREAKING HYPHEN}coach" in html


@pytest.mark.parametrize(
    ("was", "becomes", "start", "words"),
    [
        ("  hours: 40", "  hours: veertig", "  hours", "certificate.hours must be a whole number"),
        ("  meetings: 80", "  meetings: 101", "  meetings", "must be at most 100"),
        (
            "  examples: 1",
            "  examples: 9",
            "  examples",
            "must be at most 2, the number of practice examples",
        ),
        ("  hours: 40\n", "", "certificate", "certificate.hours is missing"),
        ("  hours: 40", "  hours: 40\n  uren: 3", "  uren", "is an unknown key"),
        (
            "  activities: 100\n  meetings: 80\n  examples: 1",
            "  activities: 0\n  meetings: 0\n  examples: 0",
            "certificate",
            "asks for nothing",
        ),
    ],
)
def test_the_terms_of_a_certificate_are_checked(
    mistakes_after: Change, was: str, becomes: str, start: str, words: str
) -> None:
    edited: list[str] = []

    def edit(text: str) -> str:
        assert was in text
        edited.append(text.replace(was, becomes, 1))
        return edited[0]

    [mistake] = mistakes_after("programme.md", edit)
    assert words in mistake
    assert f"programme.md:{line_of(edited[0], start)}:" in mistake
