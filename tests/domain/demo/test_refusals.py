"""Where the demo does not belong."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from peergang.core import clock, db
from peergang.core.config import Settings
from peergang.core.mail import FileTransport
from peergang.core.permissions import SYSTEM
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.source import read_programmes
from peergang.demo.fast_forward import CannotMove, fast_forward
from peergang.demo.fill import CannotFill, fill_demo
from tests.factories.identity import make_user

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]


def test_a_database_with_other_people_is_left_alone(
    committed: sa.Engine, settings: Settings, tmp_path: Path
) -> None:
    with db.transaction(committed) as session:
        make_user(session)
    with pytest.raises(CannotFill, match="content load"):
        fill_demo(committed, settings, FileTransport(tmp_path), print, now=clock.now())
    with db.transaction(committed) as session:
        for programme in read_programmes(Path("content")):
            load_edition(session, SYSTEM, programme, now=clock.now())
    with pytest.raises(CannotFill, match="not the demo's"):
        fill_demo(committed, settings, FileTransport(tmp_path), print, now=clock.now())


def test_production_is_left_alone(engine: sa.Engine, settings: Settings, tmp_path: Path) -> None:
    real = replace(settings, env="production")
    with pytest.raises(CannotFill, match="production"):
        fill_demo(engine, real, FileTransport(tmp_path), print, now=clock.now())


def test_time_stands_still_where_no_demo_is(committed: sa.Engine, settings: Settings, tmp_path: Path) -> None:
    movable = replace(settings, clock_file=tmp_path / "clock")
    with pytest.raises(CannotMove, match="demo fill"):
        fast_forward(committed, movable, FileTransport(tmp_path), print, weeks=1)
