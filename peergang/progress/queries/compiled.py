"""The one definition of progress, which the incremental and the full compile share.

An activity of a programme keeps its slug through the editions, so every (programme, slug) gets one bit. What somebody
completed is then the bitwise OR over their facts, whatever edition each fact belongs to, and progress is the number of
bits it has in common with the required activities of the cohort's present edition. Bits cannot be counted twice and
cannot exceed the required ones, which is invariant 1; and it costs one pass over the facts, without a sort.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.completion import DATED_BY_OTHERS
from peergang.curriculum.models import Activity, Edition

BITS = 63
"""Bits used of each bigint; the 64th is its sign."""

COUNTS = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
"""The states of an enrolment that has progress."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The bits of all activities, and per edition those that are required; cut into words of 63 bits."""

    activities: dict[UUID, int]
    required: dict[UUID, int]
    words: int


def get_marks(session: Session) -> Marks:
    """Read the bits. Two editions of a programme give an activity with the same slug and kind the same bit."""
    place = func.dense_rank().over(order_by=(Edition.programme_id, Activity.slug, Activity.kind)) - 1
    rows = session.execute(
        select(Activity.id, Activity.edition_id, Activity.required, place).join(
            Edition, Edition.id == Activity.edition_id
        )
    ).all()
    editions = session.scalars(select(Edition.id)).all()
    required: dict[UUID, int] = dict.fromkeys(editions, 0)
    for _, edition_id, is_required, bit in rows:
        if is_required:
            required[edition_id] |= 1 << bit
    most = max((bit for *_, bit in rows), default=0)
    return Marks({activity_id: 1 << bit for activity_id, _, _, bit in rows}, required, most // BITS + 1)


Within = Callable[[Any], ColumnElement[bool]]
"""Whether an id of an enrolment is among those that are asked for."""


def select_progress(
    marks: Marks, only: Sequence[UUID] | None = None, *, within: Within | None = None
) -> Select[Any]:
    """Progress of every participant who takes or took part; `only` limits it to these enrolments, `within` to a part.

    Columns: enrolment_id, required, completed, last_completed_at. The last one looks at all facts, required or not,
    because it tells when somebody was last seen at work; so not at facts that others date.
    """
    if only is not None:
        within = partial(is_one_of, ids=only)
    needed = _by_words("needed", marks.required, marks.words)
    done = _select_done(marks, within).subquery("done")
    common = [done.c[f"w{word}"].op("&")(needed.c[f"w{word}"]) for word in range(marks.words)]
    statement = (
        select(
            Enrolment.id.label("enrolment_id"),
            _count_bits([needed.c[f"w{word}"] for word in range(marks.words)]).label("required"),
            func.coalesce(_count_bits(common), 0).label("completed"),
            done.c.last_completed_at,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(needed, needed.c.id == Cohort.edition_id)
        .outerjoin(done, done.c.enrolment_id == Enrolment.id)
        .where(has_progress())
    )
    return statement if within is None else statement.where(within(Enrolment.id))


def has_progress() -> ColumnElement[bool]:
    """Whether an enrolment is one that progress is kept of: a participant's, active or completed."""
    return and_(Enrolment.role == EnrolmentRole.PARTICIPANT, Enrolment.state.in_(COUNTS))


def _select_done(marks: Marks, within: Within | None) -> Select[Any]:
    mark = _by_words("mark", marks.activities, marks.words)
    fact = ActivityCompletion
    own = fact.evidence_kind.not_in(sorted(DATED_BY_OTHERS))
    statement = (
        select(
            fact.enrolment_id,
            *(func.bit_or(mark.c[f"w{word}"]).label(f"w{word}") for word in range(marks.words)),
            func.max(fact.completed_at).filter(own).label("last_completed_at"),
        )
        .join(mark, mark.c.id == fact.activity_id)
        .group_by(fact.enrolment_id)
    )
    return statement if within is None else statement.where(within(fact.enrolment_id))


def _by_words(name: str, bits: dict[UUID, int], words: int) -> FromClause:
    """The bits as a small relation (id, w0, w1, …). Arrays as parameters let PostgreSQL read the facts in parallel, which
    it does not do with a temporary table or a CTE.
    """
    mask = (1 << BITS) - 1
    columns = [[number >> (BITS * word) & mask for number in bits.values()] for word in range(words)]
    arrays = [
        _ids(list(bits)),
        *(cast(literal(one, ARRAY(BigInteger)), ARRAY(BigInteger)) for one in columns),
    ]
    names = [column("id", Uuid), *(column(f"w{word}", BigInteger) for word in range(words))]
    return func.unnest(*arrays).table_valued(*names).render_derived(name=name)


def is_one_of(one: Any, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """`one = ANY (array)`: a single parameter, where IN would make a statement of thousands."""
    found: ColumnElement[bool] = one == func.any(_ids(ids))
    return found


def _ids(ids: Sequence[UUID]) -> ColumnElement[Any]:
    return cast(bindparam(None, list(ids), type_=ARRAY(Uuid)), ARRAY(Uuid))


def _count_bits(words: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    total: ColumnElement[Any] | None = None
    for word in words:
        count = func.bit_count(cast(word, BIT(64)))
        total = count if total is None else total + count
    assert total is not None
    return total
