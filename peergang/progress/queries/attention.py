"""Which institutions ask for attention, why, and when somebody last called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, and_, bindparam, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.core.clock import local_date
from peergang.core.db import local_day
from peergang.core.prepared import Prepared
from peergang.identity.models import Institution
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.facts import NOW
from peergang.progress.rules.asking import Attention, read_attention
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.risks import KEPT


def _select_signals() -> Select[Any]:
    """All signals as one JSON array, as `read_attention` wants them."""
    signal, no = RiskSignal, RiskDismissal
    set_aside = exists().where(
        no.institution_id == signal.institution_id,
        no.cohort_id == signal.cohort_id,
        no.rule == signal.rule,
        no.cause == signal.cause,
        no.dismissed_at <= NOW,
        or_(no.undone_at.is_(None), no.undone_at > NOW),
    )
    last_call = (
        select(func.max(CallNote.called_at))
        .where(CallNote.institution_id == signal.institution_id, CallNote.called_at <= NOW)
        .scalar_subquery()
    )
    # Every look writes down anew since when and with which figures: those of a later look are not what was seen then.
    as_it_was = signal.seen_at <= NOW
    since = case((as_it_was, signal.since), else_=local_day(signal.opened_at))
    fields = func.json_build_array(
        cast(signal.institution_id, Text),
        Institution.name,
        signal.rule,
        since,
        case((as_it_was, signal.values)),
        signal.opened_at,
        last_call,
    )
    in_order = aggregate_order_by(fields, since, Cohort.starts_on, signal.id)
    return (
        select(func.coalesce(cast(func.json_agg(in_order), Text), "[]"))
        .select_from(signal)
        .join(Institution, Institution.id == signal.institution_id)
        .join(Cohort, Cohort.id == signal.cohort_id)
        .where(
            and_(signal.opened_at <= NOW, or_(signal.ended_at.is_(None), signal.ended_at > NOW)),
            ~set_aside,
        )
    )


_SIGNALS = Prepared(_select_signals())
_SIGNALS_OF_ONE = Prepared(
    _select_signals().where(RiskSignal.institution_id == bindparam("institution", type_=Uuid))
)


def list_attention(
    session: Session, at: Moment | datetime, institution_id: UUID | None = None
) -> Sequence[Attention]:
    """The institutions (or one of them) with open signals at that moment; most reasons first, then what lasts longest. They
    come as one text, like the figures: equal signals give equal texts, which are read once.

    What was looked at again since then comes without figures, and `since` is the day on which it was first seen. Of days so
    long ago that signals of then are no longer kept, nothing is said.
    """
    asked = Moment.of(at)
    if asked.past and asked.today < local_date(asked.now) - KEPT:
        return ()
    moment = asked.at
    if institution_id is None:
        text: str = _SIGNALS.scalar(session, now=moment)
    else:
        text = _SIGNALS_OF_ONE.scalar(session, now=moment, institution=institution_id)
    return read_attention(text)
