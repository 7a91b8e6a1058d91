"""Use cases about what people tell about themselves."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.rules import clean_text
from peergang.profiles.models import Profile, ProfileSubject
from peergang.profiles.policy import can_change_profile, can_view_profile
from peergang.profiles.queries import ProfileView, get_profile
from peergang.profiles.rules import (
    ABOUT_MAX_LENGTH,
    CONTACT_MAX_LENGTH,
    SubjectKind,
    Visibility,
    one_of_each,
)


def open_profile(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> ProfileView:
    """Look at what somebody tells about themselves: whom they chose, and themselves. It changes nothing.

    Raises:
        NotFound: when there is no such person, or their account is closed.
        Forbidden: when they do not show it to the actor.
    """
    shown = get_profile(session, user_id, local_date(now))
    require(can_view_profile(actor, user_id, shown.visibility, shown.cohorts, shown.follows))
    return shown


def save_profile(
    session: Session,
    actor: Actor,
    user_id: UUID,
    *,
    about: str,
    contact: str,
    visibility: str,
    expertise: Collection[str],
    interest: Collection[str],
    now: datetime,
) -> None:
    """Tell something about oneself, and choose who sees it; everybody their own. It holds from this moment on.

    A subject that is chosen twice counts as expertise; a code that is no subject is left out.

    Raises:
        Forbidden: for another person, whatever one's role.
        Invalid: {"about": "long"}, {"contact": "long"}, {"visibility": "unknown"}.
    """
    require(can_change_profile(actor, user_id))
    words, line = clean_text(about), clean_text(contact)
    _check(words, line, visibility)
    values = {"about": words, "contact": line, "visibility": str(visibility), "saved_at": now}
    # The row stays locked until the end, so of two windows that save at once the last one's subjects stand, not a mixture.
    session.execute(
        insert(Profile)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values)
    )
    _choose_subjects(
        session, user_id, one_of_each({SubjectKind.EXPERTISE: expertise, SubjectKind.INTEREST: interest})
    )


def _check(words: str, line: str, visibility: str) -> None:
    problems = {}
    if len(words) > ABOUT_MAX_LENGTH:
        problems["about"] = "long"
    if len(line) > CONTACT_MAX_LENGTH:
        problems["contact"] = "long"
    if visibility not in set(Visibility):
        problems["visibility"] = "unknown"
    if problems:
        raise Invalid(problems)


def _choose_subjects(session: Session, user_id: UUID, chosen: Mapping[str, SubjectKind]) -> None:
    session.execute(delete(ProfileSubject).where(ProfileSubject.user_id == user_id))
    if chosen:
        rows = [{"user_id": user_id, "code": code, "kind": str(kind)} for code, kind in chosen.items()]
        session.execute(insert(ProfileSubject).values(rows))


def hide_profile(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """Show one's profile to nobody but one's trainers, from this moment on; everybody their own.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_profile(actor, user_id))
    profile = session.get(Profile, user_id, with_for_update=True)
    if profile is not None:
        profile.visibility, profile.saved_at = Visibility.TRAINERS, now


def erase_profile(session: Session, user_id: UUID) -> None:
    """Remove everything somebody told; called by erasure, after its own policy."""
    session.execute(delete(Profile).where(Profile.user_id == user_id))
