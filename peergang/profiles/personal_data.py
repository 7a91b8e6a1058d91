"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.profiles.actions import erase_profile
from peergang.profiles.models import Profile, ProfileSubject

COLUMNS: dict[str, str] = {
    "profile.user_id": "Exported whole; removed at erasure with its subjects (erase_profile): nothing else depends on it.",
    "profile_subject.user_id": "Exported whole; removed at erasure.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What somebody told about themselves, and to whom."""
    profile = select(Profile.about, Profile.contact, Profile.visibility, Profile.saved_at)
    subjects = select(ProfileSubject.code, ProfileSubject.kind)
    return {
        "profile": read_plain(session, profile.where(Profile.user_id == user_id)),
        "subjects": read_plain(
            session, subjects.where(ProfileSubject.user_id == user_id).order_by(ProfileSubject.code)
        ),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Remove it all. The keys of files to remove: none."""
    erase_profile(session, user_id)
    return []
