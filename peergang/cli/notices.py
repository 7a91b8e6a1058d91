"""`peergang notices …`: what a human decides about mail, because SMTP cannot say what happened."""

from datetime import datetime, timedelta
from uuid import UUID

import click

from peergang.cli.database import open_engine
from peergang.core import clock
from peergang.core.db import reading, transaction
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import SYSTEM
from peergang.notifications.actions.pausing import hold_sending, resume_sending
from peergang.notifications.actions.replaying import replay_notices, settle_notice
from peergang.notifications.queries import list_unsettled
from peergang.notifications.queries.operating import (
    Selection,
    count_selected,
    list_failures,
    list_pauses,
)
from peergang.notifications.queries.queue import get_queue
from peergang.notifications.rules import UNSETTLED, NoticeState, Outcome, PauseScope

REFUSALS = {
    "notice_state": "Nothing to decide: this message is {state}.",
    "notice_expired": "Too late: what this message says is over. Use --drop.",
}


@click.group()
def notices() -> None:
    """Look at messages in doubt and decide about them."""


@notices.command()
def queue() -> None:
    """Show what waits, what is held back, and what failed and why."""
    now = clock.now()
    with open_engine() as engine, reading(engine) as session:
        found, pauses, failures = (
            get_queue(session, now),
            list_pauses(session, now),
            list_failures(session, now),
        )
    waits = f", the oldest since {_time(found.oldest)}" if found.oldest else ""
    click.echo(f"due {found.due}{waits}; on its way {found.claimed}; later {found.later}; held {found.held}")
    for row in pauses:
        click.echo(f"held: {row.scope} {row.key} since {_time(row.since)}, {row.waiting} waiting: {row.why}")
    for row in failures:
        click.echo(f"{row.state:<9}  {row.number:>6}  {row.rule}  {row.reason}")


@notices.command()
@click.option("--rule", help="Only this rule.")
@click.option("--cohort", type=click.UUID, help="Only this cohort.")
@click.option("--why", required=True, help="Other operators read this.")
def pause(rule: str | None, cohort: UUID | None, why: str) -> None:
    """Hold mail back: all of it, unless a rule or a cohort is named."""
    scope, key = _scope(rule, cohort)
    with open_engine() as engine:
        try:
            with transaction(engine) as session:
                made = hold_sending(session, SYSTEM, scope, key, why, now=clock.now())
        except Invalid as error:
            raise click.ClickException(
                "There is no such rule." if "key" in error.problems else "Say why in at most 300 characters."
            ) from None
    click.echo("Held back. It waits, and expires as usual." if made else "It was held back already.")


@notices.command()
@click.option("--rule", help="Only this rule.")
@click.option("--cohort", type=click.UUID, help="Only this cohort.")
def resume(rule: str | None, cohort: UUID | None) -> None:
    """Let go what `pause` with the same options holds back."""
    wanted = _scope(rule, cohort)
    with open_engine() as engine, transaction(engine) as session:
        now = clock.now()
        held = [row.id for row in list_pauses(session, now) if (row.scope, row.key) == wanted]
        if not held:
            raise click.ClickException("It is not held back.")
        resume_sending(session, SYSTEM, held[0], now=now)
    click.echo("It goes on; every message is judged again first.")


@notices.command()
@click.option(
    "--state", type=click.Choice([str(one) for one in UNSETTLED]), default="failed", show_default=True
)
@click.option("--reason", required=True, help="As `peergang notices queue` shows it.")
@click.option("--rule", default="", help="Only this rule.")
@click.option(
    "--hours", type=click.IntRange(1, 24 * 60), default=24, show_default=True, help="Ended so lately."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay(state: str, reason: str, rule: str, hours: int, yes: bool) -> None:
    """Send again all messages that failed for a reason, as far as they are still true and of use."""
    now = clock.now()
    selection = Selection(NoticeState(state), reason, now - timedelta(hours=hours), now, rule)
    with open_engine() as engine:
        with reading(engine) as session:
            number = count_selected(session, selection, now)
        if number and not yes:
            click.confirm(f"Send {number} messages again?", abort=True)
        with transaction(engine) as session:
            number = replay_notices(session, SYSTEM, selection, now=now)
    click.echo(f"{number} messages are queued again.")


def _scope(rule: str | None, cohort: UUID | None) -> tuple[PauseScope, str]:
    if rule and cohort:
        raise click.UsageError("Say --rule or --cohort, not both.")
    if rule:
        return PauseScope.RULE, rule
    return (PauseScope.COHORT, str(cohort)) if cohort else (PauseScope.ALL, "")


def _time(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


@notices.command("list")
@click.option("--state", type=click.Choice([str(one) for one in UNSETTLED]), help="Only these; else both.")
def list_command(state: str | None) -> None:
    """Show the messages that wait for a decision, the newest first."""
    states = (NoticeState(state),) if state else UNSETTLED
    with open_engine() as engine, reading(engine) as session:
        found = list_unsettled(session, states)
    for row in found:
        when = f"{clock.local(row.finished_at):%Y-%m-%d %H:%M}" if row.finished_at else "-"
        click.echo(f"{row.id}  {when}  {row.state:<9}  {row.rule}  {row.email}  {row.reason}")
    if not found:
        click.echo("No message waits for a decision.")


@notices.command()
@click.argument("notice_id", type=click.UUID)
@click.option(
    "--sent", "outcome", flag_value="sent", help="It arrived: the reader or the mail server's log says so."
)
@click.option(
    "--again", "outcome", flag_value="again", help="It did not arrive: send it, when it is still true."
)
@click.option("--drop", "outcome", flag_value="drop", help="Let it be.")
def settle(notice_id: UUID, outcome: str | None) -> None:
    """Decide about one uncertain or failed message."""
    if outcome is None:
        raise click.UsageError("Say one of --sent, --again and --drop.")
    with open_engine() as engine:
        try:
            with transaction(engine) as session:
                settle_notice(session, SYSTEM, notice_id, Outcome(outcome), now=clock.now())
        except NotFound:
            raise click.ClickException("There is no such message.") from None
        except Conflict as error:
            raise click.ClickException(REFUSALS[error.reason].format(**error.details)) from None
    click.echo(
        "Done." if outcome != "again" else "Queued: it goes out within a minute, when it is still true."
    )
