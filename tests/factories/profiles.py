"""What people tell about themselves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peergang.identity.models import User
from peergang.profiles.models import Profile, ProfileSubject


def make_profile(
    session: Session,
    user: User,
    now: datetime,
    *,
    visibility: str = "network",
    about: str = "Ik help teams met toetsen.",
    expertise: Sequence[str] = (),
    interest: Sequence[str] = (),
) -> Profile:
    profile = Profile(user_id=user.id, about=about, visibility=visibility, saved_at=now)
    session.add(profile)
    session.flush()
    for kind, codes in (("expertise", expertise), ("interest", interest)):
        session.add_all(ProfileSubject(user_id=user.id, code=code, kind=kind) for code in codes)
    session.flush()
    return profile
