"""What is kept no longer than it serves: files that were taken away, files without a row, and those of who is erased."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.storage import Files
from peergang.coursework.models import Attachment, Reflection, VersionAttachment

log = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
"""As long as a file that was taken away, or whose row never came, stays: also a backup of the database may be that old."""

BATCH = 500
FEW = 20
"""Files without a row that are no reason to doubt the database."""


def forget_removed_attachments(session: Session, *, now: datetime) -> list[str]:
    """Forget files that were taken away more than KEPT ago and that no version holds. The platform does this every night.

    Returns:
        The keys of the files to remove once this is committed.
    """
    held = select(VersionAttachment).where(VersionAttachment.attachment_id == Attachment.id).exists()
    over = delete(Attachment).where(Attachment.removed_at < now - KEPT, ~held)
    rows = session.execute(
        over.returning(Attachment.storage_key, Attachment.preview_key),
        execution_options={"synchronize_session": False},
    ).all()
    return [key for row in rows for key in row if key]


def remove_orphans(session: Session, files: Files, *, now: datetime) -> int:
    """Remove files of more than KEPT ago that no row knows: after a crash between storing and writing the row, or after a
    cleaning that could not reach them. The platform does this every night.

    When most files are without a row, it is the database that is wrong (an empty one, say), and nothing is removed.

    Returns:
        How many were removed.
    """
    files.delete_unfinished(now - KEPT)
    old = [one.key for one in files.walk() if one.since < now - KEPT]
    orphans: list[str] = []
    for start in range(0, len(old), BATCH):
        keys = old[start : start + BATCH]
        orphans += set(keys) - _known(session, keys)
    # Two strays are possible in a new installation; that nothing at all is known is not.
    unknown = len(orphans) == len(old) > 2
    if unknown or len(orphans) > max(FEW, len(old) // 2):
        log.error("files_without_rows", orphans=len(orphans), files=len(old))
        return 0
    return files.delete(orphans)


def _known(session: Session, keys: list[str]) -> set[str]:
    """Which of these keys a row knows."""
    found: set[str] = set()
    for column in (Attachment.storage_key, Attachment.preview_key):
        found |= {key for key in session.scalars(select(column).where(column.in_(keys))) if key}
    return found


def erase_attachments(session: Session, user_id: UUID) -> list[str]:
    """Forget every file that somebody added, also of submitted versions; called by erasure, after its own policy.

    Returns:
        The keys of the files to remove once this is committed (Files.delete).
    """
    own = (
        select(Attachment.id)
        .join(Reflection, Reflection.id == Attachment.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == user_id)
    )
    session.execute(text("SET LOCAL peergang.erasing = 'on'"))
    unhook = {"synchronize_session": False}
    session.execute(
        delete(VersionAttachment).where(VersionAttachment.attachment_id.in_(own)), execution_options=unhook
    )
    gone = delete(Attachment).where(Attachment.id.in_(own))
    rows = session.execute(
        gone.returning(Attachment.storage_key, Attachment.preview_key), execution_options=unhook
    ).all()
    session.execute(text("SET LOCAL peergang.erasing = 'off'"))
    session.expire_all()
    return [key for row in rows for key in row if key]
