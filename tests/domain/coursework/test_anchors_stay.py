"""A comment stays at the words of the version it was made on, whatever the author submits afterwards."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.orm import Session

from peergang.core.prose import parse_prose
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.rules.anchors import Quote, find_anchor, make_quote
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, submit

PIECES = st.sampled_from(
    [
        "Ik *zag* het **gebeuren**. ",
        "Ik zag het gebeuren. ",
        "\n\n- ene\n- andere\n\n",
        "\n\n> Zij zei niets.\n\n",
        "[een plek](https://plek.example) ",
        "’t Bord, <b>niet</b> vet & 100 % ",
        "\n\n1. eerst\n2. dan\n\n",
        "café 😀 ",
    ]
)
ANSWER = st.lists(PIECES, min_size=1, max_size=8).map("".join)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_anchors_survive_on_the_version_they_belong_to(
    session: Session, now: datetime, room: Class, data: st.DataObject
) -> None:
    outer = session.begin_nested()
    placed: dict[object, tuple[object, str]] = {}
    reflection_id = None
    for number in range(data.draw(st.integers(2, 4))):
        answer = data.draw(ANSWER) + f" Slot {number}."
        moment = now + timedelta(minutes=number)
        if reflection_id is None:
            version = make_submitted(
                session,
                room.author,
                moment,
                audience="cohort",
                answers={"bereiken": answer, "gezien": "Dat."},
            )
            reflection_id = version.reflection_id
        else:
            version = submit(session, session.get_one(Reflection, reflection_id), moment, bereiken=answer)
        prose = parse_prose(version.answers["bereiken"])
        for giver in (room.trainer, room.peer):
            start = data.draw(st.integers(0, len(prose.plain) - 1))
            end = data.draw(st.integers(start + 1, len(prose.plain)))
            words = prose.plain[start:end]
            if not words.strip():
                continue
            quote = make_quote(prose.plain, start, end)
            made = add_comment(
                session, actor_of(session, giver), version.id, "bereiken", quote, "Welke?", now=moment
            )
            placed[made.id] = (version.id, words)
    session.expire_all()
    found = set()
    versions = session.scalars(sa.select(ReflectionVersion).filter_by(reflection_id=reflection_id)).all()
    for version in versions:
        prose = parse_prose(version.answers["bereiken"])
        for who in (room.trainer, room.peer):
            for one in list_comments(session, version.id, who.user_id, others=False):
                version_id, words = placed[one.comment_id]
                span = find_anchor(prose, Quote(one.quote, one.prefix, one.suffix))
                assert version_id == version.id, "a comment moved to another version"
                assert span is not None, "the words it was about are not found"
                assert prose.plain[slice(*span)].split() == words.split()
                found.add(one.comment_id)
    assert found == set(placed)
    outer.rollback()
    session.expire_all()
