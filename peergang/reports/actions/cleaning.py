"""Files that are a week old go, and so do those that nobody wants or that a killed worker left. A row keeps the key until its
file is really gone.
"""

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from peergang.core import db
from peergang.core.storage import FileMissing, Files
from peergang.reports.models import Report, ReportFile
from peergang.reports.queries.reports import names_erased
from peergang.reports.rules.scratch import remove_left
from peergang.reports.rules.states import LEFT_FOR, LISTED, State

BATCH = 200
ENDED = (State.FAILED, State.EXPIRED, State.REMOVED)


def clean_reports(bind: db.Bind, files: Files, *, now: datetime) -> int:
    """Remove files whose week is over, that were thrown away, that name who was erased or that a killed worker left a day ago,
    and rows that nobody needs any more. The platform does this every hour, and at once for what is thrown away. A place for
    files that is away is tried again the next hour.

    Returns:
        How many files are gone.
    """
    remove_left()
    with db.transaction(bind) as session:
        # A worker that read a name before its erasure could be seen, may have written the file after it.
        over = or_(Report.expires_at <= now, names_erased())
        expired = update(Report).where(Report.state == State.READY, over)
        session.execute(
            expired.values(state=State.EXPIRED, people=[]), execution_options={"synchronize_session": False}
        )
    gone = _remove_files(bind, files) + _remove_left(bind, files, now)
    with db.transaction(bind) as session:
        fileless = delete(Report).where(Report.storage_key.is_(None))
        session.execute(fileless.where(Report.state == State.REMOVED, Report.subscription_id.is_(None)))
        session.execute(fileless.where(Report.state.in_(ENDED), Report.asked_at < now - LISTED))
    return gone


def _remove_files(bind: db.Bind, files: Files) -> int:
    over = Report.state.in_((State.EXPIRED, State.REMOVED)) & Report.storage_key.is_not(None)
    with db.transaction(bind) as session:
        keys = [key for key in session.scalars(select(Report.storage_key).where(over)) if key]
    count = 0
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        files.delete(some)
        gone = [key for key in some if _is_gone(files, key)]
        with db.transaction(bind) as session:
            session.execute(
                update(Report).where(Report.storage_key.in_(gone)).values(storage_key=None, size=0)
            )
        count += len(gone)
    return count


def _remove_left(bind: db.Bind, files: Files, now: datetime) -> int:
    """Remove what was stored and never became a report's. Its line is held meanwhile: who comes to make it one after all waits,
    and finds that it is gone.
    """
    left = select(ReportFile).where(ReportFile.begun_at < now - LEFT_FOR).order_by(ReportFile.begun_at)
    with db.transaction(bind) as session:
        found = session.scalars(left.limit(BATCH).with_for_update(skip_locked=True)).all()
        count = files.delete([one.key for one in found])
        for one in found:
            if _is_gone(files, one.key):
                session.delete(one)
    return count


def _is_gone(files: Files, key: str) -> bool:
    try:
        files.open(key).close()
    except FileMissing:
        return True
    except OSError:
        return False
    return False
