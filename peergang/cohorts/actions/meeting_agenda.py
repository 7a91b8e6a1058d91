"""The agenda of a meeting: the activity's own, until a trainer changes it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import AgendaItem, Cohort, Meeting, MeetingPage
from peergang.cohorts.policy import can_prepare_meeting
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import CHANGEABLE
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.content.markdown import render
from peergang.curriculum.models import Activity, Module, Topic

TITLE_MAX_LENGTH = 160
BODY_MAX_LENGTH = 5000
LINK_MAX_LENGTH = 1000
MOST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class AgendaDetails:
    """A part of a meeting. `about` is a topic or an activity of the cohort's programme."""

    title: str
    minutes: int
    body: str = ""
    url: str = ""
    about: UUID | None = None


def add_agenda_item(session: Session, actor: Actor, meeting_id: UUID, details: AgendaDetails) -> UUID:
    """Add a part at the end; for trainers of the cohort and organisers. The agenda is the meeting's own from then on.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`.
        Invalid: {"title": "missing" | "long", "minutes": "minutes", "body": "long", "url": "not_a_link" | "long",
            "about": "unknown"}.
    """
    cohort = hold_agenda(session, actor, meeting_id)
    highest = session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id))
    item = AgendaItem(meeting_id=meeting_id, position=(highest or 0) + 1)
    session.add(_fill(session, cohort, item, details))
    session.flush()
    return item.id


def change_agenda_item(
    session: Session, actor: Actor, meeting_id: UUID, item_id: UUID, details: AgendaDetails
) -> None:
    """Change one part; who may and what it raises as `add_agenda_item`."""
    cohort = hold_agenda(session, actor, meeting_id)
    _fill(session, cohort, _get(session, meeting_id, item_id), details)
    session.flush()


def remove_agenda_item(session: Session, actor: Actor, meeting_id: UUID, item_id: UUID) -> None:
    """Take one part out; who may and what it raises as `add_agenda_item`."""
    hold_agenda(session, actor, meeting_id)
    session.delete(_get(session, meeting_id, item_id))
    session.flush()


def move_agenda_item(session: Session, actor: Actor, meeting_id: UUID, item_id: UUID, *, down: bool) -> None:
    """Let a part change places with its neighbour; at the end nothing happens. Who may as `add_agenda_item`."""
    hold_agenda(session, actor, meeting_id)
    item = _get(session, meeting_id, item_id)
    items = list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    here = items.index(item)
    there = here + (1 if down else -1)
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
    for position, one in enumerate(items, start=1):
        one.position = position
    session.flush()


def restore_agenda(session: Session, actor: Actor, meeting_id: UUID) -> None:
    """Throw the own agenda away; that of the content holds again. Who may and what it raises as `add_agenda_item`."""
    hold_agenda(session, actor, meeting_id)
    session.execute(delete(AgendaItem).where(AgendaItem.meeting_id == meeting_id))
    session.get_one(MeetingPage, meeting_id).own_agenda = False
    session.flush()


def hold_agenda(session: Session, actor: Actor, meeting_id: UUID) -> Cohort:
    """Hold the cohort and make the agenda the meeting's own, beginning with what the content says."""
    cohort = hold_page(session, actor, meeting_id)
    page = session.get_one(MeetingPage, meeting_id)
    if not page.own_agenda:
        meeting = session.get_one(Meeting, meeting_id)
        found = session.scalar(select(Activity.settings["agenda"]).where(Activity.id == meeting.activity_id))
        session.add_all(
            AgendaItem(meeting_id=meeting_id, position=position, title=one["title"], minutes=one["minutes"])
            for position, one in enumerate(found or (), start=1)
        )
        page.own_agenda = True
        session.flush()
    return cohort


def hold_page(session: Session, actor: Actor, meeting_id: UUID) -> Cohort:
    """Hold the cohort and give the meeting a page; for who prepares it."""
    cohort_id = get_meeting(session, meeting_id).cohort_id
    require(can_prepare_meeting(actor, cohort_id))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    session.execute(insert(MeetingPage).values(meeting_id=meeting_id).on_conflict_do_nothing())
    return cohort


def _get(session: Session, meeting_id: UUID, item_id: UUID) -> AgendaItem:
    item = session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting_id:
        raise NotFound
    return item


def _fill(session: Session, cohort: Cohort, item: AgendaItem, details: AgendaDetails) -> AgendaItem:
    title, body, url = details.title.strip(), details.body.strip(), details.url.strip()
    topic_id, activity_id = _find_about(session, cohort, details.about)
    judged = (
        ("title", "missing", not title),
        ("title", "long", len(title) > TITLE_MAX_LENGTH),
        ("minutes", "minutes", not 0 <= details.minutes <= MOST_MINUTES),
        ("body", "long", len(body) > BODY_MAX_LENGTH),
        ("url", "long", len(url) > LINK_MAX_LENGTH),
        ("url", "not_a_link", bool(url) and (not url.startswith("https://") or " " in url)),
        ("about", "unknown", details.about is not None and topic_id is None and activity_id is None),
    )
    problems: dict[str, str] = {}
    for name, code, is_wrong in judged:
        if is_wrong:
            problems.setdefault(name, code)
    if problems:
        raise Invalid(problems)
    item.title, item.minutes, item.url = title, details.minutes, url
    item.body, item.body_html = body, render(body) if body else ""
    item.topic_id, item.activity_id = topic_id, activity_id
    return item


def _find_about(session: Session, cohort: Cohort, about: UUID | None) -> tuple[UUID | None, UUID | None]:
    if about is None:
        return None, None
    topic = select(Topic.id).join(Module, Module.id == Topic.module_id)
    topic_id = session.scalar(topic.where(Topic.id == about, Module.edition_id == cohort.edition_id))
    activity = select(Activity.id).where(Activity.id == about, Activity.edition_id == cohort.edition_id)
    return topic_id, None if topic_id else session.scalar(activity)
