"""What happens around tables as files."""

from datetime import date, timedelta

from sqlalchemy import update

from peergang.reports.models import Report, Subscription
from tests.domain.reminders.world import MONDAY, World


def make_files(world: World) -> None:
    """Everybody asked for a table that took two minutes."""
    for user in list(world.people.values()):
        world.session.add(_ready(user.id))
    world.session.flush()


def fail_files(world: World) -> None:
    """Everybody asked for a table of which no file came."""
    make_files(world)
    failed = {
        "state": "failed",
        "reason": "broken",
        "storage_key": None,
        "ready_at": None,
        "expires_at": None,
    }
    world.session.execute(update(Report).values(**failed))
    world.session.flush()


def make_weekly(world: World) -> None:
    """Everybody gets one every Monday, and it is there."""
    for user in list(world.people.values()):
        own = Subscription(
            user_id=user.id,
            kind="participation",
            title="Deelname",
            format="csv",
            locale="nl",
            role="organiser",
            weekday=1,
            next_on=date(2026, 11, 23),
            created_at=MONDAY,
        )
        world.session.add(own)
        world.session.flush()
        report = _ready(user.id)
        report.subscription_id, report.for_day = own.id, date(2026, 11, 16)
        world.session.add(report)
    world.session.flush()


def _ready(user_id: object) -> Report:
    return Report(
        user_id=user_id,
        kind="participation",
        format="csv",
        locale="nl",
        role="organiser",
        state="ready",
        storage_key=str(user_id).replace("-", ""),
        name="deelname.csv",
        asked_at=MONDAY - timedelta(minutes=12),
        ready_at=MONDAY - timedelta(minutes=10),
        expires_at=MONDAY + timedelta(days=7),
        figures={"people": 3},
    )
