"""Answers in Markdown: what a reader sees, what stays as it was typed, and comments that stay at their words."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies as st

from peergang.core.prose import Prose, parse_prose, read_prose
from peergang.coursework.rules.anchors import Quote, find_anchor, make_anchor, make_quote
from peergang.coursework.rules.marking import Marks, join_spans, write_blocks

calm = settings(deadline=None, max_examples=200)
"""A busy machine is no wrong answer."""

markup = st.lists(
    st.sampled_from(
        [
            *(
                "een",
                "twee drie",
                "é",
                " ",
                "\n",
                "\n\n",
                "**",
                "*",
                "_",
                "- ",
                "1. ",
                "> ",
                "\\",
                "`",
                "#",
                "<b>",
            ),
            *(
                "[woord](https://a.nl/b)",
                "[",
                "](",
                "![x](y)",
                "&amp;",
                "<",
                "https://c.nl",
                "    ",
                "---\n",
                "\t",
            ),
        ]
    ),
    max_size=25,
).map("".join)
anything = st.one_of(markup, st.text(max_size=80))


def html_of(text: str) -> str:
    return "\n".join(write_blocks(parse_prose(text)))


class Reader(HTMLParser):
    """Reads as a browser does, and fails on a tag that is not closed where it should be."""

    VOID = frozenset({"br"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words = ""
        self.marked = ""
        self.wrong: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self.VOID:
            return
        parent = self.open[-1] if self.open else ""
        if (parent in {"ul", "ol"}) != (tag == "li") or (tag == "a" and "a" in self.open):
            self.wrong.append(f"{tag} in {parent}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.words += data
        if "mark" in self.open:
            self.marked += data


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("een\ntwee\n\ndrie", "<p>een<br>\ntwee</p>\n<p>drie</p>"),
        ("**vet** en *cursief*", "<p><strong>vet</strong> en <em>cursief</em></p>"),
        ("- een\n- twee", "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>"),
        ("3. een\n4. twee", '<ol start="3">\n<li>een</li>\n<li>twee</li>\n</ol>'),
        ("> gezegd", "<blockquote>\n<p>gezegd</p>\n</blockquote>"),
        (
            "[hier](https://voorbeeld.nl/a)",
            '<p><a href="https://voorbeeld.nl/a" data-host="voorbeeld.nl" rel="noopener noreferrer nofollow">hier</a></p>',
        ),
        (
            "zie https://voorbeeld.nl/a_b.",
            '<p>zie <a href="https://voorbeeld.nl/a_b" rel="noopener noreferrer nofollow">https://voorbeeld.nl/a_b</a>.</p>',
        ),
        ("5 \\* 3", "<p>5 * 3</p>"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_little_markdown(typed: str, read: str) -> None:
    assert html_of(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "# kop",
            "kop\n===",
            "`code`",
            "    code",
            "```\ncode\n```",
            "<b>vet</b>",
            "<script>x</script>",
            "&lt;",
        ),
        *("![plaatje](plaatje.png)", "| a | b |\n|---|---|", "* * *", "---", "***", "~~weg~~", "[a](/hier)"),
        *(
            "[a](javascript:alert(1))",
            "[a](data:text/html,x)",
            "[a](https://)",
            "<https://a>",
            "snake_case_name",
        ),
        *("2 * 3 * 4", "C:\\map", "[a]: https://b.nl 'c'", "een\n---\ntwee", "> > " * 200),
    ],
)
def test_all_else_shows_as_it_was_typed(typed: str) -> None:
    assert " ".join(read_prose(typed).plain.split()) == " ".join(typed.split())
    assert set(re.findall(r"<([a-z]+)", html_of(typed))) <= {"p", "br", "a"}
    assert "<a" not in html_of(typed) or "https://" in typed


def test_a_link_shows_where_it_goes() -> None:
    assert 'data-host="kwaad.nl"' in html_of("[mijnbank.nl](https://kwaad.nl)")
    assert 'data-host="iemand@kwaad.nl"' in html_of("[schrijf](mailto:iemand@kwaad.nl?subject=x)")
    assert "data-host" not in html_of("[op Voorbeeld.nl](https://voorbeeld.nl/x)")
    assert "xn--" in html_of("[bank](https://bаnk.nl)"), "letters that look alike are told apart"


@pytest.mark.slow
@calm
@given(anything)
def test_nothing_gets_lost_and_nothing_gets_in(text: str) -> None:
    text = text.replace("\x00", "").replace("\r", "")
    prose = parse_prose(text)
    reader = Reader("".join(write_blocks(prose)))
    assert reader.wrong == []
    if "](" not in text:
        assert re.findall(r"[^\W\d_]", prose.plain) == re.findall(r"[^\W\d_]", text)
    tags = set(re.findall(r"</?([a-z]+)", html_of(text)))
    assert tags <= {"p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "a"}


@pytest.mark.slow
@calm
@given(anything)
def test_the_plain_text_is_what_a_browser_gives_back(text: str) -> None:
    text = text.replace("\x00", "").replace("\r", "")
    prose = parse_prose(text)
    for block, html in zip(prose.blocks, write_blocks(prose), strict=True):
        assert Reader(html).words == prose.plain[block.start : block.end]


@pytest.mark.slow
@calm
@given(text=anything, data=st.data())
def test_a_mark_stays_at_its_words_and_breaks_nothing(text: str, data: st.DataObject) -> None:
    text = text.replace("\x00", "").replace("\r", "")
    prose = parse_prose(text)
    spans = []
    for _ in range(3):
        start = data.draw(st.integers(0, len(prose.plain)))
        end = data.draw(st.integers(start, len(prose.plain)))
        anchor = make_anchor(text, make_quote(prose.plain, start, end))
        assert anchor is not None, "words that were selected are found"
        found = find_anchor(prose, anchor)
        if not prose.plain[start:end].strip():
            assert found is None
            continue
        assert found is not None
        assert prose.plain[slice(*found)].split() == prose.plain[start:end].split()
        spans.append(found)
    at = {end: f'<a class="ref">{number}</a>' for number, (_start, end) in enumerate(spans)}
    html = write_blocks(prose, Marks(join_spans(spans), "<mark>", "</mark>", at))
    assert "".join(html).count('class="ref"') == len(at)
    bare = [re.sub(r'<a class="ref">\d</a>', "", one) for one in html]
    assert [Reader(one).wrong for one in html] == [[] for _ in html]
    assert [Reader(one).words for one in bare] == [Reader(one).words for one in write_blocks(prose)]
    wanted = "".join(prose.plain[start:end] for start, end in join_spans(spans))
    assert "".join(Reader("".join(bare)).marked.split()) == "".join(wanted.split())


def marked(text: str, quote: Quote) -> str:
    prose = read_prose(text)
    span = find_anchor(prose, quote)
    return "".join(write_blocks(prose, Marks([span], "<mark>", "</mark>"))) if span else ""


def test_words_across_bold_and_over_a_list_are_marked() -> None:
    assert marked("een **twee** drie", Quote("een twee", "", " drie")) == (
        "<p><mark>een </mark><strong><mark>twee</mark></strong> drie</p>"
    )
    assert marked("- een\n- twee", Quote("een twee")) == (
        "<ul>\n<li><mark>een</mark></li>\n<li><mark>twee</mark></li>\n</ul>"
    )


def test_anchors_of_before_markdown_are_found() -> None:
    text = "Eerst dit.\nDan dat.\n\n\nEn - tot slot - zo."
    for start, end in ((0, 10), (11, 19), (22, 41), (6, 15)):
        quote = make_quote(text, start, end)
        span = find_anchor(read_prose(text), quote)
        assert span is not None
        assert read_prose(text).plain[slice(*span)].split() == quote.exact.split()
    assert marked("- een\n- twee **drie**", Quote("- twee **drie**")).count("<mark>") == 2


def test_a_number_at_a_link_stands_behind_it() -> None:
    prose = read_prose("zie [daar](https://a.nl) nu")
    html = "".join(write_blocks(prose, Marks([(0, 8)], "<mark>", "</mark>", {8: '<a href="#c1">1</a>'})))
    assert html.endswith('<mark>daar</mark></a><a href="#c1">1</a> nu</p>')


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [*("[" * 100_000, "*a " * 33_000, "*" * 100_000, "[a](" * 25_000, "![" * 50_000, "- a\n" * 25_000, ">" * 100_000),
     "".join("  " * n + "- a\n" for n in range(300))],
    ids=repr,
)  # fmt: skip
def test_no_text_keeps_a_page_busy(text: str) -> None:
    begin = time.process_time()
    prose = parse_prose(text)
    write_blocks(prose)
    assert time.process_time() - begin < 8
    assert prose.plain.count("a") == text.count("a")


def long_text() -> tuple[str, Prose]:
    text = "\n\n".join(f"Alinea {n} **met** woorden " + "die een lezer leest " * 6 for n in range(200))
    return text, read_prose(text)


def test_many_comments_on_a_long_text_take_a_moment() -> None:
    text, prose = long_text()
    quotes = [make_quote(prose.plain, block.start, block.start + 14) for block in prose.blocks]
    assert len(text.split()) > 5000
    begin = time.process_time()
    spans = [find_anchor(prose, quote) for quote in quotes]
    html = write_blocks(prose, Marks(join_spans([span for span in spans if span]), "<mark>", "</mark>"))
    assert time.process_time() - begin < 0.5
    assert all("<mark>" in one for one in html)
