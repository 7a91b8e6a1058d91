"""The government's file of addresses: reading it, and doing what it says."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.institutions import other_names
from peergang.identity.models import AddressFile, Institution
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries.address_file import list_known_schools
from peergang.identity.queries.institutions import find_address_file
from peergang.identity.rules.address_file import Difference, FileState, compare, read_address_file

MOST_BYTES = 8 * 1024 * 1024
CHANGES = (FileState.RENAMED, FileState.MOVED)


def keep_address_file(
    session: Session, actor: Actor, *, file_name: str, content: bytes, now: datetime
) -> AddressFile:
    """Keep the rows of a file for a decision; no institution changes yet. A file that waited is replaced. For organisers
    and admins.

    Raises:
        Forbidden: for anybody else. UnreadableFile (an Invalid): {"file": code}. Invalid: {"file": "too_large"}.
    """
    require(can_manage_institutions(actor))
    if len(content) > MOST_BYTES:
        raise Invalid({"file": "too_large"})
    rows = read_address_file(content)
    drop_address_file(session, actor)
    kept = AddressFile(
        created_by_id=actor.user_id, created_at=now, file_name=file_name.rsplit("/", 1)[-1][:120], rows=rows
    )
    session.add(kept)
    session.flush()
    return kept


def drop_address_file(session: Session, actor: Actor) -> None:
    """Throw away the file that waits; for organisers and admins.

    Raises:
        Forbidden: for anybody else.
    """
    require(can_manage_institutions(actor))
    session.execute(
        delete(AddressFile)
        .where(AddressFile.finished_at.is_(None))
        .execution_options(synchronize_session=False)
    )


def apply_address_file(session: Session, actor: Actor, *, now: datetime) -> Sequence[Difference]:
    """Do what the file that waits says: add what is new, rename, and move. What is no longer in it stays, and so does what
    merged or ended. Gives the differences that were applied. For organisers and admins.

    Two files at one moment, or the same file twice, change nothing the second time. A constant number of statements.

    Raises:
        Forbidden: for anybody else. Conflict: `file_done` when no file waits.
    """
    require(can_manage_institutions(actor))
    waiting = find_address_file(session, lock=True)
    if waiting is None:
        raise Conflict("file_done")
    found = compare(waiting.rows, list_known_schools(session))
    new = [one for one in found if one.state == FileState.NEW]
    changed = [one for one in found if one.state in CHANGES]
    if new:
        session.execute(
            insert(Institution).on_conflict_do_nothing(index_elements=["brin"]), [_row(one) for one in new]
        )
    if changed:
        session.execute(update(Institution), [_change(one) for one in changed])
    waiting.rows, waiting.finished_at = [], now
    session.flush()
    details = {"new": len(new), "changed": len(changed)}
    record_audit(session, actor, "address_file_applied", "address_file", waiting.id, details, now=now)
    return [*new, *changed]


def _row(one: Difference) -> dict[str, object]:
    return {
        "brin": one.brin,
        "name": one.name,
        "place": one.place,
        "other_places": list(one.other_places),
        "aliases": [],
    }


def _change(one: Difference) -> dict[str, object]:
    """A former name stays as an alias, so that lists that still use it go on matching. A file without a place says nothing
    about places.
    """
    assert one.known is not None
    moved = one.state == FileState.MOVED or one.also_moved
    aliases = [*one.known.aliases, one.known.name]
    return {
        "id": one.known.id,
        "name": one.name,
        "aliases": other_names(aliases, one.name),
        "place": one.place if moved else one.known.place,
        "other_places": list(one.other_places if moved else one.known.other_places),
    }
