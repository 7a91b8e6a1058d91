"""The small network of the participation pages, and what a worker has at hand."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.permissions import Actor
from peergang.core.storage import Files
from peergang.reports.actions.asking import ask_report
from peergang.reports.actions.making import make_report
from peergang.reports.models import Report
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.states import Format
from tests.web.progress.conftest import Network, network, packed_network

__all__ = ["Network", "network", "packed_network"]

Make = Callable[..., Report]


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings.files_url)


@pytest.fixture
def organiser(network: Network) -> Actor:
    found = find_asker(network.session, network.organiser.id)
    assert found is not None
    return found


def actor_of(session: Session, user_id: UUID) -> Actor:
    found = find_asker(session, user_id)
    assert found is not None
    return found


def ask(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str = "participation",
    query: str = "",
    form: str = "csv",
    locale: str = "nl",
) -> Report:
    report = ask_report(session, actor, kind, query, Format(form), locale=locale, role="organiser", now=now)
    session.commit()
    return report


@pytest.fixture
def made(connection: Connection, session: Session, files: Files, organiser: Actor, now: datetime) -> Make:
    """Ask for a report and make it, as a worker does."""

    def make(kind: str = "participation", query: str = "", form: str = "csv", **more: str) -> Report:
        report = ask(session, organiser, now, kind, query, form, **more)
        make_report(connection, files, report.id, lambda: now)
        session.expire_all()
        return report

    return make


def content_of(files: Files, report: Report) -> BytesIO:
    assert report.storage_key, report.reason
    with files.open(report.storage_key) as content:
        return BytesIO(content.read())
