"""Searching the library."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from peergang.core.i18n import pick
from peergang.curriculum.labels import MAIN_QUESTIONS, THEMES
from peergang.curriculum.queries import list_current_topics
from peergang.practice.labels import ORDERS, SECTORS, STATES
from peergang.practice.queries.library import FACETS, PAGE_SIZE, Found, Search, find_examples, list_own
from peergang.practice.rules.search import parse_search
from peergang.practice.views import bp
from peergang.web.cleaning import page_number
from peergang.web.database import reading
from peergang.web.viewer import current_actor

PARAMETERS = {"main_question": "hv", "topic": "onderwerp", "theme": "thema", "sector": "sector"}
MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pager shows."""

    first: int
    last: int
    total: int
    previous_url: str
    next_url: str


@bp.get("/")
def library() -> ResponseReturnValue:
    """Search with facets; everything chosen stands in the address, so that it can be shared."""
    text = request.args.get("q", "").strip()[:MAX_QUERY]
    search = _read_search(text)
    session, actor = reading(), current_actor()
    only_stop_words = bool(text) and not search.terms
    found = find_examples(session, actor, search)
    topics = [
        (row.code, pick(row.title, row.title_en)) for row in list_current_topics(session, with_questions=True)
    ]
    labels = _labels(topics)
    return render_template(
        "practice/library.html",
        q=text,
        search=search,
        found=found,
        facets=_facets(search, found, labels),
        chosen=_chosen(search, labels),
        only_stop_words=only_stop_words,
        orders=ORDERS if search.terms else {name: ORDERS[name] for name in ("newest", "tried")},
        sectors=SECTORS,
        pages=_pages(search, found),
    )


@bp.get("/van-mij")
def own() -> ResponseReturnValue:
    """The examples of the signed-in person, drafts included."""
    actor = current_actor()
    rows = list_own(reading(), actor.user_id) if actor.user_id else []
    return render_template("practice/own.html", rows=rows, states=STATES)


def _read_search(text: str) -> Search:
    args = request.args
    terms = parse_search(text)
    order = args.get("volgorde", "")
    known = order if order in ORDERS else ("relevance" if terms else "newest")
    return Search(
        terms=terms,
        saved_only=args.get("bewaard") == "1",
        order=known,
        page=page_number(args),
        **{name: frozenset(args.getlist(parameter)) for name, parameter in PARAMETERS.items()},
    )


def _labels(topics: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    return {
        "main_question": {code: f"{code} {text}" for code, text in MAIN_QUESTIONS.items()},
        "topic": {code: f"{code} {title}" for code, title in topics},
        "theme": {value: str(text) for value, text in THEMES.items()},
        "sector": {value: str(text) for value, text in SECTORS.items() if value != "all"},
    }


def _facets(search: Search, found: Found, labels: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """The facets with their choices. Topics appear under a chosen main question, or there would be nineteen at once."""
    facets = []
    for name in FACETS:
        chosen, counts = getattr(search, name), found.counts[name]
        choices = [
            (value, text, counts[value], value in chosen)
            for value, text in labels[name].items()
            if value in chosen or counts[value] or name != "topic"
        ]
        if name == "topic" and not (search.main_question or chosen):
            continue
        facets.append({"name": name, "parameter": PARAMETERS[name], "choices": choices})
    return facets


def _url(arguments: MultiDict[str, str]) -> str:
    values: dict[str, Any] = {key: items for key, items in arguments.lists() if any(items)}
    return url_for("practice.library", **values)


def _chosen(search: Search, labels: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Every choice that is on, with the address without it."""
    chips = []
    for name, parameter in PARAMETERS.items():
        for value in sorted(getattr(search, name)):
            without = MultiDict(
                (key, item)
                for key, item in request.args.items(multi=True)
                if (key, item) != (parameter, value) and key != "pagina"
            )
            chips.append((labels[name].get(value, value), _url(without)))
    return chips


def _pages(search: Search, found: Found) -> Pages:
    first = (search.page - 1) * PAGE_SIZE + 1
    last = first + len(found.rows) - 1

    def to(page: int) -> str:
        arguments = MultiDict(request.args.items(multi=True))
        arguments["pagina"] = str(page)
        return _url(arguments)

    return Pages(
        first,
        last,
        found.total,
        to(search.page - 1) if search.page > 1 else "",
        to(search.page + 1) if last < found.total else "",
    )
