"""The small network of the participation pages, and a worker beside the site."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.storage import Files
from peergang.identity.models import User
from peergang.reports.actions.making import make_report
from peergang.reports.models import Report
from tests.web.progress.conftest import Network, network, packed_network

__all__ = ["Network", "network", "packed_network"]

ClientAs = Callable[[User], FlaskClient]
Work = Callable[[], None]


@pytest.fixture
def work(connection: Connection, session: Session, settings: Settings) -> Work:
    """What a worker does with everything that waits."""
    files = Files(settings.files_url)

    def make() -> None:
        for report_id in session.scalars(select(Report.id).where(Report.state == "requested")).all():
            make_report(connection, files, report_id, clock.now)
        session.expire_all()

    return make
