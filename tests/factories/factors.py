"""What people have beside a password."""

from datetime import datetime, timedelta
from secrets import token_bytes

import pyotp
from sqlalchemy.orm import Session

from peergang.core.sealing import Seal
from peergang.identity.models import Passkey, RecoveryCode, Totp, User
from peergang.identity.rules.second_factor import normal_code

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_totp(session: Session, user: User, seal: Seal, now: datetime, *, confirmed: bool = True) -> Totp:
    """An app with codes that shows what `code_at` says."""
    totp = Totp(
        user_id=user.id,
        secret=seal.close(SECRET.encode(), user.id.bytes),
        created_at=now - timedelta(days=30),
        confirmed_at=now - timedelta(days=30) if confirmed else None,
    )
    session.add(totp)
    session.flush()
    return totp


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the app shows at that moment."""
    return pyotp.TOTP(secret).at(moment)


def make_passkey(session: Session, user: User, now: datetime, name: str = "Laptop") -> Passkey:
    """A passkey that nobody holds."""
    passkey = Passkey(
        user_id=user.id,
        credential_id=token_bytes(16),
        public_key=b"none",
        sign_count=0,
        name=name,
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey


def make_recovery_codes(session: Session, user: User, seal: Seal, now: datetime, *codes: str) -> None:
    """These codes, unused."""
    session.add_all(
        RecoveryCode(
            user_id=user.id, code_hash=seal.fingerprint(normal_code(code), user.id.bytes), created_at=now
        )
        for code in codes
    )
    session.flush()
