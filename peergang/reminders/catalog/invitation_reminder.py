"""An invitation that has no answer after one week, and once more after two."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, String, case, cast, column, func, literal, select, values

from peergang.cohorts.models import Enrolment
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.catalog.invitation import read_invitations, recall_invitations
from peergang.reminders.queries.invitations import select_invitations
from peergang.reminders.queries.moments import day_of, days_after, morning_of, stamp
from peergang.reminders.rules import PLAN_AHEAD, daytime

WEEKS = (7, 14)
VALID = timedelta(days=5)

step = values(column("days", Integer), name="step").data([(days,) for days in WEEKS])
OCCURRENCE = func.concat(stamp(Enrolment.invited_at), "/", cast(step.c.days, String))


def standing(now: datetime) -> Rows:
    """All invitations twice, with what became of them."""
    return select_invitations(OCCURRENCE).join(step, literal(True))


def due(now: datetime) -> Rows:
    """Those whose week or two weeks are over, on a working day."""
    day = day_of(Enrolment.invited_at)
    morning = case(*((step.c.days == days, morning_of(days_after(day, days))) for days in WEEKS), else_=None)
    silent = (
        standing(now)
        .add_columns(morning.label("morning"), Enrolment.cohort_id)
        .where(Enrolment.invited_at > now - timedelta(days=max(WEEKS)) - VALID)
        .subquery("silent")
    )
    return select(
        silent.c.subject_id,
        silent.c.recipient_id,
        silent.c.occurrence,
        func.greatest(silent.c.morning, literal(daytime(now))).label("not_before"),
        (silent.c.morning + literal(VALID)).label("expires_at"),
        silent.c.cohort_id,
    ).where(silent.c.blocked == "", silent.c.morning <= now + PLAN_AHEAD)


RULE = Rule(
    name="invitation_reminder",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een uitnodiging wacht op antwoord"),
    timing=lazy_gettext("Na een week, en na twee weken nog één keer"),
    reason=lazy_gettext("je voor een traject bent uitgenodigd en nog niet hebt geantwoord"),
    due=due,
    standing=standing,
    content=read_invitations,
    recall=recall_invitations,
    # Who can sign in to choose has answered already.
    shown_to=lambda _: False,
    known_to_organisers=True,
    about="cohort",
)
