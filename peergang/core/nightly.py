"""What work of the night is allowed that a page is not."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def make_room(session: Session) -> None:
    """Until this transaction ends: statements may take longer than anybody waits for a page, sums fit in memory rather than
    on a disk, and another worker is waited for as long as it takes.
    """
    session.execute(
        text(
            "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),"
            " set_config('work_mem', '64MB', true)"
        )
    )
