"""How time grows with the network: the full compile and the query of the participation page, from a thousand enrolments on.

The floor of each size is what it would take if time grew as the number of enrolments does, from the size before; so a ratio
over 1 means that an enrolment costs more in a larger network. A million, which takes a long time to fill, comes with
`--million`.
"""

from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.progress.actions.compile import compile_waiting
from peergang.progress.actions.full_compile import compile_all
from peergang.progress.queries.participation import list_cells
from tests.benchmarks.compiling import ACTIVITIES, NOW, fill, mark_all, timed
from tests.benchmarks.database import database, tidy
from tests.benchmarks.rows import Row, against

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
INSTITUTIONS = 60
ROUNDS = 5
MOST = 1.5

SPREAD = (
    """INSERT INTO institution (brin, name)
    SELECT lpad(n::text, 2, '0') || 'ZZ', 'School ' || n FROM generate_series(1, :institutions - 1) AS n""",
    """UPDATE affiliation SET institution_id = (
        SELECT id FROM institution ORDER BY brin
        OFFSET abs(hashtext(affiliation.user_id::text)) % :institutions LIMIT 1)""",
)
"""Everybody at one of many schools; the first was there already."""


def run(*, quick: bool = False, million: bool = False) -> list[Row]:
    """The rows of this benchmark."""
    sizes = (SIZES[0], SIZES[1]) if quick else (*SIZES, MILLION) if million else SIZES
    found = [(size, _measure(size)) for size in sizes]
    names = ("compile everything", "compile all that is new", "participation query")
    return [
        _row(name, found, number, place) for place, name in enumerate(names) for number in range(len(found))
    ]


def _measure(size: int) -> tuple[float, float, float]:
    """Seconds of a full compile that finds nothing, of the incremental one from nothing, and of the query."""
    with database() as engine:
        fill(engine, size)
        _spread(engine)
        mark_all(engine)
        new = timed(lambda: _compile_new(engine))
        tidy(engine)
        full = median(timed(lambda: compile_all(engine, now=NOW)) for _ in range(ROUNDS))
        with Session(engine) as session:
            session.execute(sa.text("SET LOCAL statement_timeout = 0"))
            cells = list_cells(session, NOW)
            if sum(row.people for row in cells) != size:
                raise RuntimeError("the query does not count everybody")
            query = median(timed(lambda: list_cells(session, NOW)) for _ in range(ROUNDS))
    return full, new, query


def _compile_new(engine: sa.Engine) -> None:
    while compile_waiting(engine, now=NOW):
        pass


def _spread(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for statement in SPREAD:
            connection.execute(sa.text(statement), {"institutions": INSTITUTIONS})
    tidy(engine)


def _row(name: str, found: list[tuple[int, tuple[float, float, float]]], number: int, place: int) -> Row:
    size, times = found[number]
    each = f"{1e6 * times[place] / size:,.0f}".replace(",", ".")
    label = f"{name}: {size:,} enrolments, {size * ACTIVITIES:,} facts; {each} µs each".replace(",", ".")
    if number == 0:
        return {
            "name": label,
            "measured": round(times[place], 4),
            "floor": None,
            "unit": "s",
            "ratio": None,
            "goal": None,
            "met": None,
        }
    before, earlier = found[number - 1]
    return against(label, times[place], earlier[place] * size / before, "s", at_most=MOST)
