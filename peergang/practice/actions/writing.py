"""Writing and publishing an example."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.practice.models import PracticeExample
from peergang.practice.policy import can_write_example
from peergang.practice.queries.example import find_institution_of, get_own_example
from peergang.practice.rules import REVIEW_AFTER, VISIBLE, ExampleState, next_state

TEXTS = ("summary", "context", "goal", "approach", "result", "learned", "conditions")
FIELDS = ("title", *TEXTS, "main_question", "topic_code", "themes", "sector", "tags", "licence")
NEEDED = ("title", "summary", "context", "approach", "result", "learned")
"""What a colleague elsewhere cannot do without."""

Check = Callable[[Session, PracticeExample], Mapping[str, str]]
_checks: list[Check] = []

Listener = Callable[[Session, PracticeExample, datetime], None]
_listeners: list[Listener] = []


Holder = Callable[[Session, PracticeExample], None]
_holders: list[Holder] = []


def when_published(listener: Listener) -> None:
    """Let a feature above this one take part in the transaction that publishes an example; app.py calls this."""
    if listener not in _listeners:
        _listeners.append(listener)


def before_publishing(holder: Holder) -> None:
    """Let a feature above this one hold what a listener will want, before the example itself is held: whoever changes a
    cohort holds that first and its examples after. app.py calls this.
    """
    if holder not in _holders:
        _holders.append(holder)


def before_sharing(check: Check) -> None:
    """Let a feature above this one say what still stands in the way of sharing an example, as problems by field; app.py
    calls this.
    """
    if check not in _checks:
        _checks.append(check)


def start_example(
    session: Session, actor: Actor, values: Mapping[str, object], *, activity_id: UUID | None, now: datetime
) -> PracticeExample:
    """Keep a new draft of the actor, for an activity or just so. Anyone signed in may. Raises Forbidden."""
    require(can_write_example(actor))
    example = PracticeExample(
        author_id=actor.user_id,
        institution_id=find_institution_of(session, actor.user_id, local_date(now)),
        activity_id=activity_id,
        created_at=now,
        saved_at=now,
        **_known(values),
    )
    session.add(example)
    session.flush()
    return example


def save_example(
    session: Session,
    actor: Actor,
    example_id: UUID,
    values: Mapping[str, object],
    *,
    revision: int,
    now: datetime,
) -> int:
    """Store what the author wrote, over revision `revision`, and return the new revision.

    Raises:
        NotFound: not the actor's.
        Conflict: `revision` when it was saved elsewhere in between.
        Invalid: the example is shared already, and a part that its readers need would become empty, or somebody who is
            quoted in it did not agree.
    """
    # Locked, so that no other tab saves or publishes between the look and the change.
    example = get_own_example(session, actor, example_id, lock=True)
    if example.state in VISIBLE and (problems := _missing({**vars(example), **values})):
        raise Invalid(problems)
    saved = session.execute(
        update(PracticeExample)
        .where(PracticeExample.id == example_id, PracticeExample.revision == revision)
        .values(revision=revision + 1, saved_at=now, **_known(values))
        .returning(PracticeExample.revision)
    ).scalar()
    if saved is None:
        raise Conflict("revision")
    if example.state in VISIBLE:
        session.refresh(example)
        if problems := _refused(session, example):
            raise Invalid(problems)
        # Who saves what is shared has looked at it: it holds for another year.
        example.state, example.review_by = ExampleState.PUBLISHED, local_date(now + REVIEW_AFTER)
        session.flush()
    return saved


def publish_example(
    session: Session, actor: Actor, example_id: UUID, *, no_student_data: bool, now: datetime
) -> PracticeExample:
    """Make the example findable by everyone in the network. Only its author may.

    Raises:
        NotFound: not the actor's.
        Conflict: `example_state` when it is archived.
        Invalid: a part that a reader needs is empty, the author did not confirm that no student can be recognised, or
            somebody who is quoted in it did not agree.
    """
    example = get_own_example(session, actor, example_id)
    for holder in _holders:
        holder(session, example)
    example = get_own_example(session, actor, example_id, lock=True)
    problems = _missing(vars(example))
    if not no_student_data:
        problems["no_student_data"] = "not_confirmed"
    problems |= _refused(session, example)
    if problems:
        raise Invalid(problems)
    example.state = next_state(example.state, ExampleState.PUBLISHED)
    example.published_at = example.published_at or now
    example.review_by = local_date(now + REVIEW_AFTER)
    session.flush()
    for listener in _listeners:
        listener(session, example, now)
    return example


def withdraw_example(session: Session, actor: Actor, example_id: UUID, *, now: datetime) -> None:
    """Take a published example out of the library, back to a draft; what others wrote about it stays with it.

    Raises NotFound when it is not the actor's, Conflict when it is not published.
    """
    example = get_own_example(session, actor, example_id, lock=True)
    example.state = next_state(example.state, ExampleState.DRAFT)
    example.saved_at = now
    session.flush()


def unshare_example(session: Session, example: PracticeExample, *, now: datetime) -> None:
    """Take an example out of the library because somebody in it said no; its text stays with its author. Who may say so is
    for the feature that calls this.
    """
    example.state = next_state(example.state, ExampleState.DRAFT)
    example.saved_at = now
    session.flush()


def delete_draft(session: Session, actor: Actor, example_id: UUID) -> None:
    """Throw a draft away that was never published.

    Raises NotFound when it is not the actor's, Conflict when others could have seen it.
    """
    example = get_own_example(session, actor, example_id, lock=True)
    if example.state != ExampleState.DRAFT or example.published_at is not None:
        raise Conflict("example_state", state=example.state)
    session.delete(example)
    session.flush()


def _refused(session: Session, example: PracticeExample) -> dict[str, str]:
    return {field: code for check in _checks for field, code in check(session, example).items()}


def _missing(values: Mapping[str, object]) -> dict[str, str]:
    return {name: "needed" for name in NEEDED if not str(values.get(name) or "").strip()}


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: values[name] for name in FIELDS if name in values}
