"""Content that is no part of an edition: one file each in a folder of its own, read with all its mistakes at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from peergang.curriculum.content.document import BrokenFile, Document, Mistake, read_document, validate
from peergang.curriculum.content.source import ContentError
from peergang.curriculum.kinds.base import Slug, Strict

FOLDER = Path(__file__).parents[3] / "content"
"""The content that this version of the program brings along."""

Wrong = list[tuple[int, str]]
"""Lines with what is wrong there."""


class SlugHeader(Strict):
    """A header that says how its file is called."""

    slug: Slug


H = TypeVar("H", bound=SlugHeader)


def read_folder(folder: Path, header: type[H], judge: Callable[[Document, H], Wrong]) -> list[tuple[H, str]]:
    """Every file of `folder` as its header and its text in Markdown, by name; none where the folder is absent.

    `judge` says what no single key can know.

    Raises:
        ContentError: with every mistake that was found, in all files.
    """
    mistakes: list[Mistake] = []
    found = [_read(path, header, judge, mistakes) for path in sorted(folder.glob("*.md"))]
    if mistakes:
        raise ContentError(sorted(mistakes))
    return [one for one in found if one]


def _read(
    path: Path, kind: type[H], judge: Callable[[Document, H], Wrong], mistakes: list[Mistake]
) -> tuple[H, str] | None:
    name = f"{path.parent.name}/{path.name}"
    try:
        document = read_document(path)
        header = validate(kind, document)
    except BrokenFile as error:
        mistakes.append(Mistake(name, error.line, error.text))
        return None
    except ValidationError as error:
        mistakes.extend(document.mistakes(error, name))
        return None
    wrong = [*_judge_file(path, document, header), *judge(document, header)]
    mistakes.extend(Mistake(name, line, text) for line, text in wrong)
    return header, document.body


def _judge_file(path: Path, document: Document, header: SlugHeader) -> Wrong:
    wrong: Wrong = []
    if not document.body:
        wrong.append((document.body_line, "has no text below its header; write it"))
    if header.slug != path.stem:
        text = f"slug {header.slug!r} is not the name of the file; make them equal"
        wrong.append((document.line_of(["slug"]), text))
    return wrong
