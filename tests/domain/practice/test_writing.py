"""From draft to library and back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.practice.actions.using import bookmark_example, share_experience
from peergang.practice.actions.writing import (
    delete_draft,
    publish_example,
    save_example,
    start_example,
    withdraw_example,
)
from peergang.practice.models import Adoption, SavedExample
from peergang.practice.rules import Outcome
from tests.factories.identity import make_affiliation, make_institution, make_user
from tests.factories.practice import make_example


def test_an_example_belongs_to_the_school_of_its_author(session: Session, now: datetime) -> None:
    author, school = make_user(session), make_institution(session)
    make_affiliation(session, author, school)
    example = start_example(session, Actor(author.id), {"title": "Nieuw"}, activity_id=None, now=now)
    assert example.institution_id == school.id
    assert example.state == "draft"


def test_publishing_asks_for_what_a_reader_needs(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now, state="draft", result="", learned=" ")
    with pytest.raises(Invalid) as caught:
        publish_example(session, Actor(author.id), example.id, no_student_data=False, now=now)
    assert set(caught.value.problems) == {"result", "learned", "no_student_data"}
    assert example.state == "draft"


def test_publishing_sets_a_date_to_look_again(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now, state="draft")
    publish_example(session, Actor(author.id), example.id, no_student_data=True, now=now)
    assert (example.state, example.published_at) == ("published", now)
    assert example.review_by == (now + timedelta(days=365)).date()


def test_a_second_tab_cannot_overwrite(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now, state="draft")
    actor = Actor(author.id)
    assert save_example(session, actor, example.id, {"title": "Eerste"}, revision=0, now=now) == 1
    with pytest.raises(Conflict):
        save_example(session, actor, example.id, {"title": "Tweede"}, revision=0, now=now)
    session.refresh(example)
    assert example.title == "Eerste"


def test_somebody_else_can_do_nothing_with_a_draft(session: Session, now: datetime) -> None:
    author, other = make_user(session), Actor(make_user(session).id)
    example = make_example(session, author, now, state="draft")
    for attempt in (
        lambda: save_example(session, other, example.id, {"title": "x"}, revision=0, now=now),
        lambda: publish_example(session, other, example.id, no_student_data=True, now=now),
        lambda: delete_draft(session, other, example.id),
        lambda: share_experience(session, other, example.id, outcome=Outcome.WORKED, note="x", now=now),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_authors_do_not_praise_themselves(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now)
    with pytest.raises(Forbidden):
        share_experience(session, Actor(author.id), example.id, outcome=Outcome.WORKED, note="Top", now=now)


def test_an_experience_is_counted_once_a_person(session: Session, now: datetime) -> None:
    example = make_example(session, make_user(session), now)
    reader = Actor(make_user(session).id)
    for outcome in (Outcome.WORKED, Outcome.DID_NOT):
        share_experience(session, reader, example.id, outcome=outcome, note="Zo.", now=now)
    assert session.execute(select(Adoption.outcome)).scalars().all() == ["did_not"]


def test_what_others_saw_is_withdrawn_and_not_thrown_away(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now)
    actor = Actor(author.id)
    withdraw_example(session, actor, example.id, now=now)
    with pytest.raises(Conflict):
        delete_draft(session, actor, example.id)
    with pytest.raises(Conflict):
        withdraw_example(session, actor, example.id, now=now)


def test_a_bookmark_twice_is_one_bookmark(session: Session, now: datetime) -> None:
    example = make_example(session, make_user(session), now)
    reader = Actor(make_user(session).id)
    for keep in (True, True, False, False, True):
        bookmark_example(session, reader, example.id, keep=keep, now=now)
    assert session.scalar(select(func.count()).select_from(SavedExample)) == 1


def test_what_is_shared_stays_readable(session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now)
    with pytest.raises(Invalid) as caught:
        save_example(session, Actor(author.id), example.id, {"title": " "}, revision=0, now=now)
    assert caught.value.problems == {"title": "needed"}
