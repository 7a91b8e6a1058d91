"""Keeping what was sent just after a session had ended."""

import json
import zlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.core.sealing import Seal
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import KeptForm, SignInSession, User
from peergang.identity.rules.kept_forms import KEPT_FOR, MOST, SentForm


def keep_form(session: Session, token: str, form: SentForm, seal: Seal, *, now: datetime) -> UUID | None:
    """Keep what a browser sent that holds the token of a session that ended. It is for the person of that session alone,
    whoever signs in there next.

    Returns:
        Under which id, or None when nobody is known to whom it belongs.
    """
    owner = session.scalar(
        select(SignInSession.user_id)
        .join(User, User.id == SignInSession.user_id)
        .where(SignInSession.token_hash == hash_token(token), User.deactivated_at.is_(None))
    )
    if owner is None:
        return None
    plain = json.dumps({"target": form.target, "page": form.page, "fields": list(form.fields)})
    content = seal.close(zlib.compress(plain.encode()), owner.bytes)
    kept = KeptForm(user_id=owner, content=content, created_at=now, expires_at=now + KEPT_FOR)
    session.add(kept)
    session.flush()
    newest = (
        select(KeptForm.id).where(KeptForm.user_id == owner).order_by(KeptForm.created_at.desc(), KeptForm.id)
    )
    session.execute(
        delete(KeptForm).where(KeptForm.user_id == owner, KeptForm.id.not_in(newest.limit(MOST))),
        execution_options={"synchronize_session": False},
    )
    return kept.id


def drop_kept_form(session: Session, actor: Actor, form_id: UUID) -> None:
    """Forget what was kept: it arrived, or its sender lets it go. Another person's is left as it is."""
    session.execute(delete(KeptForm).where(KeptForm.id == form_id, KeptForm.user_id == actor.user_id))
