"""A document as PDF: tagged (PDF/UA-1), in the site's typeface, from data alone.

What people wrote reaches typst as JSON and never as source, so no text can be a command. Nothing is read from the network,
the system or any other folder than that of the template.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

FOLDER = Path(__file__).parent / "paper"
MOST_TRIES = 4

# What the typeface shows, or one of typst's own that stand in for it; measured with every character there is.
_SHOWN = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u0377\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff\u0591-\u05c7\u05d0-\u05ea"
    "\u0621-\u063a\u0640-\u0655\u1e00-\u1eff\u2010-\u2027\u202f-\u2040\u2070\u2074-\u208e\u20a0-\u20c0"
    "\u2100-\u211e\u2122\u2126\u2190-\u23ff\u2500-\u25ff]"
)
_REFUSED = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_CODE = re.compile(r"\\u\{([0-9a-f]+)\}")


class TooMuch(Exception):
    """The document does not become a PDF that every reader can use."""


@cache
def _fonts() -> typst.Fonts:
    """The typeface of the site, and typst's own for scripts it does not know. Read once a process."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[font_source_sans_pro.font_directory],
    )


def write_pdf(data: dict[str, Any], now: datetime, *, template: str = "document") -> bytes:
    """The PDF, made at `now`, of a document in the shape of core/paper/document.typ: title, author, lang, footer, blocks; or of
    another file of that folder.

    Raises:
        TooMuch: when typst refuses the document even without the characters that no typeface shows.
    """
    shown = _each_text(data, _SHOWN)
    for _ in range(MOST_TRIES):
        try:
            return _compile(shown, now, template)
        except typst.TypstError as error:
            refused = _refused(error.diagnostic)
            if not refused:
                break
            shown = _each_text(shown, re.compile(f"[{re.escape(''.join(refused))}]"))
    # What somebody wrote stands in the message of typst's error, and must not reach a log.
    raise TooMuch from None


def _compile(data: dict[str, Any], now: datetime, template: str) -> bytes:
    compiler = typst.Compiler(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(now.timestamp()))
    assert isinstance(made, bytes)
    return made


def _refused(diagnostic: str) -> set[str]:
    """The characters that typst could not show, from the text of its error."""
    found = (_CODE.sub(lambda code: chr(int(code[1], 16)), text) for text in _REFUSED.findall(diagnostic))
    return {letter for text in found for letter in text if not (letter.isascii() and letter.isprintable())}


def _each_text(value: Any, unshown: "re.Pattern[str]") -> Any:
    """`value` with the characters that `unshown` finds written out in every text in it."""
    if isinstance(value, str):
        return unshown.sub(_written_out, value)
    if isinstance(value, dict):
        return {key: _each_text(item, unshown) for key, item in value.items()}
    return [_each_text(item, unshown) for item in value] if isinstance(value, list) else value


def _written_out(found: "re.Match[str]") -> str:
    """The name of a character, as a reader's voice would say it; nothing for what has no look of its own."""
    if unicodedata.category(found[0]) in ("Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Sk"):
        return ""
    name = unicodedata.name(found[0], "")
    return f"[{name.lower()}]" if name else ""


def texts_in(value: Any) -> Iterator[str]:
    """Every text in `value`, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from texts_in(item)


def holds_unshown(data: dict[str, Any]) -> bool:
    """Whether a character in it will be written out by its name."""
    return any(
        _written_out(found)
        for text in texts_in(data)
        if (found := next(_SHOWN.finditer(text), None)) is not None
    )
