"""What the network shared in a year, and what was used again. Only of examples that everybody can read in the library."""

from typing import Any

from sqlalchemy import Subquery, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from peergang.core.clock import start_of_day
from peergang.core.db import Rows
from peergang.practice.models import Adoption, PracticeExample
from peergang.practice.rules import VISIBLE
from peergang.progress.rules.years import Year


def list_examples_of(session: Session, year: Year) -> Rows:
    """Examples that were published in the year, or tried in it by somebody other than their author; the latest first.

    One that was taken out of the library since has neither id nor title, and still counts. Columns: example_id, title,
    published_at, is_new (published in the year), tried (times in the year), elsewhere (of those, at another institution).
    """
    begin = start_of_day(year.since)
    tried = _tried(year)
    is_new = and_(PracticeExample.published_at >= begin, PracticeExample.published_at < year.moment)
    visible = PracticeExample.state.in_(VISIBLE)
    return session.execute(
        select(
            _where(visible, cast(PracticeExample.id, Text)).label("example_id"),
            _where(visible, PracticeExample.title).label("title"),
            PracticeExample.published_at,
            is_new.label("is_new"),
            func.coalesce(tried.c.tried, 0).label("tried"),
            func.coalesce(tried.c.elsewhere, 0).label("elsewhere"),
        )
        .outerjoin(tried, tried.c.example_id == PracticeExample.id)
        .where(PracticeExample.published_at < year.moment, or_(is_new, tried.c.tried > 0))
        .order_by(PracticeExample.published_at.desc(), PracticeExample.id)
    ).all()


def _where(condition: Any, value: Any) -> Any:
    return case((condition, value))


def _tried(year: Year) -> Subquery:
    """How often each example was tried in the year by somebody other than its author."""
    return (
        select(
            Adoption.example_id,
            func.count().label("tried"),
            func.count()
            .filter(Adoption.institution_id.is_distinct_from(PracticeExample.institution_id))
            .label("elsewhere"),
        )
        .join(
            PracticeExample,
            and_(PracticeExample.id == Adoption.example_id, PracticeExample.author_id != Adoption.user_id),
        )
        .where(Adoption.created_at >= start_of_day(year.since), Adoption.created_at < year.moment)
        .group_by(Adoption.example_id)
        .subquery("tried")
    )
