"""Adding files to a reflection, taking them away again, and saying what is on them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, literal, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.coursework.models import Attachment, Reflection, VersionAttachment
from peergang.coursework.policy import can_change_reflection, can_write_reflection
from peergang.coursework.queries.access import ReflectionAccess, get_access
from peergang.coursework.queries.attachments import count_usage
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.writing import WritingPlace, get_writing_place
from peergang.coursework.rules import EDITABLE, ReflectionState
from peergang.coursework.rules.drafts import clean_text
from peergang.coursework.rules.files.kinds import MAX_DESCRIPTION
from peergang.coursework.rules.files.room import check_room
from peergang.coursework.rules.going import check_goes_on


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file that was checked and lies in storage already."""

    name: str
    media_type: str
    size: int
    sha256: str
    storage_key: str
    preview_key: str | None = None
    width: int | None = None
    height: int | None = None


def add_attachment(
    session: Session,
    actor: Actor,
    activity_id: UUID,
    file: NewAttachment,
    *,
    cohort_id: UUID | None = None,
    now: datetime,
) -> Attachment:
    """Let a stored file go along with the actor's reflection on `activity_id`; the first one makes the reflection.

    Only a participant of a cohort that does this activity. The revision of the draft stays, so a text that is being
    written is not disturbed. When this refuses, the caller removes the stored file.

    Raises:
        NotFound: when the activity is not one the actor writes about.
        Invalid: `file`: `too_many`, `total_too_large`, `too_many_kept`, or `twice` when this very file is there.
        Conflict: `reflection_state` when it may not be edited (any more), and the reasons of `check_goes_on`.
    """
    place = get_writing_place(session, actor, activity_id, cohort_id)
    require(can_write_reflection(actor, place))
    check_goes_on(place.cohort_state, place.opens_at, now)
    reflection_id = _lock_or_begin(session, place, now)
    check_room(*count_usage(session, reflection_id), file.size)
    _check_new(session, reflection_id, file.sha256)
    made = Attachment(**asdict(file), reflection_id=reflection_id, uploaded_at=now)
    session.add(made)
    session.flush()
    return made


def _check_new(session: Session, reflection_id: UUID, sha256: str) -> None:
    same = select(Attachment.id).where(
        Attachment.reflection_id == reflection_id,
        Attachment.sha256 == sha256,
        Attachment.removed_at.is_(None),
    )
    if session.execute(same).first():
        raise Invalid({"file": "twice"})


def _lock_or_begin(session: Session, place: WritingPlace, now: datetime) -> UUID:
    """The reflection's id, with its row ours until the end: two files at once count each other, and so does submitting."""
    key = {"enrolment_id": place.enrolment_id, "activity_id": place.activity_id}
    first = insert_or(Reflection).values(
        **key, state=ReflectionState.DRAFT, state_since=now, draft_revision=0
    )
    session.execute(first.on_conflict_do_nothing())
    reflection = session.scalars(
        select(Reflection).filter_by(**key).with_for_update(), execution_options={"populate_existing": True}
    ).one()
    if reflection.state not in EDITABLE:
        raise Conflict("reflection_state", state=reflection.state)
    return reflection.id


def remove_attachment(session: Session, actor: Actor, attachment_id: UUID, *, now: datetime) -> Attachment:
    """Let a file no longer go along. Versions that hold it keep it; else it can be put back for a month.

    Only the author, while the reflection may be edited. Twice is fine.

    Raises:
        Conflict: `reflection_state`, and the reasons of `check_goes_on`.
    """
    found = _get_own(session, actor, attachment_id, now)
    found.removed_at = found.removed_at or now
    session.flush()
    return found


def restore_attachment(session: Session, actor: Actor, attachment_id: UUID, *, now: datetime) -> Attachment:
    """Let a removed file go along again. Only the author, while the reflection may be edited. Twice is fine.

    Raises:
        Invalid: `file`: `too_many` or `total_too_large`, when others took its place.
        Conflict: `reflection_state`, and the reasons of `check_goes_on`.
    """
    found = _get_own(session, actor, attachment_id, now)
    if found.removed_at is not None:
        files, total, _kept = count_usage(session, found.reflection_id)
        check_room(files, total, 0, found.size)
        found.removed_at = None
        session.flush()
    return found


def _get_own(session: Session, actor: Actor, attachment_id: UUID, now: datetime) -> Attachment:
    reflection_id = session.scalar(select(Attachment.reflection_id).where(Attachment.id == attachment_id))
    if reflection_id is None:
        raise NotFound
    _open_to_change(session, actor, reflection_id, now)
    found = session.get(Attachment, attachment_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _open_to_change(session: Session, actor: Actor, reflection_id: UUID, now: datetime) -> ReflectionAccess:
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_change_reflection(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    if access.state not in EDITABLE:
        raise Conflict("reflection_state", state=access.state)
    return access


def describe_attachments(
    session: Session, actor: Actor, reflection_id: UUID, descriptions: Mapping[UUID, str], *, now: datetime
) -> ReflectionAccess:
    """Say what is on the photos, for who cannot see them. Versions keep the words they were submitted with.

    Only the author, while the reflection may be edited. Files of other reflections are passed over.

    Raises:
        Invalid: `description`: `description_long`.
        Conflict: `reflection_state`, and the reasons of `check_goes_on`.
    """
    access = _open_to_change(session, actor, reflection_id, now)
    own = select(Attachment).where(
        Attachment.reflection_id == reflection_id, Attachment.id.in_(list(descriptions))
    )
    for one in session.scalars(own):
        words = " ".join(clean_text(descriptions[one.id]).split())
        if len(words) > MAX_DESCRIPTION:
            raise Invalid({"description": "description_long"})
        one.description = words
    session.flush()
    return access


def keep_with_version(session: Session, reflection_id: UUID, version_id: UUID) -> None:
    """Bind the files of a draft to the version that was just made of it, for ever. Part of submitting, under its lock."""
    there = select(literal(version_id), Attachment.id, Attachment.description).where(
        Attachment.reflection_id == reflection_id, Attachment.removed_at.is_(None)
    )
    session.execute(
        insert(VersionAttachment).from_select(["version_id", "attachment_id", "description"], there)
    )
