"""docs/data-protection.md tells what personal_data.py of every feature says. Run as a program, this file writes its table."""

from pathlib import Path

from peergang.privacy.registry import list_personal_data

PAGE = Path(__file__).parents[2] / "docs" / "data-protection.md"
BEGIN, END = "<!-- columns -->\n", "<!-- /columns -->"


def table() -> str:
    """The rows of all features, as Markdown."""
    lines = ["| feature | column | in the download, and at erasure |", "|---|---|---|"]
    for name, module in list_personal_data().items():
        lines += [f"| {name} | `{column}` | {what} |" for column, what in sorted(module.COLUMNS.items())]
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    """`page` with the table as it should be."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def test_the_page_about_data_protection_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page), "run .venv/bin/python -m tests.house.test_data_protection"


def test_every_feature_with_people_is_named() -> None:
    assert {"cohorts", "coursework", "identity"} <= list_personal_data().keys()
    assert "| cohorts | `enrolment.user_id` |" in table()


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
