"""From the words of a search to a condition and a rank in PostgreSQL."""

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from peergang.practice.models import PracticeExample
from peergang.practice.rules.search import Term

_ALL_TEXT = func.concat_ws(
    " ",
    PracticeExample.title,
    PracticeExample.summary,
    PracticeExample.goal,
    PracticeExample.context,
    PracticeExample.approach,
    PracticeExample.result,
    PracticeExample.learned,
    func.array_to_text(PracticeExample.tags),
)


def matches(terms: list[Term]) -> ColumnElement[bool]:
    """Every word must be found: by its Dutch stem, by one of its forms, at the start of a word, or inside a compound."""
    return and_(*(_matches_one(term) for term in terms))


def rank(terms: list[Term]) -> ColumnElement[float]:
    """How well an example fits: words in the title weigh most (ts_rank's default weights)."""
    query = _tsquery(terms[0])
    for term in terms[1:]:
        query = query.op("||")(_tsquery(term))
    return func.ts_rank(PracticeExample.search, query)


def _matches_one(term: Term) -> ColumnElement[bool]:
    found: ColumnElement[bool] = PracticeExample.search.op("@@")(_tsquery(term))
    if term.inside:
        found = or_(found, cast(_ALL_TEXT, Text).icontains(term.word, autoescape=True))
    return found


def _tsquery(term: Term) -> ColumnElement[str]:
    # The forms hold letters and digits only, so they can stand in a tsquery without being read as operators.
    simple = " | ".join([f"{term.word}:*", *term.forms])
    query: ColumnElement[str] = cast(func.plainto_tsquery("dutch", literal(term.word)), TSQUERY).op("||")(
        func.to_tsquery("simple", literal(simple))
    )
    return query
