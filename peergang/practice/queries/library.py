"""The library: finding examples, with facets, in an order of the reader's choice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.core.permissions import Actor
from peergang.identity.models import Institution
from peergang.practice.models import Adoption, PracticeExample, SavedExample
from peergang.practice.queries.matching import matches, rank
from peergang.practice.rules import VISIBLE
from peergang.practice.rules.search import Term

PAGE_SIZE = 12
FACETS = ("main_question", "topic", "theme", "sector")


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader looks for. Within a facet any choice will do; over facets all must hold."""

    terms: list[Term] = field(default_factory=list)
    main_question: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    theme: frozenset[str] = frozenset()
    sector: frozenset[str] = frozenset()
    saved_only: bool = False
    order: str = "newest"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results, how many there are in all, and how many each choice of each facet would give."""

    rows: Rows
    total: int
    counts: dict[str, Counter[str]]


def find_examples(session: Session, actor: Actor, search: Search) -> Found:
    """The published examples that fit `search`, for anyone in the network. Two queries, whatever the size."""
    counts = _facet_counts(session, actor, search)
    rows = session.execute(_page(actor, search)).all()
    return Found(rows, counts["all"]["total"], counts)


def _visible(actor: Actor, search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [PracticeExample.state.in_(VISIBLE)]
    if search.terms:
        conditions.append(matches(search.terms))
    if search.saved_only:
        mine = select(SavedExample.example_id).where(SavedExample.user_id == actor.user_id)
        conditions.append(PracticeExample.id.in_(mine))
    return conditions


def _page(actor: Actor, search: Search) -> Select[*tuple[Any, ...]]:
    adoptions = (
        select(
            Adoption.example_id,
            func.count().label("tried"),
            func.count(Adoption.institution_id.distinct()).label("institutions"),
        )
        .group_by(Adoption.example_id)
        .subquery()
    )
    saved = select(SavedExample.example_id).where(
        SavedExample.user_id == actor.user_id, SavedExample.example_id == PracticeExample.id
    )
    tried = func.coalesce(adoptions.c.tried, 0)
    return (
        select(
            PracticeExample.id,
            PracticeExample.title,
            PracticeExample.summary,
            PracticeExample.main_question,
            PracticeExample.topic_code,
            PracticeExample.sector,
            Institution.name.label("institution"),
            tried.label("tried"),
            func.coalesce(adoptions.c.institutions, 0).label("institutions"),
            saved.exists().label("is_saved"),
        )
        .outerjoin(Institution, Institution.id == PracticeExample.institution_id)
        .outerjoin(adoptions, adoptions.c.example_id == PracticeExample.id)
        .where(*_visible(actor, search), *_chosen(search))
        .order_by(*_order(search, tried))
        .limit(PAGE_SIZE)
        .offset((search.page - 1) * PAGE_SIZE)
    )


def _order(search: Search, tried: ColumnElement[int]) -> Iterable[Any]:
    newest = (PracticeExample.published_at.desc(), PracticeExample.id)
    if search.order == "tried":
        return (tried.desc(), *newest)
    if search.order == "relevance" and search.terms:
        return (rank(search.terms).desc(), *newest)
    return newest


def _chosen(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.main_question:
        found.append(PracticeExample.main_question.in_(search.main_question))
    if search.topic:
        found.append(PracticeExample.topic_code.in_(search.topic))
    if search.theme:
        found.append(PracticeExample.themes.overlap(sorted(search.theme)))
    if search.sector:
        found.append(PracticeExample.sector.in_(search.sector))
    return found


def _facet_counts(session: Session, actor: Actor, search: Search) -> dict[str, Counter[str]]:
    """Counts per choice, each under the other facets' choices, so that a number says what a tick would give."""
    columns = (
        PracticeExample.main_question,
        PracticeExample.topic_code,
        PracticeExample.themes,
        PracticeExample.sector,
    )
    grouped = session.execute(
        select(*columns, func.count()).where(*_visible(actor, search)).group_by(*columns)
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*FACETS, "all")}
    for main_question, topic, themes, sector, number in grouped:
        values: dict[str, list[Any]] = {
            "main_question": [main_question],
            "topic": [topic],
            "theme": themes,
            "sector": [sector],
        }
        misses = [name for name in FACETS if not _fits(getattr(search, name), values[name])]
        if not misses:
            counts["all"]["total"] += number
        for name in FACETS:
            if not misses or misses == [name]:
                counts[name].update({value: number for value in values[name] if value})
    return counts


def _fits(chosen: frozenset[str], values: Iterable[str | None]) -> bool:
    return not chosen or any(value in chosen for value in values)


def list_own(session: Session, user_id: UUID) -> Rows:
    """Everything `user_id` wrote, drafts included, last changed first. Columns: id, title, state, saved_at, tried."""
    tried = select(func.count()).where(Adoption.example_id == PracticeExample.id).scalar_subquery()
    return session.execute(
        select(
            PracticeExample.id,
            PracticeExample.title,
            PracticeExample.state,
            PracticeExample.saved_at,
            tried.label("tried"),
        )
        .where(PracticeExample.author_id == user_id)
        .order_by(PracticeExample.saved_at.desc())
    ).all()
