"""Handing in, taking back, and saying who may read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.allocation import allocate_around, hold_group_of
from peergang.coursework.actions.attachments import keep_with_version
from peergang.coursework.actions.handing_on import follow_audience, route_submitted
from peergang.coursework.actions.promising import promise_answer
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.policy import can_change_reflection, can_choose_audience
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.attachments import has_latest_attachments
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.prompts import freeze, list_prompts, list_required
from peergang.coursework.rules import ReflectionState, Step, audiences_in, next_state
from peergang.coursework.rules.drafts import submit_problems
from peergang.coursework.rules.going import check_goes_on
from peergang.curriculum.models import Activity


def submit_reflection(
    session: Session, actor: Actor, reflection_id: UUID, *, expected_revision: int, now: datetime
) -> ReflectionVersion:
    """Make the stored draft the next version, which nobody can change any more.

    Only the author. `expected_revision` is the one that the save just before gave back. The group reads it first, where
    the activity asks so; see route_submitted. A version that replaces one which still waits keeps its place in the
    trainer's queue: `submitted_at` stays as it was.

    Raises:
        Invalid: by form field, when the audience, the title or an answer is missing, or `unchanged` for `answers` when
            the text is word for word the version that was submitted last.
        Conflict: `draft_moved_on` when somebody saved in between, `reflection_state` when it cannot be submitted now,
            and the reasons of `check_goes_on`.
    """
    cohort = hold_group_of(session, reflection_id)
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_change_reflection(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    before, state = reflection.state, next_state(reflection.state, Step.SUBMIT)
    if reflection.draft_revision != expected_revision:
        raise Conflict("draft_moved_on", revision=reflection.draft_revision)
    version = _make_version(session, reflection, access.latest, now)
    if before != ReflectionState.SUBMITTED:
        reflection.submitted_at = reflection.state_since = now
    reflection.state = state
    reflection.draft_revision += 1
    session.flush()
    keep_with_version(session, reflection.id, version.id)
    route_submitted(session, cohort, reflection, before, now=now)
    return version


def _make_version(session: Session, reflection: Reflection, latest: int, now: datetime) -> ReflectionVersion:
    settings = session.execute(
        select(Activity.settings).where(Activity.id == reflection.activity_id)
    ).scalar_one()
    required = list_required(settings, reflection.prompt_set)
    problems = submit_problems(reflection.title, reflection.draft, reflection.audience, required)
    if problems:
        raise Invalid(problems)
    title = reflection.title.strip()
    asked = list_prompts(settings, reflection.kept_prompts, reflection.prompt_set)
    given = {one["slug"]: reflection.draft.get(one["slug"], "").strip() for one in asked}
    # A question of before that was not answered was not asked.
    answers = {slug: text for slug, text in given.items() if text}
    prompts = freeze([one for one in asked if one["slug"] in answers])
    if reflection.state == ReflectionState.SUBMITTED and _is_latest(
        session, reflection.id, latest, title, answers
    ):
        raise Invalid({"answers": "unchanged"})
    version = ReflectionVersion(
        reflection_id=reflection.id,
        number=latest + 1,
        title=title,
        answers=answers,
        prompts=prompts,
        submitted_at=now,
    )
    session.add(version)
    return version


def _is_latest(
    session: Session, reflection_id: UUID, latest: int, title: str, answers: dict[str, str]
) -> bool:
    row = session.execute(
        select(ReflectionVersion.title, ReflectionVersion.answers).where(
            ReflectionVersion.reflection_id == reflection_id, ReflectionVersion.number == latest
        )
    ).one_or_none()
    same = row is not None and (row.title, {k: v for k, v in row.answers.items() if v}) == (title, answers)
    return same and has_latest_attachments(session, reflection_id, latest)


def withdraw_reflection(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> None:
    """Take a draft or a submitted reflection back: from now on nobody else reads any version.

    Only the author, and not while a trainer has it in hand.

    Raises:
        Conflict: `reflection_state` when it is in review, returned, approved or withdrawn already.
    """
    _step(session, actor, reflection_id, Step.WITHDRAW, now)


def reopen_reflection(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> None:
    """Make a withdrawn reflection a draft again, with the words as they were. Only the author.

    Raises:
        Conflict: `reflection_state` when it was not withdrawn, and the reasons of `check_goes_on`.
    """
    _step(session, actor, reflection_id, Step.REOPEN, now)


def _step(session: Session, actor: Actor, reflection_id: UUID, step: Step, now: datetime) -> None:
    cohort = hold_group_of(session, reflection_id)
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_change_reflection(actor, access))
    if step != Step.WITHDRAW:
        check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    reflection.state = next_state(reflection.state, step)
    reflection.state_since = now
    reflection.for_trainer_at = None
    promise_answer(session, reflection)
    # A tab that is still open must not write into it unseen.
    reflection.draft_revision += 1
    session.flush()
    allocate_around(session, cohort, reflection.enrolment_id, now=now)


def change_audience(
    session: Session, actor: Actor, reflection_id: UUID, audience: str, *, now: datetime
) -> None:
    """Choose anew who may read the submitted versions, all of them and at once; see follow_audience for who is next.

    Only the author, also after leaving the cohort.

    Raises:
        Invalid: `audience_not_now` for `audience` when it is unknown, or private while a trainer is to answer.
    """
    cohort = hold_group_of(session, reflection_id)
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_choose_audience(actor, access))
    if audience not in audiences_in(access.state):
        raise Invalid({"audience": "audience_not_now"})
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    if reflection.audience != audience:
        before, reflection.audience = reflection.audience, audience
        # An editor that is still open knows the old choice; its next save must not bring that back.
        reflection.draft_revision += 1
        follow_audience(session, cohort, reflection, before, now=now)
