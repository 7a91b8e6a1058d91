"""Institutions: every name leads to one of them."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions.institutions import change_institution, create_institution
from peergang.identity.queries.institutions import (
    find_institution,
    list_institution_keys,
    list_institutions,
)
from peergang.identity.rules import match_key
from tests.factories.identity import make_affiliation, make_institution, make_user

pytestmark = pytest.mark.database


def details(**more: Any) -> dict[str, Any]:
    return {
        "brin": "25lx",
        "name": "ROC de Waterkant",
        "aliases": ["RdW", "Waterkant"],
        "place": "Sluis",
    } | more


def test_an_institution_is_found_by_all_its_names(session: Session, now: datetime) -> None:
    made = create_institution(session, SYSTEM, **details(), now=now)
    assert made.brin == "25LX"
    keys = list_institution_keys(session)
    for text in ("25LX", " 25lx", "roc  DE waterkant", "ROC-de-Wáterkant", "rdw", "WATERKANT "):
        found = find_institution(session, text)
        assert found is not None, text
        assert found.id == keys[match_key(text)] == made.id
    for text in ("", "ROC", "25LY", "%", "\x00", "'; DROP TABLE"):
        assert find_institution(session, text) is None


def test_a_brin_wins_over_a_name_and_a_name_over_an_alias(session: Session) -> None:
    one, two = make_institution(session, "25LX", brin="11AA"), make_institution(session, "Twee", brin="25LX")
    one.aliases = ["Twee"]
    session.flush()
    assert find_institution(session, "25lx") is two
    assert find_institution(session, "twee") is two
    keys = list_institution_keys(session)
    assert keys["25lx"] == keys["twee"] == two.id


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"brin": "25L"}, {"brin": "brin_shape"}),
        ({"brin": ""}, {"brin": "brin_shape"}),
        ({"brin": "11aa"}, {"brin": "brin_taken"}),
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "bestaande  SCHOOL"}, {"name": "name_taken"}),
        ({"aliases": ["Bekend"]}, {"aliases": "alias_taken"}),
        ({"aliases": ["11AA"], "name": ""}, {"name": "name_missing", "aliases": "alias_taken"}),
    ],
)
def test_what_is_refused(
    session: Session, now: datetime, change: dict[str, Any], problems: dict[str, str]
) -> None:
    existing = make_institution(session, "Bestaande school", brin="11AA")
    existing.aliases = ["bekend"]
    session.flush()
    with pytest.raises(Invalid) as refusal:
        create_institution(session, SYSTEM, **details(**change), now=now)
    assert refusal.value.problems == problems
    assert len(list_institutions(session, now.date())) == 1


def test_a_former_name_stays_as_an_alias(session: Session, now: datetime) -> None:
    made = create_institution(
        session, SYSTEM, **details(aliases=["RDW", "rdw", " ", "ROC de waterkant"]), now=now
    )
    assert made.aliases == ["RDW"]
    change_institution(
        session, SYSTEM, made.id, **details(name="Waterkant College", aliases=made.aliases), now=now
    )
    assert made.aliases == ["RDW", "ROC de Waterkant"]
    found = find_institution(session, "roc de waterkant")
    assert found is made
    # Saving without a change leaves everything as it was.
    change_institution(session, SYSTEM, made.id, **details(name=made.name, aliases=made.aliases), now=now)
    assert (made.name, made.aliases) == ("Waterkant College", ["RDW", "ROC de Waterkant"])


def test_only_organisers_and_admins_may(session: Session, now: datetime) -> None:
    school = make_institution(session)
    person = make_user(session).id
    some = frozenset({school.id})
    for actor in (Actor(user_id=person), Actor(user_id=person, trains=some, follows=some, contact_of=some)):
        with pytest.raises(Forbidden):
            create_institution(session, actor, **details(), now=now)
        with pytest.raises(Forbidden):
            change_institution(session, actor, school.id, **details(), now=now)
    with pytest.raises(NotFound):
        change_institution(session, SYSTEM, make_user(session).id, **details(), now=now)


def test_the_list_counts_who_works_there_now(session: Session, now: datetime) -> None:
    school, other = make_institution(session, "Alfa"), make_institution(session, "bèta")
    for place in (school, school, other):
        make_affiliation(session, make_user(session), place)
    gone = make_affiliation(session, make_user(session), school)
    gone.valid_until = now.date()
    session.flush()
    assert [(one.name, one.people) for one in list_institutions(session, now.date())] == [
        ("Alfa", 2),
        ("bèta", 1),
    ]


def test_searching_looks_at_every_name(session: Session, now: datetime) -> None:
    create_institution(session, SYSTEM, **details(), now=now)
    make_institution(session, "Andere school", brin="11AA")
    for word in ("water", "RDW", "25l", "sluis"):
        assert [one.name for one in list_institutions(session, now.date(), word)] == ["ROC de Waterkant"], (
            word
        )
    assert list_institutions(session, now.date(), "%") == []
    assert list_institutions(session, now.date(), "_") == []
