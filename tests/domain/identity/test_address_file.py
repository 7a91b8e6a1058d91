"""Doing what the government's file of addresses says: once, in a constant number of statements, and quickly."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import address_file as actions
from peergang.identity.actions.mergers import end_institution
from peergang.identity.models import AddressFile, Institution
from peergang.identity.queries.address_file import list_known_schools
from peergang.identity.queries.institutions import find_address_file, find_institution
from peergang.identity.rules.address_file import FileState, compare
from tests.factories.identity import make_institution, make_user
from tests.pace import within

pytestmark = pytest.mark.database

HEAD = "instellingencode;instellingsnaam;plaatsnaam\n"


def run(session: Session, now: datetime, text: str) -> list[str]:
    actions.keep_address_file(
        session, SYSTEM, file_name="map/adressen.csv", content=(HEAD + text).encode("cp1252"), now=now
    )
    return [one.brin for one in actions.apply_address_file(session, SYSTEM, now=now)]


def test_new_renamed_and_moved_and_the_same_file_twice(session: Session, now: datetime) -> None:
    old = make_institution(session, "Oude naam", brin="02AA")
    stays = make_institution(session, "Blijft", brin="03AA")
    gone = make_institution(session, "Weg", brin="04AA")
    end_institution(session, SYSTEM, gone.id, until=date(2026, 8, 1), now=now)
    text = "01AA;Eén;Sluis\n01AA;Eén;Goes\n02AA;Nieuwe naam;Goes\n04AA;Weg anders;Goes\nfout;x;y\n"
    assert run(session, now, text) == ["01AA", "02AA"]
    session.expire_all()
    made = session.scalars(select(Institution).where(Institution.brin == "01AA")).one()
    assert (made.name, made.place, made.other_places) == ("Eén", "Sluis", ["Goes"])
    assert (old.name, old.aliases, old.place) == ("Nieuwe naam", ["Oude naam"], "Goes")
    assert find_institution(session, "oude naam") is old
    assert (stays.name, gone.name) == ("Blijft", "Weg")
    assert run(session, now, text) == []
    assert len(session.scalars(select(Institution)).all()) == 4


def test_a_file_that_is_done_is_wiped_and_cannot_be_applied_again(session: Session, now: datetime) -> None:
    run(session, now, "01AA;Een;Sluis\n")
    kept = session.scalars(select(AddressFile)).one()
    assert (kept.rows, kept.finished_at, kept.file_name) == ([], now, "adressen.csv")
    with pytest.raises(Conflict):
        actions.apply_address_file(session, SYSTEM, now=now)


def test_only_organisers_and_admins_may(session: Session, now: datetime) -> None:
    actor = Actor(user_id=make_user(session).id)
    calls: list[Callable[[], object]] = [
        lambda: actions.keep_address_file(session, actor, file_name="x", content=b"x", now=now),
        lambda: actions.apply_address_file(session, actor, now=now),
        lambda: actions.drop_address_file(session, actor),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_five_thousand_rows_are_quick_and_cost_no_more_statements(
    session: Session, now: datetime, count_queries: Callable[[], list[str]]
) -> None:
    def lines(number: int, name: str) -> str:
        return "".join(
            f"{i // 676:02d}{chr(65 + i // 26 % 26)}{chr(65 + i % 26)};{name} {i};Plaats {i}\n"
            for i in range(number)
        )

    def cost(number: int, name: str) -> int:
        count_queries().clear()
        assert len(run(session, now, lines(number, name))) == number
        return len(count_queries())

    few = max(cost(3, "School"), cost(3, "Andere"))
    assert cost(300, "Derde") <= few + 1, "adding and renaming at once"
    actions.keep_address_file(
        session, SYSTEM, file_name="x", content=(HEAD + lines(5000, "Nog anders")).encode(), now=now
    )
    with within(2):
        waiting = find_address_file(session)
        assert waiting is not None
        found = compare(waiting.rows, list_known_schools(session))
    assert sum(one.state == FileState.NEW for one in found) == 4700
    count_queries().clear()
    actions.apply_address_file(session, SYSTEM, now=now)
    assert len(count_queries()) <= few + 1
