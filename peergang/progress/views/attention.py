"""The institutions that ask for attention, as lines of the participation page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peergang.identity.rules import full_name
from peergang.progress.queries.participation import list_contacts
from peergang.progress.rules.asking import Attention


def show_attention(session: Session, shown: Sequence[Attention]) -> list[dict[str, Any]]:
    """What templates/progress/attention.html draws of these institutions: also whom to call."""
    names: dict[str, str] = {}
    # An empty list still costs its statement: the number of statements must not depend on how things go.
    for who in list_contacts(session, [one.institution_id for one in shown]):
        names.setdefault(who.institution_id, full_name(who.given_name, who.name_particle, who.family_name))
    return [_show(one, names.get(one.institution_id, "")) for one in shown]


def _show(one: Attention, contact: str) -> dict[str, Any]:
    return {
        "id": one.institution_id,
        "name": one.name,
        "reasons": one.reasons,
        "contact": contact,
        "last_call": one.last_call,
        "is_talked_about": one.is_talked_about,
    }
