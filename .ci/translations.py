"""Sees that every message of the code and the templates has an English translation, and that none is left over.

The messages themselves are Dutch, so Dutch needs no catalogue. `make translate` takes new messages in.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
FOLDERS = ("peergang", "workers")
CATALOGUE = Path("peergang/translations/en/LC_MESSAGES/messages.po")


def extract() -> Catalog:
    """Give every message that the code and the templates hold now."""
    with Path("babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="peergang", charset="utf-8")
    for folder in FOLDERS:
        for _, _, message, comments, context in extract_from_dir(folder, methods, options, KEYWORDS):
            found.add(message, auto_comments=comments, context=context)
    return found


def read() -> Catalog:
    """Give the English catalogue, empty when there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="peergang", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def complaints(catalogue: Catalog, present: Catalog) -> Iterator[str]:
    """Give one line for each message that is missing, untranslated, fuzzy, broken or left over."""
    if catalogue.fuzzy:
        yield "the head is marked as fuzzy, so nothing would be compiled (run make translate)"
    for message in present:
        known = catalogue.get(message.id, message.context) if message.id else None
        if message.id and known is None:
            yield f"not in the catalogue (run make translate): {message.id!r}"
    for message in catalogue:
        if not message.id:
            continue
        if present.get(message.id, message.context) is None:
            yield f"no longer used (run make translate): {message.id!r}"
        elif message.fuzzy:
            yield f"line {message.lineno}: fuzzy: {message.id!r}"
        elif not (all(message.string) if isinstance(message.string, tuple) else message.string):
            yield f"line {message.lineno}: not translated: {message.id!r}"
        for error in message.check(catalogue):
            yield f"line {message.lineno}: {error}"


def update() -> None:
    """Take new messages into the catalogue and drop those that are gone."""
    catalogue = read()
    catalogue.update(extract(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    # A catalogue whose head is marked as a draft is passed over in silence by the compiler.
    catalogue.fuzzy = False
    catalogue.header_comment = (
        "# English for Peergang. Messages are the Dutch texts; `make translate` takes in new ones."
    )
    for message in catalogue:
        message.locations, message.auto_comments = [], []
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, omit_header=False, sort_output=True, include_previous=False)


def main() -> int:
    """Check, or with the argument `update` bring the catalogue up to date; give 1 when something is wrong."""
    if sys.argv[1:] == ["update"]:
        update()
        return 0
    found = list(complaints(read(), extract()))
    print("\n".join(f"{CATALOGUE}: {line}" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
