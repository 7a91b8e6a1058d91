"""What completes an activity, what it lacks now, and once complete by which evidence: for _completion.html and the steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from peergang.core.dates import day_month, relative_day
from peergang.core.i18n import LazyText, gettext as _, ngettext
from peergang.coursework.labels.completion import COMPLETES, LACKS, PROOFS, PROVEN, SEE
from peergang.coursework.queries.own_task import find_feedback_task_on, find_read_task, find_task
from peergang.coursework.rules.completion import (
    Lack,
    Missing,
    lacks_conversation,
    lacks_meeting,
    lacks_peer_feedback,
    lacks_practice_example,
    lacks_read,
    lacks_reflection,
    lacks_scan,
)
from peergang.coursework.views.which_cohort import keep_cohort
from peergang.curriculum.rules import ActivityKind
from peergang.web.database import reading


@dataclass(frozen=True, slots=True)
class Completion:
    """`proof` is empty until it is complete; then `url` leads to the evidence, where its reader has a page for that."""

    rule: LazyText
    missing: str = ""
    proof: str = ""
    url: str = ""
    see: LazyText | str = ""


def find_completion(
    cohort_id: UUID, enrolment_id: UUID, activity_id: UUID, now: datetime
) -> Completion | None:
    """How one activity stands for a participant, in one statement; None when it is not planned in their cohort."""
    row = find_task(reading(), cohort_id, enrolment_id, activity_id)
    return make_completion(row, 0, now) if row else None


def find_feedback_completion(
    cohort_id: UUID, enrolment_id: UUID | None, reflection_activity_id: UUID, now: datetime
) -> Completion | None:
    """The same for giving feedback on a reflection of that activity; None where no activity asks for it."""
    if enrolment_id is None:
        return None
    row = find_feedback_task_on(reading(), cohort_id, enrolment_id, reflection_activity_id)
    return make_completion(row, 0, now) if row else None


def find_read_completion(here: Any, unread_topics: int, now: datetime) -> Completion | None:
    """The same for reading the topics of a module, as `get_module` gives it; None for who only reads along."""
    if here.cohort_id is None or here.enrolment_id is None:
        return None
    row = find_read_task(reading(), here.cohort_id, here.enrolment_id, here.module_id)
    return make_completion(row, unread_topics, now) if row else None


def make_completion(row: Any, unread_topics: int, now: datetime) -> Completion:
    """A row of `list_tasks` of one module in words; `unread_topics` is what the reading still lacks."""
    rule = COMPLETES[row.kind]
    if row.completed_at is None:
        return Completion(rule, missing_words(what_lacks(row, unread_topics, now), row, now))
    words = PROOFS.get(row.evidence_kind, PROVEN)
    if row.evidence_kind == "review" and not row.evidence_by:
        words = PROVEN
    proof = words % {"day": day_month(row.completed_at), "who": row.evidence_by}
    url = _evidence_url(row)
    return Completion(rule, proof=proof, url=url, see=SEE.get(row.evidence_kind, "") if url else "")


def what_lacks(row: Any, unread_topics: int, now: datetime) -> Missing:
    """What an activity lacks, by its kind."""
    match row.kind:
        case ActivityKind.READ:
            return lacks_read(unread_topics)
        case ActivityKind.CONVERSATION:
            return lacks_conversation()
        case ActivityKind.REFLECTION:
            has_draft = row.draft_saved_at is not None
            return lacks_reflection(row.reflection_state, row.audience, row.for_trainer_at, has_draft)
        case ActivityKind.PEER_FEEDBACK:
            give = int(row.settings.get("give", 1))
            return lacks_peer_feedback(row.given, give, row.to_read, row.due_at <= now)
        case ActivityKind.PRACTICE_EXAMPLE:
            return lacks_practice_example()
        case ActivityKind.MEETING:
            return lacks_meeting(row.due_at <= now)
    return lacks_scan()


def missing_words(missing: Missing, row: Any, now: datetime) -> str:
    """What is missing in a sentence or two; "" where the rule says it all."""
    match missing.lack:
        case Lack.TOPICS:
            return ngettext(
                "Nog %(num)s onderwerp te lezen.", "Nog %(num)s onderwerpen te lezen.", missing.count
            )
        case Lack.DRAFT:
            return _("Je concept van %(when)s staat klaar.", when=relative_day(row.draft_saved_at, now))
    words = str(LACKS[missing.lack]) if missing.lack in LACKS else ""
    if not missing.total:
        return words
    given = _("Je gaf feedback aan %(given)s van de %(give)s.", given=missing.count, give=missing.total)
    return f"{given} {words}".strip()


def _evidence_url(row: Any) -> str:
    """Where the reader finds what proved it. A fact that came along from elsewhere may have nothing here."""
    match row.evidence_kind:
        case "review" if row.reflection_id:
            return url_for("coursework.reflection_read", reflection_id=row.reflection_id)
        case "conversation":
            return url_for("conversations.overview")
        case "peer_feedback" if row.evidence_id:
            return url_for("coursework.feedback_own", feedback_id=row.evidence_id)
        case "practice_example" if row.evidence_id:
            return url_for("practice.example", example_id=row.evidence_id)
        case "attendance":
            return url_for("coursework.module", module_id=row.module_id) + "#bijeenkomst"
        # The reason stands on one's own path, a page of a feature above this one.
        case "override" if "progress.path" in current_app.view_functions:
            return url_for("progress.path", **keep_cohort(), _anchor=f"activiteit-{row.activity_id}")
    return ""
