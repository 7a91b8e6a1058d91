"""The institutions that ask for attention, as lines of the participation page."""

from typing import Any

from peergang.identity.rules import full_name
from peergang.progress.queries.attention import Attention


def show_attention(one: Attention) -> dict[str, Any]:
    """What templates/progress/attention.html draws of one institution."""
    return {
        "id": one.institution_id,
        "name": one.name,
        "reasons": one.reasons,
        "contact": next(
            (full_name(who.given_name, who.name_particle, who.family_name) for who in one.contacts), ""
        ),
        "last_call": one.last_call,
        "is_talked_about": one.is_talked_about,
    }
