"""`peergang content check` and `peergang content load`."""

from pathlib import Path

import click

from peergang.cli.database import ROOT, open_engine
from peergang.core import clock
from peergang.core.db import transaction
from peergang.core.permissions import SYSTEM
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.intervision import Method, read_methods
from peergang.curriculum.content.reflection_sets import ReflectionSet, read_sets
from peergang.curriculum.content.schema import Programme
from peergang.curriculum.content.source import ContentError, read_programmes

FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT / "content"
)


@click.group()
def content() -> None:
    """Check and load the curriculum."""


@content.command()
@FOLDER
def check(folder: Path) -> None:
    """Read all content and name every mistake with its file, line and remedy."""
    for programme in _read(folder):
        topics = sum(len(module.topics) for module in programme.modules)
        activities = sum(len(module.activities) for module in programme.modules)
        click.echo(
            f"{programme.header.slug}: {len(programme.modules)} modules, {topics} topics, {activities} activities"
        )
    for method in _read_methods(folder):
        steps = len(method.header.steps)
        click.echo(f"intervision/{method.slug}: {steps} steps, {method.header.minutes} minutes")
    for one in _read_sets(folder):
        click.echo(f"reflection-sets/{one.slug}: {len(one.header.prompts)} questions")


@content.command()
@FOLDER
def load(folder: Path) -> None:
    """Load what changed as a new edition; nothing happens when nothing changed, and nothing when anything is wrong."""
    programmes = _read(folder)
    with open_engine() as engine, transaction(engine) as session:
        for programme in programmes:
            loaded = load_edition(session, SYSTEM, programme, now=clock.now())
            state = "new" if loaded.is_new else "unchanged"
            click.echo(f"{loaded.slug}: edition {loaded.number} ({state})")


def _read(folder: Path) -> list[Programme]:
    try:
        return read_programmes(folder)
    except ContentError as error:
        raise _complaint(error) from error


def _read_methods(folder: Path) -> list[Method]:
    try:
        return read_methods(folder)
    except ContentError as error:
        raise _complaint(error) from error


def _read_sets(folder: Path) -> list[ReflectionSet]:
    try:
        return read_sets(folder)
    except ContentError as error:
        raise _complaint(error) from error


def _complaint(error: ContentError) -> click.ClickException:
    for mistake in error.mistakes:
        click.echo(str(mistake), err=True)
    return click.ClickException(f"{len(error.mistakes)} mistake(s); nothing was loaded.")
