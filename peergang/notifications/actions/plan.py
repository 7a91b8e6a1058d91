"""Planning: a rule's select becomes rows of the ledger, in one statement whatever their number."""

from datetime import datetime

from sqlalchemy import Uuid, cast, exists, literal, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.jobs import Job
from peergang.identity.models import User
from peergang.notifications.catalog import get_rule, list_rules
from peergang.notifications.models import Notice, NoticeChoice
from peergang.notifications.rules import AHEAD, Delivery, Kind

COLUMNS = (
    *("rule", "planned_at", "urgency", "subject_id", "recipient_id", "occurrence", "cohort_id"),
    *("ready_at", "not_before", "expires_at"),
)


def plan_rule(session: Session, name: str, *, now: datetime) -> int:
    """Put what the rule `name` has to tell now into the ledger; called by workers, and as often as one likes.

    What is there already stays as it is (invariant 6), so two planners at once do no harm. Who was deactivated or has
    stopped this kind of mail is left out. A delivery is enqueued when something is new.

    Returns:
        How many notices are new.

    Raises:
        NotFound: there is no such rule.
    """
    rule = get_rule(name)
    due = rule.due(now).subquery("due")
    ahead = AHEAD if rule.kind is Kind.ACCOUNT else AHEAD * 0
    stopped = exists().where(
        NoticeChoice.user_id == due.c.recipient_id,
        NoticeChoice.rule == rule.name,
        NoticeChoice.delivery == Delivery.OFF,
    )
    wanted = (
        select(
            literal(rule.name),
            literal(now),
            literal(int(rule.weight)),
            due.c.subject_id,
            due.c.recipient_id,
            due.c.occurrence,
            due.c.get("cohort_id", cast(null(), Uuid())),
            due.c.not_before,
            due.c.not_before - ahead,
            due.c.expires_at,
        )
        .join(User, User.id == due.c.recipient_id)
        .where(User.deactivated_at.is_(None), ~stopped, due.c.expires_at > now)
    )
    statement = insert(Notice).from_select(COLUMNS, wanted, include_defaults=False).on_conflict_do_nothing()
    # RETURNING would send a hundred thousand ids over the wire just to be counted.
    new = session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount
    if new:
        jobs.enqueue(session, Job.NOTICES_DELIVER)
    return new


def plan_all(session: Session, *, now: datetime) -> dict[str, int]:
    """Plan every rule in this transaction, for the demo and for tests; workers give each rule a job of its own."""
    return {rule.name: plan_rule(session, rule.name, now=now) for rule in list_rules()}
