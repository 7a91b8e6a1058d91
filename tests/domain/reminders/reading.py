"""What the ledger would send of a rule, read without sending it: who, whether it is still true, and the words."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.config import Settings
from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.actions.render import Reader, Words, render
from peergang.notifications.catalog import Claim, get_rule
from peergang.notifications.models import Notice


def list_planned(session: Session, rule: str) -> list[Notice]:
    """What stands in the ledger of `rule`."""
    session.expire_all()
    return list(session.scalars(sa.select(Notice).where(Notice.rule == rule).order_by(Notice.not_before)))


def plan(session: Session, rule: str, now: datetime) -> set[UUID]:
    """Plan `rule`, and say whom the ledger holds it for."""
    session.commit()
    plan_rule(session, rule, now=now)
    return {notice.recipient_id for notice in list_planned(session, rule)}


def verdicts(session: Session, rule: str, now: datetime) -> set[str]:
    """What is said of everything planned of `rule` right before sending: "" is true, "gone" is gone."""
    session.flush()
    known: dict[tuple[UUID, UUID, str], str] = {}
    for subject, recipient, occurrence, blocked, *_ in session.execute(get_rule(rule).standing(now)):
        key = (subject, recipient, occurrence)
        known[key] = blocked if known.get(key, blocked) else ""
    return {
        known.get((one.subject_id, one.recipient_id, one.occurrence), "gone")
        for one in list_planned(session, rule)
    }


def read(
    session: Session, settings: Settings, rule: str, now: datetime, locale: str = "nl"
) -> dict[UUID, Words]:
    """The words of everything planned of `rule`, by its reader; one mail each is expected."""
    found = get_rule(rule)
    notices = list_planned(session, rule)
    claims = [Claim(one.id, one.subject_id, one.recipient_id, one.occurrence) for one in notices]
    contents = found.content(session, claims, now)
    words = {}
    for claim in claims:
        content = contents[claim.id]
        reader = Reader("Zoë", f"http://peergang.test{content['path']}", "http://peergang.test/afmelden/abc")
        words[claim.recipient_id] = render(found, settings, locale, reader, content)
    return words


def also_in(session: Session, person: Enrolment, cohort: Cohort, role: str = "participant") -> Enrolment:
    """A place of the same person in another cohort."""
    place = Enrolment(
        cohort_id=cohort.id,
        user_id=person.user_id,
        affiliation_id=person.affiliation_id,
        role=role,
        state="active",
        activated_at=person.activated_at,
    )
    session.add(place)
    session.flush()
    return place
