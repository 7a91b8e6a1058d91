"""`peergang up`: the whole platform on a bare machine with one command."""

import sys

import click


@click.command()
def up() -> None:
    """Start PostgreSQL, Valkey, web, worker and beat; stop all of it with Ctrl-C."""
    # Imported here, because the other commands must work in production, where the embedded servers are not installed.
    from peergang.supervisor import run_up

    sys.exit(run_up())
