"""Files at a reflection: what a page shows of them, and what is needed to open one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, null, select
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.prepared import Prepared
from peergang.coursework.models import Attachment, ReflectionVersion, VersionAttachment


class ShownAttachment(NamedTuple):
    """A file on a page. `removed_at` is set for one that was just taken away and can still be put back."""

    attachment_id: UUID
    name: str
    media_type: str
    size: int
    description: str
    width: int | None
    height: int | None
    removed_at: datetime | None

    @property
    def is_photo(self) -> bool:
        """Whether a small picture of it can be shown."""
        return self.width is not None

    @property
    def preview_size(self) -> tuple[int, int]:
        """Width and height of the small picture, so that a page does not jump when it comes in."""
        width, height = self.width or 1, self.height or 1
        scale = min(1.0, 480 / max(width, height))
        return max(1, round(width * scale)), max(1, round(height * scale))


class StoredAttachment(NamedTuple):
    """What it takes to open a file. `is_submitted`: some version holds it, so others than the author may read it."""

    reflection_id: UUID
    name: str
    media_type: str
    storage_key: str
    preview_key: str | None
    is_submitted: bool


class Usage(NamedTuple):
    """How much a reflection holds: files that go along, their bytes, and all rows with what was removed."""

    files: int
    total: int
    kept: int


# In the order of ShownAttachment, but for the description and the last.
_SHOWN = (Attachment.id, Attachment.name, Attachment.media_type, Attachment.size)
_MEASURES = (Attachment.width, Attachment.height, Attachment.removed_at)

_OF_VERSION = Prepared(
    select(*_SHOWN, VersionAttachment.description, *_MEASURES[:-1], null())
    .join(VersionAttachment, VersionAttachment.attachment_id == Attachment.id)
    .where(VersionAttachment.version_id == bindparam("version_id"))
    .order_by(Attachment.uploaded_at, Attachment.id)
)


def list_draft_attachments(
    session: Session, reflection_id: UUID | None, *, removed_since: datetime
) -> Sequence[ShownAttachment]:
    """The files that go along with the next version, and those that were removed since, in the order they came."""
    if reflection_id is None:
        return []
    statement = (
        select(*_SHOWN, Attachment.description, *_MEASURES)
        .where(
            Attachment.reflection_id == reflection_id,
            Attachment.removed_at.is_(None) | (Attachment.removed_at > removed_since),
        )
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return [ShownAttachment._make(row) for row in session.execute(statement)]


def list_version_attachments(session: Session, version_id: UUID) -> Sequence[ShownAttachment]:
    """The files that were there when a version was submitted, in the order they came. Ask first who may read the version."""
    return _OF_VERSION.each(ShownAttachment, session, version_id=version_id)


def get_stored_attachment(session: Session, attachment_id: UUID) -> StoredAttachment:
    """What it takes to open a file; ask the policy about its reflection first.

    Raises:
        NotFound: when there is no such file.
    """
    submitted = select(VersionAttachment).where(VersionAttachment.attachment_id == Attachment.id).exists()
    row = session.execute(
        select(
            Attachment.reflection_id,
            Attachment.name,
            Attachment.media_type,
            Attachment.storage_key,
            Attachment.preview_key,
            submitted,
        ).where(Attachment.id == attachment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return StoredAttachment._make(row)


def count_usage(session: Session, reflection_id: UUID | None) -> Usage:
    """How much a reflection holds; nothing before there is one."""
    stays = Attachment.removed_at.is_(None)
    row = session.execute(
        select(
            func.count().filter(stays),
            func.coalesce(func.sum(Attachment.size).filter(stays), 0),
            func.count(),
        ).where(Attachment.reflection_id == reflection_id)
    ).one()
    return Usage(*map(int, row))


def has_latest_attachments(session: Session, reflection_id: UUID, latest: int) -> bool:
    """Whether the files of the draft are exactly those of the version numbered `latest`, described in the same words."""
    draft = select(Attachment.id, Attachment.description).where(
        Attachment.reflection_id == reflection_id, Attachment.removed_at.is_(None)
    )
    submitted = (
        select(VersionAttachment.attachment_id, VersionAttachment.description)
        .join(ReflectionVersion, ReflectionVersion.id == VersionAttachment.version_id)
        .where(ReflectionVersion.reflection_id == reflection_id, ReflectionVersion.number == latest)
    )
    return {tuple(row) for row in session.execute(draft)} == {
        tuple(row) for row in session.execute(submitted)
    }
