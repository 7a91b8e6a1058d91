"""What took the place of a part of an earlier edition, for links that were kept and tabs that stayed open."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition, Module, Topic

_OLD, _NEW = aliased(Edition), aliased(Edition)
_OLD_MODULE, _NEW_MODULE = aliased(Module), aliased(Module)


def find_successor(session: Session, actor: Actor, kind: str, part_id: UUID) -> UUID | None:
    """The id of the module, topic or activity (`kind`) that one of the actor's cohorts has now in the place of `part_id`:
    the same slug in another edition of its programme. None when there is none.
    """
    mine = actor.follows | actor.trains
    if not mine:
        return None
    statement = (
        _SELECTS[kind](part_id)
        .join(_NEW, (_NEW.programme_id == _OLD.programme_id) & (_NEW.id == _NEW_MODULE.edition_id))
        .join(Cohort, Cohort.edition_id == _NEW.id)
        .where(Cohort.id.in_(mine), _NEW.id != _OLD.id)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
        .limit(1)
    )
    found: UUID | None = session.scalar(statement)
    return found


def _modules(part_id: UUID) -> Select[Any]:
    return (
        select(_NEW_MODULE.id)
        .join(_OLD_MODULE, _OLD_MODULE.slug == _NEW_MODULE.slug)
        .join(_OLD, _OLD.id == _OLD_MODULE.edition_id)
        .where(_OLD_MODULE.id == part_id)
    )


def _topics(part_id: UUID) -> Select[Any]:
    old, new = aliased(Topic), aliased(Topic)
    return (
        select(new.id)
        .join(_NEW_MODULE, _NEW_MODULE.id == new.module_id)
        .join(old, old.slug == new.slug)
        .join(_OLD_MODULE, (_OLD_MODULE.id == old.module_id) & (_OLD_MODULE.slug == _NEW_MODULE.slug))
        .join(_OLD, _OLD.id == _OLD_MODULE.edition_id)
        .where(old.id == part_id)
    )


def _activities(part_id: UUID) -> Select[Any]:
    old, new = aliased(Activity), aliased(Activity)
    return (
        select(new.id)
        .join(_NEW_MODULE, _NEW_MODULE.id == new.module_id)
        .join(old, (old.slug == new.slug) & (old.kind == new.kind))
        .join(_OLD, _OLD.id == old.edition_id)
        .where(old.id == part_id)
    )


_SELECTS = {"module": _modules, "topic": _topics, "activity": _activities}
"""By kind, with `_OLD` and `_NEW_MODULE` in it."""
