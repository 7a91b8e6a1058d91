"""Figures of the whole network in one row: how quickly people get an answer, and what they share."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, DateTime, Text, and_, bindparam, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, local_day
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules import Audience
from peergang.practice.models import PracticeExample
from peergang.practice.rules import VISIBLE


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _answered_on() -> Any:
    """The moment of the first reaction on a version, from a trainer or a peer."""
    reviewed = select(func.min(Review.sent_at)).where(Review.version_id == ReflectionVersion.id)
    answered = select(func.min(PeerFeedback.sent_at)).where(PeerFeedback.version_id == ReflectionVersion.id)
    return func.least(reviewed.scalar_subquery(), answered.scalar_subquery())


def _days(name: str) -> Any:
    """An array of days that comes as text, in PostgreSQL's own notation: it is the same all day, so it is written once."""
    return cast(bindparam(name, type_=Text), ARRAY(Date))


_deadline = (
    func.unnest(_days("days"), _days("deadlines"))
    .table_valued("day", "until")
    .render_derived(name="deadline")
)
_versions = (
    select(
        local_day(_answered_on()).label("answered_on"),
        _deadline.c.until,
    )
    .select_from(ReflectionVersion)
    .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
    .join(_deadline, _deadline.c.day == local_day(ReflectionVersion.submitted_at))
    .where(
        Reflection.audience != Audience.PRIVATE,
        ReflectionVersion.submitted_at >= _moment("since"),
    )
    .subquery("versions")
)
# An answer of after the day that is asked for had not come yet; at present there is none.
_quick = _versions.c.answered_on <= func.least(_versions.c.until, bindparam("today", type_=Date))
# What was withdrawn from the library since, is not known to have been there.
_there = and_(
    PracticeExample.state.in_(VISIBLE),
    local_day(PracticeExample.published_at) <= bindparam("today", type_=Date),
)
_today = bindparam("today", type_=Date)
_feedback = (
    select(
        func.count().filter(_quick).label("quick"),
        func.count().filter(or_(_quick, _versions.c.until < _today)).label("answerable"),
    )
    .select_from(_versions)
    .subquery("feedback")
)
_shared = (
    select(
        func.count().label("examples"),
        func.count().filter(PracticeExample.published_at >= _moment("season")).label("examples_new"),
    )
    .where(_there)
    .subquery("shared")
)
_KEY_FIGURES = Prepared(select(_feedback, _shared).join(_shared, true()))


def get_key_figures(
    session: Session,
    *,
    deadlines: tuple[tuple[date, date], ...],
    since: datetime,
    season: datetime,
    today: date,
) -> AnyRow:
    """Feedback and examples of the whole network, in one row.

    A version of before its deadline that nobody answered yet is left out: it may still be quick. Private reflections ask
    for no answer. `deadlines` are pairs of a day and the last day for quick feedback on something of that day; `since` is
    where they begin and `season` where the season does. Columns: quick, answerable, examples, examples_new.
    """
    days, untils = _as_arrays(deadlines)
    (row,) = _KEY_FIGURES.all(session, days=days, deadlines=untils, since=since, season=season, today=today)
    return row


@lru_cache(maxsize=8)
def _as_arrays(pairs: tuple[tuple[date, date], ...]) -> tuple[str, str]:
    first, second = zip(*pairs, strict=True)
    return "{" + ",".join(map(str, first)) + "}", "{" + ",".join(map(str, second)) + "}"
