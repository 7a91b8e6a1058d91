"""A document as data, on paper and as Markdown."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st
from pypdf import PdfReader

from peergang.core.pdf import holds_unshown, texts_in, write_pdf
from peergang.coursework.rules.document import (
    Block,
    blocks_of,
    escaped,
    for_paper,
    paragraph,
    plain_blocks,
    plain_text,
    to_markdown,
)

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


def paper(*blocks: Block, **more: str) -> PdfReader:
    data = {"title": "Titel", "author": "Amira", "lang": "nl", "footer": "Amira", "blocks": list(blocks)}
    return PdfReader(BytesIO(write_pdf(data | more, NOW)))


def text_of(reader: PdfReader) -> str:
    return " ".join(page.extract_text() for page in reader.pages)


def test_what_was_typed_is_cut_up_as_on_the_site() -> None:
    text = "Een **vet** en *schuin* woord\nnieuwe regel\n\n- een\n- twee\n\n3. drie\n\n> citaat\n\n[hier](https://a.example)"
    kinds = [one["kind"] for one in blocks_of(text)]
    assert kinds == ["paragraph", "bullets", "numbers", "quote", "paragraph"]
    assert (
        plain_text(text)
        == "Een vet en schuin woord\nnieuwe regel\n\neen\ntwee\n\ndrie\n\nciteer".replace("citeer", "citaat")
        + "\n\nhier"
    )


def test_only_addresses_to_go_to_are_links() -> None:
    [one] = blocks_of("[klik](javascript:alert(1))")
    assert {part["kind"] for part in one["parts"]} == {"text"}


@pytest.mark.slow
def test_every_kind_of_block_goes_into_both_files() -> None:
    blocks: list[Block] = [
        {"kind": "heading", "level": 1, "text": "Kop"},
        {"kind": "small", "text": "Klein"},
        {"kind": "written", "text": "Getypt **vet**\n\n- punt\n\n> citaat"},
        {
            "kind": "aside",
            "blocks": [{"kind": "quote", "blocks": [paragraph("Woorden")]}, *plain_blocks("A\n\nB")],
        },
        {"kind": "table", "head": ["Datum", "Oordeel"], "rows": [["1 mei", "Ja | nee"]]},
    ]
    text = text_of(paper(*for_paper(blocks)))
    for words in ("Kop", "Klein", "Getypt vet", "punt", "citaat", "Woorden", "Datum", "Ja | nee"):
        assert words in text
    markdown = to_markdown(blocks)
    assert "## Kop" in markdown
    assert "Getypt **vet**\n\n- punt" in markdown
    assert "> > Woorden" in markdown
    assert "| 1 mei | Ja \\| nee |" in markdown


def test_signs_of_somebody_else_mean_nothing_in_the_file() -> None:
    assert escaped("# kop *vet* [x](y)\n<b>") == "\\# kop \\*vet\\* \\[x\\](y) \\<b\\>"
    assert to_markdown([paragraph("1. een\n- twee")]) == "1\\. een  \n\\- twee\n"


def test_the_pdf_is_tagged_and_named() -> None:
    reader = paper({"kind": "heading", "level": 1, "text": "Kop"}, lang="en")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/StructTreeRoot"]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Titel", "Amira")
    assert reader.metadata.creation_date == NOW
    assert "pdfuaid" in str(root["/Metadata"].get_data())


def test_the_same_words_give_the_same_file() -> None:
    data = {"title": "T", "author": "A", "lang": "nl", "footer": "F", "blocks": [paragraph("x")]}
    assert write_pdf(data, NOW) == write_pdf(data, NOW)


def test_what_no_typeface_shows_is_named() -> None:
    words = "\U0001f600 \u4f60 \ufffe \x07 \u202e \u05e9\u05dc\u05d5\u05dd \U0001f468\u200d\U0001f469 \u1e9e"
    assert holds_unshown({"text": words})
    assert not holds_unshown({"text": "Één i\u2011coach, ‘ja’ – €5 \u05e9"})
    text = text_of(paper(paragraph(words)))
    assert "[grinning face]" in text
    assert "[cjk unified ideograph-4f60]" in text


@pytest.mark.slow
@settings(max_examples=40)
@given(st.text(max_size=200))
def test_no_text_is_too_odd_and_none_is_a_command(text: str) -> None:
    typed = f'#panic() #eval("1") ] $ \\ {text} einde'
    reader = paper(*for_paper([{"kind": "written", "text": typed}]), paragraph(text), title=f"t{text}")
    assert "panic" in text_of(reader)
    assert to_markdown([{"kind": "written", "text": typed}, paragraph(text)])
    assert list(texts_in(blocks_of(typed)))
