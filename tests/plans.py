"""Other plans than PostgreSQL would choose, to find what holds for the usual one alone.

Rows come in another order when the statistics of a table change, and a subquery that locks may be asked again for every row.
Nobody sees that in a small database, until autovacuum passes by. `PEERGANG_TEST_PLANS=loops` (or `heaps`) asks for it.
"""

import os

import sqlalchemy as sa

PLANS = {
    "loops": ("hashjoin", "hashagg", "mergejoin", "sort", "material", "memoize", "seqscan", "bitmapscan"),
    "heaps": ("sort", "incremental_sort", "indexscan", "indexonlyscan", "mergejoin", "material"),
}
"""What the planner does without, where it can."""


def force_plans(url: str) -> None:
    """Tell the database of the tests; nothing where nothing was asked for."""
    if "PEERGANG_TEST_PLANS" not in os.environ:
        return
    without = PLANS[os.environ["PEERGANG_TEST_PLANS"]]
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for one in without:
            connection.execute(sa.text(f"ALTER ROLE CURRENT_USER SET enable_{one} = off"))
    engine.dispose()
