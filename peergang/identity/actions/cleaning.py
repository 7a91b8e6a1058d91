"""What is kept no longer than it serves: sign-ins and links that are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from peergang.identity.models import (
    EmailChange,
    HalfSignIn,
    InstitutionArrival,
    InstitutionTrip,
    KeptForm,
    PasskeyChallenge,
    SignInSession,
    SingleUseToken,
    Totp,
)

UNCONFIRMED = timedelta(days=1)
KEPT = timedelta(days=30)
"""Long enough to answer "was that me?" and to say kindly that a link has expired."""


def forget_what_is_over(session: Session, *, now: datetime) -> int:
    """Remove sign-ins and single-use links that ended more than KEPT ago; the platform itself does this every night.

    Returns:
        How many rows were removed.
    """
    before = now - KEPT
    over = (
        delete(SignInSession).where(
            or_(SignInSession.expires_at < before, SignInSession.revoked_at < before)
        ),
        delete(SingleUseToken).where(
            or_(SingleUseToken.expires_at < before, SingleUseToken.used_at < before)
        ),
        # Nobody asks about these afterwards: a question to a passkey, half a sign-in, an app that was never confirmed.
        delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now),
        delete(HalfSignIn).where(HalfSignIn.expires_at < now),
        delete(InstitutionTrip).where(InstitutionTrip.expires_at < now),
        delete(InstitutionArrival).where(InstitutionArrival.expires_at < now),
        delete(KeptForm).where(KeptForm.expires_at < now),
        delete(EmailChange).where(EmailChange.changed_at < before),
        delete(Totp).where(Totp.confirmed_at.is_(None), Totp.created_at < now - UNCONFIRMED),
    )
    options = {"synchronize_session": False}
    return sum(session.execute(one, execution_options=options).rowcount for one in over)  # type: ignore[attr-defined]
