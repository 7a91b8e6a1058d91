"""The lines of one's own path: an activity with whose turn it is, and what proved it or what it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from peergang.core.dates import day_month
from peergang.core.i18n import LazyText, gettext as _, ngettext, pick
from peergang.coursework.labels.completion import COMPLETES, LACKS, PROOFS, PROVEN, SEE
from peergang.coursework.labels.phases import phase_text
from peergang.coursework.queries.phases import Progress
from peergang.coursework.rules.completion import Lack, lacks_peer_feedback
from peergang.curriculum.labels import KIND_ICONS, KINDS, PHASES
from peergang.curriculum.rules import ActivityKind
from peergang.progress.labels.path import (
    ATTENDANCE,
    FREE,
    NOT_WRITTEN_DOWN,
    SIGNED_OFF,
    TO_COME,
    TURNS,
    Look,
    later_text,
)
from peergang.progress.rules.path import Stand, Turn, turn_of


@dataclass(frozen=True, slots=True)
class Override:
    """That a trainer completed it by judgment, and why."""

    reason: str
    told: str
    taken_back: str
    proven: str


@dataclass(frozen=True, slots=True)
class PathLine:
    """One activity. `told` says what proved it, what it lacks or whom it waits for; `due` until when, while that matters."""

    activity_id: UUID
    title: str
    url: str
    kind: LazyText
    icon: str
    phase: LazyText
    required: bool
    turn: Turn
    look: Look
    told: str
    due: str
    see: LazyText | str
    see_url: str
    version: int | None
    override: Override | None


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting and whether somebody was there."""

    meeting_id: UUID
    title: str
    starts_at: datetime
    look: Look


def make_stand(row: Any, progress: Progress | None, now: datetime) -> Stand:
    """A row of `list_path` as the rules know it."""
    phase = progress.phase(now) if progress else None
    return Stand(row.kind, row.opens_at, row.due_at, row.completed_at, phase, row.to_read, row.given)


def path_lines(
    rows: Sequence[Any],
    progress: Mapping[UUID, Progress],
    unread: Mapping[UUID, int],
    overrides: Mapping[UUID, Any],
    now: datetime,
    *,
    ended: bool,
    keep: Mapping[str, Any],
) -> list[PathLine]:
    """The rows of `list_path` of one module in words, in its order."""
    found = []
    for row in rows:
        own = progress.get(row.activity_id)
        turn = turn_of(make_stand(row, own, now), now, ended=ended)
        url = _evidence_url(row, keep) if turn is Turn.DONE else ""
        found.append(
            PathLine(
                activity_id=row.activity_id,
                title=pick(row.title, row.title_en),
                url=url_for(
                    "coursework.module", module_id=row.module_id, **keep, _anchor=f"opdracht-{row.position}"
                ),
                kind=KINDS[row.kind],
                icon=KIND_ICONS[row.kind],
                phase=PHASES[row.phase],
                required=row.required,
                turn=turn,
                look=FREE if turn is Turn.OWN and not row.required else TURNS[turn],
                told=_told(row, turn, own, unread.get(row.module_id, 0), now),
                due=_due(row, turn, now),
                see=SEE.get(row.evidence_kind, "") if url else "",
                see_url=url,
                version=row.rule_version,
                override=_override(overrides.get(row.activity_id)),
            )
        )
    return found


def _told(row: Any, turn: Turn, own: Progress | None, unread: int, now: datetime) -> str:
    match turn:
        case Turn.DONE:
            return proof_text(row)
        case Turn.ENDED | Turn.LATER:
            return ""
    if row.kind == ActivityKind.READ and unread:
        return ngettext("Nog %(num)s onderwerp te lezen.", "Nog %(num)s onderwerpen te lezen.", unread)
    if own is not None and (words := phase_text(own.phase(now), own.peers, own.waiting, now)):
        return words
    if row.kind == ActivityKind.PEER_FEEDBACK:
        return _feedback_text(row, now)
    if row.kind == ActivityKind.MEETING:
        return str(LACKS[Lack.ATTENDANCE])
    return str(COMPLETES[row.kind])


def _feedback_text(row: Any, now: datetime) -> str:
    give = int(row.settings.get("give", 1))
    missing = lacks_peer_feedback(row.given, give, row.to_read, row.due_at <= now)
    given = _("Je gaf feedback aan %(given)s van de %(give)s.", given=row.given, give=give)
    words = str(LACKS[missing.lack]) if missing.lack in LACKS else ""
    return f"{given} {words}".strip()


def proof_text(row: Any) -> str:
    """By which evidence an activity was completed, and when."""
    words = PROOFS.get(row.evidence_kind, PROVEN)
    if row.evidence_kind == "review" and not row.evidence_by:
        words = PROVEN
    return str(words) % {"day": day_month(row.completed_at), "who": row.evidence_by}


def _due(row: Any, turn: Turn, now: datetime) -> str:
    """Until when, where that is something to act on: not while another is at it."""
    if turn not in (Turn.OWN, Turn.LATER) or not row.required or row.kind == ActivityKind.MEETING:
        return ""
    return later_text(row.opens_at, row.due_at, now, extended=row.extended)


def _override(row: Any) -> Override | None:
    """In words what was judged; also after it was taken back, for who wonders where it went."""
    if row is None:
        return None
    day = day_month(row.made_at)
    told = (
        _("Als afgerond gemarkeerd op %(day)s door %(who)s", day=day, who=row.made_by)
        if row.made_by
        else _("Als afgerond gemarkeerd op %(day)s", day=day)
    )
    back = _("Teruggenomen op %(day)s", day=day_month(row.taken_back_at)) if row.taken_back_at else ""
    if back and row.taken_back_by:
        values = {"day": day_month(row.taken_back_at), "who": row.taken_back_by}
        back = _("Teruggenomen op %(day)s door %(who)s", **values)
    proven = ""
    if row.proven_at and not row.taken_back_at:
        proven = _("Op %(day)s deed je het ook zelf. Ook dat is bewaard.", day=day_month(row.proven_at))
    return Override(row.reason, told, back, proven)


def _evidence_url(row: Any, keep: Mapping[str, Any]) -> str:
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
            return url_for("coursework.module", module_id=row.module_id, **keep, _anchor="bijeenkomst")
    return ""


def meeting_lines(rows: Sequence[Any], now: datetime, *, ended: bool) -> list[MeetingLine]:
    """The rows of `list_attended` in words. In a cohort that is over nothing is still to be written down."""
    found = []
    for row in rows:
        if row.state:
            look = ATTENDANCE[row.state]
        elif row.signed_off:
            look = SIGNED_OFF
        elif row.ends_at > now:
            look = TO_COME
        elif ended:
            continue
        else:
            look = NOT_WRITTEN_DOWN
        found.append(MeetingLine(row.meeting_id, row.title, row.starts_at, look))
    return found
