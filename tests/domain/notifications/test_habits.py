"""What is known of people when their mail is judged."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from peergang.notifications.actions.habits import read_habits
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("urgencies", "counted"),
    [([1], 1), ([1, 2, 0], 1), ([3], 0), ([1, 3], 0), ([4], 0)],
    ids=["one", "a bundle", "must", "a bundle with what must be known", "account"],
)
def test_a_message_costs_what_it_did_when_it_was_judged(
    session: Session, now: datetime, urgencies: list[int], counted: int
) -> None:
    """Where something goes along with what MUST be known, the message asked for no room and takes none."""
    user, other = make_user(session), make_user(session)
    mail_id = uuid4()
    for urgency in urgencies:
        make_notice(session, user, now, state="sent", urgency=urgency, mail_id=mail_id, handed_over_at=now)
    make_notice(session, other, now, state="sent", mail_id=uuid4(), handed_over_at=now)
    found = read_habits(session, [user.id, other.id], now=now)
    assert (found[user.id].mailed, found[other.id].mailed) == (counted, 1)


@pytest.mark.parametrize(
    ("more", "days", "counted"),
    [
        ({"state": "claimed", "claimed_by": "w"}, 0, 1),
        ({"state": "uncertain"}, 6, 1),
        ({"state": "failed"}, 0, 0),
        ({"state": "sent"}, 7, 0),
        ({"state": "sent", "mail_id": None}, 0, 0),
    ],
)
def test_what_may_have_arrived_this_week_counts(
    session: Session, now: datetime, more: dict[str, Any], days: int, counted: int
) -> None:
    user = make_user(session)
    values = {"mail_id": uuid4(), "handed_over_at": now - timedelta(days=days), "claimed_at": now} | more
    make_notice(session, user, now, **values)
    assert read_habits(session, [user.id], now=now)[user.id].mailed == counted
