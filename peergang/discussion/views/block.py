"""The few lines about conversations on the page of a module and of a meeting, whichever feature draws that page."""

from dataclasses import dataclass
from uuid import UUID

from peergang.core.db import Rows
from peergang.discussion.policy import can_join_discussion
from peergang.discussion.queries.threads import list_latest
from peergang.discussion.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class Block:
    """The latest conversations of a place; columns of `latest` as `list_latest` gives them."""

    latest: Rows
    threads: int
    new: int


@bp.app_template_global("discussion_block")
def discussion_block(
    cohort_id: UUID | None, module_id: UUID | None = None, meeting_id: UUID | None = None
) -> Block | None:
    """What is said at a place, for who may read it; None for others. One statement."""
    actor = current_actor()
    if cohort_id is None or actor.user_id is None or not can_join_discussion(actor, cohort_id):
        return None
    rows = list_latest(reading(), actor.user_id, cohort_id, module_id, meeting_id)
    if not rows:
        return Block((), 0, 0)
    return Block(rows, rows[0].threads, int(rows[0].all_new))
