"""The portfolio as a file: PDF or Markdown. The words go from the database into the answer and are kept nowhere."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.pdf import TooMuch, holds_unshown, texts_in, write_pdf
from peergang.coursework.queries.portfolio import list_portfolio
from peergang.coursework.queries.portfolio_rows import Entry
from peergang.coursework.rules.document import Block, escaped, for_paper, to_markdown
from peergang.coursework.views import bp
from peergang.coursework.views.portfolio import Filter, cohorts_in, lines_of, modules_in
from peergang.coursework.views.portfolio_document import Choice, heading_of, make_blocks
from peergang.web.database import reading
from peergang.web.throttle import costly
from peergang.web.viewer import current_actor, current_viewer

MOST_LETTERS = 120_000
"""So much takes some 250 ms as a PDF. More comes in parts, so that nobody waits and no other reader either; a whole
portfolio is nearly always less, and Markdown has no bound."""
MOST_IN_ONE = 4 * MOST_LETTERS
"""One reflection is never cut in two. With all its versions it may be more than this: then the page asks to leave those out."""


@bp.get("/portfolio/bestand")
def portfolio_file() -> ResponseReturnValue:
    """Choose what goes into the file, and which kind of file."""
    return _page(Filter.asked())


def _page(chosen: Filter, *, too_much: bool = False, parts: Sequence[tuple[str, str]] = ()) -> str:
    everything = list_portfolio(reading(), current_actor())
    return render_template(
        "coursework/portfolio_file.html",
        everything=everything,
        chosen=chosen,
        cohorts=cohorts_in(everything),
        modules=modules_in(everything),
        heading_of=heading_of,
        too_much=too_much,
        parts=parts,
        has_others=any(one.replies or one.remarks for one in everything),
    )


@bp.get("/portfolio/download")
@costly
def portfolio_download() -> ResponseReturnValue:
    """The file itself: ?vorm=pdf|md, ?cohort=, ?module= and ?reflectie= for a part, ?feedback=1, ?versies=alle. What is
    too much for one PDF leads to links to its parts (&deel=).
    """
    chosen = Filter.asked()
    everything = list_portfolio(reading(), current_actor(), with_words=True)
    entries = [one for one in everything if chosen.takes(one)]
    if not entries:
        raise NotFound
    choice = Choice("feedback" in request.args, request.args.get("versies") == "alle")
    if request.args.get("vorm") == "md":
        blocks = make_blocks(entries, lines_of(entries), choice)
        return _answer(_markdown(entries, blocks), "text/markdown; charset=utf-8", "md")
    parts = _in_parts(entries, choice)
    wanted = request.args.get("deel", 0, type=int)
    if len(parts) > 1 and not 1 <= wanted <= len(parts):
        return _page(chosen, parts=[_part_link(number, part) for number, part in enumerate(parts, start=1)])
    part = parts[wanted - 1] if len(parts) > 1 else entries
    # How the criteria went is about all of it, and stands at the end.
    blocks = make_blocks(part, lines_of(entries) if part is parts[-1] else (), choice)
    try:
        if sum(len(text) for text in texts_in(blocks)) > MOST_IN_ONE:
            raise TooMuch
        return _answer(_pdf(part, blocks), "application/pdf", "pdf")
    except TooMuch:
        return _page(chosen, too_much=True), 422


def _in_parts(entries: Sequence[Entry], choice: Choice) -> list[list[Entry]]:
    """The reflections in order, over as many files as are needed."""
    parts: list[list[Entry]] = [[]]
    letters = 0
    for entry in entries:
        size = sum(len(text) for text in texts_in(make_blocks([entry], (), choice)))
        if parts[-1] and letters + size > MOST_LETTERS:
            parts.append([])
            letters = 0
        parts[-1].append(entry)
        letters += size
    return parts


def _part_link(number: int, part: Sequence[Entry]) -> tuple[str, str]:
    asked = urlencode({**request.args.to_dict(), "deel": str(number)})
    url = f"{url_for('coursework.portfolio_download')}?{asked}"
    first, last = heading_of(part[0]), heading_of(part[-1])
    if len(part) == 1:
        return url, _("Deel %(number)s: %(title)s", number=number, title=first)
    return url, _("Deel %(number)s: %(first)s tot en met %(last)s", number=number, first=first, last=last)


def _title(entries: Sequence[Entry]) -> str:
    if len(entries) == 1:
        return heading_of(entries[0])
    return _("Portfolio van %(name)s", name=_author())


def _author() -> str:
    viewer = current_viewer()
    return viewer.full_name if viewer else ""


def _pdf(entries: Sequence[Entry], blocks: list[Block]) -> bytes:
    now = clock.now()
    data = {
        "title": _title(entries),
        "author": _author(),
        "lang": current_locale(),
        "footer": f"{_author()} · {clock.local_date(now):%d-%m-%Y}",
        "blocks": for_paper(blocks),
    }
    if holds_unshown(data):
        words = _("Emoji en tekens die dit lettertype niet kent, staan met hun (Engelse) naam tussen haken.")
        data["blocks"] = [{"kind": "small", "text": words}, *data["blocks"]]
    return write_pdf(data, now)


def _markdown(entries: Sequence[Entry], blocks: list[Block]) -> bytes:
    return f"# {escaped(_title(entries))}\n\n{to_markdown(blocks)}".encode()


def _answer(body: bytes, kind: str, ending: str) -> Response:
    name = f"portfolio-{clock.local_date(clock.now()):%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type=kind, headers=headers)
