"""Loading content: whole or not at all, and a new edition only when something changed."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden
from peergang.core.permissions import SYSTEM, Actor
from peergang.curriculum.actions import checksum_of, load_edition
from peergang.curriculum.content import schema
from peergang.curriculum.content.markdown import plain
from peergang.curriculum.content.source import read_programmes
from peergang.curriculum.models import Activity, ConversationQuestion, Edition, Module, Topic

CONTENT = Path(__file__).parents[3] / "content"


@pytest.fixture(scope="module")
def peergang() -> schema.Programme:
    [found] = [one for one in read_programmes(CONTENT) if one.header.slug == "peergang"]
    return found


def retitled(programme: schema.Programme, title: str) -> schema.Programme:
    header = programme.header.model_copy(update={"title": schema.Bilingual(nl=title, en=title)})
    return programme.model_copy(update={"header": header})


def test_everything_of_a_programme_is_stored(
    session: Session, peergang: schema.Programme, now: datetime
) -> None:
    load_edition(session, SYSTEM, peergang, now=now)
    counts = {
        model: session.scalar(select(func.count()).select_from(model)) for model in (Module, Topic, Activity)
    }
    assert counts[Module] == 5
    assert counts[Topic] == 19
    assert counts[Activity] == sum(len(module.activities) for module in peergang.modules)
    questions = session.scalar(select(func.count()).select_from(ConversationQuestion))
    assert questions == sum(
        len(topic.header.questions) for module in peergang.modules for topic in module.topics
    )


def test_the_same_content_twice_makes_one_edition(
    session: Session, peergang: schema.Programme, now: datetime
) -> None:
    first = load_edition(session, SYSTEM, peergang, now=now)
    second = load_edition(session, SYSTEM, peergang, now=now)
    assert (first.number, first.is_new) == (1, True)
    assert (second.number, second.is_new) == (1, False)


def test_a_change_makes_a_new_edition_and_leaves_the_old_one(
    session: Session, peergang: schema.Programme, now: datetime
) -> None:
    load_edition(session, SYSTEM, peergang, now=now)
    second = load_edition(session, SYSTEM, retitled(peergang, "Nieuwe titel"), now=now)
    assert (second.number, second.is_new) == (2, True)
    titles = session.execute(select(Edition.number, Edition.title).order_by(Edition.number)).all()
    assert [tuple(row) for row in titles] == [(1, plain(peergang.header.title.nl)), (2, "Nieuwe titel")]
    assert session.scalar(select(func.count()).select_from(Topic)) == 38


def test_a_person_cannot_load_content(session: Session, peergang: schema.Programme, now: datetime) -> None:
    with pytest.raises(Forbidden):
        load_edition(session, Actor(user_id=UUID(int=1), is_admin=True), peergang, now=now)


def without_certificate(programme: schema.Programme) -> schema.Programme:
    return programme.model_copy(update={"header": programme.header.model_copy(update={"certificate": None})})


def test_the_terms_of_a_certificate_are_kept_with_the_edition(
    session: Session, peergang: schema.Programme, now: datetime
) -> None:
    load_edition(session, SYSTEM, without_certificate(peergang), now=now)
    loaded = load_edition(session, SYSTEM, peergang, now=now)
    assert (loaded.number, loaded.is_new) == (2, True), "other terms are another edition"
    first, second = session.scalars(select(Edition).order_by(Edition.number)).all()
    assert first.certificate is None
    assert second.certificate is not None
    assert second.certificate["meetings"] == 80
    assert "Collega’s" in second.certificate["outcomes"][2]["nl"]


def test_content_without_a_certificate_has_the_sum_of_before_there_were_any(
    peergang: schema.Programme,
) -> None:
    data = without_certificate(peergang).model_dump(mode="json", serialize_as_any=True)
    del data["header"]["certificate"]
    before = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert checksum_of(without_certificate(peergang)) == before != checksum_of(peergang)
