"""The portfolio as a file: PDF or Markdown. The words go from the database into the answer and are kept nowhere."""

from collections.abc import Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.pdf import TooMuch, holds_unshown, texts_in, write_pdf
from peergang.coursework.queries.portfolio import Entry, list_portfolio
from peergang.coursework.rules.document import Block, escaped, for_paper, to_markdown
from peergang.coursework.views import bp
from peergang.coursework.views.portfolio import Filter, cohorts_in, lines_of, modules_in
from peergang.coursework.views.portfolio_document import Choice, heading_of, make_blocks
from peergang.web.database import reading
from peergang.web.viewer import current_actor, current_viewer

MOST_LETTERS = 250_000
"""More does not become a PDF while somebody waits: forty thousand words take some 300 ms. Markdown has no bound."""


@bp.get("/portfolio/bestand")
def portfolio_file() -> ResponseReturnValue:
    """Choose what goes into the file, and which kind of file."""
    return _page(Filter.asked())


def _page(chosen: Filter, *, too_much: bool = False) -> str:
    everything = list_portfolio(reading(), current_actor())
    return render_template(
        "coursework/portfolio_file.html",
        everything=everything,
        chosen=chosen,
        cohorts=cohorts_in(everything),
        modules=modules_in(everything),
        heading_of=heading_of,
        too_much=too_much,
        has_others=any(one.replies or one.remarks for one in everything),
    )


@bp.get("/portfolio/download")
def portfolio_download() -> ResponseReturnValue:
    """The file itself: ?vorm=pdf|md, ?cohort=, ?module= and ?reflectie= for a part, ?feedback=1, ?versies=alle."""
    chosen = Filter.asked()
    everything = list_portfolio(reading(), current_actor(), with_words=True)
    entries = [one for one in everything if chosen.takes(one)]
    if not entries:
        raise NotFound
    choice = Choice("feedback" in request.args, request.args.get("versies") == "alle")
    blocks = make_blocks(entries, lines_of(entries), choice)
    if request.args.get("vorm") == "md":
        return _answer(_markdown(entries, blocks), "text/markdown; charset=utf-8", "md")
    if sum(len(text) for text in texts_in(blocks)) > MOST_LETTERS:
        return _page(chosen, too_much=True), 422
    try:
        return _answer(_pdf(entries, blocks), "application/pdf", "pdf")
    except TooMuch:
        return _page(chosen, too_much=True), 422


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
