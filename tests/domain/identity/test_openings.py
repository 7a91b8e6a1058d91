"""Who saw whose data is written down, however many there are."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.actions.openings import record_opening
from peergang.identity.models import DataOpening, User
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database

MANY = 9_400
"""More than PostgreSQL takes parameters for in one statement, at seven for each."""


def test_a_whole_network_fits(session: Session, now: datetime) -> None:
    viewer = Actor(make_organiser(session).id, is_organiser=True)
    people = [
        {
            "id": uuid4(),
            "given_name": "Anna",
            "name_particle": "",
            "family_name": "Proef",
            "sort_key": "proef anna",
            "email": f"veel{number}@school.example",
        }
        for number in range(MANY)
    ]
    session.execute(insert(User), people)
    ids = [one["id"] for one in people]
    for _ in range(2):
        record_opening(session, viewer, ids, "people", now=now)  # type: ignore[arg-type]
    assert session.scalar(select(func.count()).select_from(DataOpening)) == MANY
