"""`peergang notices …`: what a human decides about mail, because SMTP cannot say what happened."""

from uuid import UUID

import click

from peergang.cli.database import open_engine
from peergang.core import clock
from peergang.core.db import reading, transaction
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import SYSTEM
from peergang.notifications.actions.sweep import settle_notice
from peergang.notifications.queries import list_unsettled
from peergang.notifications.rules import UNSETTLED, NoticeState, Outcome

REFUSALS = {
    "notice_state": "Nothing to decide: this message is {state}.",
    "notice_expired": "Too late: what this message says is over. Use --drop.",
}


@click.group()
def notices() -> None:
    """Look at messages in doubt and decide about them."""


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
