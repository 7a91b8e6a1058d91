"""Selects about forms that were kept."""

import json
import zlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.core.sealing import Seal, Unreadable
from peergang.identity.models import KeptForm
from peergang.identity.rules.kept_forms import SentForm


def find_kept_form(
    session: Session, actor: Actor, form_id: UUID, seal: Seal, *, now: datetime
) -> SentForm | None:
    """What the actor sent when their session had ended; None when it is somebody else's, arrived already, or too old."""
    content = session.scalar(
        select(KeptForm.content).where(
            KeptForm.id == form_id, KeptForm.user_id == actor.user_id, KeptForm.expires_at > now
        )
    )
    if content is None or actor.user_id is None:
        return None
    try:
        plain = json.loads(zlib.decompress(seal.open(content, actor.user_id.bytes)))
    except Unreadable:
        return None  # The secret of this installation was changed meanwhile.
    return SentForm(plain["target"], plain["page"], [(name, value) for name, value in plain["fields"]])
