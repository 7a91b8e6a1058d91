"""One participant on one page: what is done and open, and what happened when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.policy import can_extend, can_override, can_read_reasons, can_train
from peergang.cohorts.queries.overrides import list_overrides
from peergang.cohorts.rules import CHANGEABLE, EnrolmentState
from peergang.core import clock
from peergang.core.db import AnyRow, Rows
from peergang.core.permissions import Actor, require
from peergang.coursework.policy import can_read_reflection, can_review_reflection
from peergang.coursework.queries.access import ReflectionAccess
from peergang.coursework.rules import WAITING
from peergang.identity.rules import full_name
from peergang.notifications.catalog import list_rules
from peergang.progress.labels.participation import STAGE_ICONS, STAGES
from peergang.progress.labels.story import ICONS, evidence_of, heading_of, note_of
from peergang.progress.policy import can_read_notes, can_view_cohort_progress, can_view_participation
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.story import (
    get_story_head,
    list_more_events,
    list_story_activities,
    list_story_people,
    neighbours,
)
from peergang.progress.queries.story_events import (
    list_completions,
    list_events,
    list_judgments,
    list_place_events,
)
from peergang.progress.rules.grid import Stage, stage_of_activity
from peergang.progress.rules.story import Event, Happened, summarise, tell
from peergang.progress.views import bp
from peergang.progress.views.story_note import read_notes
from peergang.progress.views.trail import leave_opening
from peergang.reminders.policy import can_remind
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor

OF_RISKS = (Happened.RISK, Happened.RISK_OVER, Happened.DISMISSED)


@bp.get("/cohorten/<uuid:cohort_id>/deelnemers/<uuid:enrolment_id>")
def story(cohort_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """The story of one participant, for their trainers and for organisers. It holds no text that the participant wrote."""
    actor = current_actor()
    require(can_view_cohort_progress(actor, cohort_id))
    if (ask := ask_reason(actor, has_another_role=can_train(actor, cohort_id))) is not None:
        return ask
    session, now = reading(), clock.now()
    head = get_story_head(session, cohort_id, enrolment_id, now)
    leave_opening(actor, [head.user_id], "participant_story", now)
    activities = list_story_activities(session, cohort_id, enrolment_id)
    events = _events(session, head, activities, reads=can_read_notes(actor, cohort_id, head.user_id))
    reads = can_read_reasons(actor, cohort_id)
    takes_part = head.state == EnrolmentState.ACTIVE
    return render_template(
        "progress/story.html",
        head=head,
        name=full_name(head.given_name, head.name_particle, head.family_name),
        now=now,
        summary=summarise(activities, events, now, takes_part=takes_part),
        modules=_modules(actor, head, activities, now),
        months=_months(head, events, now, reads=reads),
        slugs={one.slug for one in activities},
        sees_participation=can_view_participation(actor),
        acts=_acts(actor, head),
        **_others(session, head),
        **read_notes(session, actor, head, now),
    )


def _months(
    head: AnyRow, events: list[Event], now: datetime, *, reads: bool
) -> list[tuple[datetime, list[Any]]]:
    """By month, what happened: the event, its icon, its line and the small line under it."""
    ended = head.withdrawn_at or head.completed_at
    return [
        (
            month.first,
            [
                (one, ICONS[one.kind], heading_of(one), note_of(one, reads_reasons=reads))
                for one in month.events
            ],
        )
        for month in tell(events, now, ended=ended)
    ]


def _others(session: Session, head: AnyRow) -> dict[str, Any]:
    """Who comes before and after, and at which place this participant stands."""
    people = list_story_people(session, head.cohort_id)
    before, after = neighbours(people, head.enrolment_id)
    ids = [one.enrolment_id for one in people]
    return {
        "before": _neighbour(before),
        "after": _neighbour(after),
        "place": ids.index(head.enrolment_id) + 1 if head.enrolment_id in ids else 0,
        "people": len(people),
    }


def _events(session: Session, head: AnyRow, activities: Rows, *, reads: bool) -> list[Event]:
    """Everything that happened; `reads` whether the page about a risk, with what was noted there, is for the reader."""
    rules = {rule.name: str(rule.title) for rule in list_rules()}
    risks = {name: str(rule.title) for name, rule in risk_rules().items()}
    named = dict.fromkeys(OF_RISKS, risks) | {Happened.TOLD: rules}
    found = []
    for one in list_events(session, head):
        title = named[one.kind].get(one.detail) if one.kind in named else None
        if title:
            url = url_for("progress.risk", risk_id=one.slug) if one.slug and reads else ""
            found.append(replace(one, title=(title, title), detail="", slug="", url=url))
        elif one.kind not in named:
            # A rule that does not exist any more has no words.
            found.append(one)
    return [
        *list_place_events(head),
        *list_completions(activities),
        *list_judgments(list_overrides(session, head.enrolment_id)),
        *found,
        *list_more_events(session, head.enrolment_id),
    ]


def _modules(
    actor: Actor, head: AnyRow, activities: Rows, now: datetime
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """By module, every activity with its state in an icon and a word, its ground, and where to read it."""
    found: dict[UUID, tuple[Any, list[dict[str, Any]]]] = {}
    for one in activities:
        stage = stage_of_activity(
            is_done=one.completed_at is not None,
            reflection_state=one.reflection_state,
            audience=one.audience,
            opens_at=one.opens_at,
            due_at=one.due_at,
            now=now,
            required=one.required,
            with_peers=bool(one.with_peers),
            stopped=head.state == EnrolmentState.WITHDRAWN,
        )
        line = {
            "row": one,
            "stage": str(stage),
            "word": str(STAGES[stage]),
            "icon": STAGE_ICONS[stage],
            "ground": evidence_of(one.evidence_kind, one.rule_version) if stage == Stage.DONE else "",
            "url": _reading(actor, head, one),
        }
        found.setdefault(one.module_id, (one, []))[1].append(line)
    return list(found.values())


def _reading(actor: Actor, head: AnyRow, one: Any) -> str:
    """Where the actor may read a reflection; empty where coursework's policy says that they may not."""
    if one.reflection_id is None:
        return ""
    access = ReflectionAccess(
        reflection_id=one.reflection_id,
        activity_id=one.activity_id,
        enrolment_id=head.enrolment_id,
        author_id=head.user_id,
        cohort_id=head.cohort_id,
        state=one.reflection_state,
        audience=one.audience,
        reviewer_id=one.reviewer_id,
        latest=one.latest,
        takes_part=head.state == EnrolmentState.ACTIVE,
        own_enrolment_id=None,
        shares_group=False,
    )
    if one.reflection_state in WAITING and can_review_reflection(actor, access):
        return url_for("coursework.review", reflection_id=one.reflection_id)
    if can_read_reflection(actor, access):
        return url_for("coursework.reflection_read", reflection_id=one.reflection_id)
    return ""


def _neighbour(one: Any) -> tuple[UUID, str] | None:
    return (one.enrolment_id, full_name(one.given_name, one.name_particle, one.family_name)) if one else None


def _acts(actor: Actor, head: AnyRow) -> Sequence[str]:
    """What the actor may do for this person now."""
    if head.state != EnrolmentState.ACTIVE or head.cohort_state not in CHANGEABLE:
        return ()
    may = {
        "remind": can_remind(actor, head.cohort_id),
        "extend": can_extend(actor, head.cohort_id, head.user_id),
        "complete": can_override(actor, head.cohort_id, head.user_id),
    }
    return [name for name, allowed in may.items() if allowed]
