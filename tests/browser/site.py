"""A whole Peergang for the browser: its own database with the real content, served by the server of production."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from peergang.core.clock import at_local, local_date
from peergang.core.config import Settings, load_settings
from peergang.core.db import make_engine, transaction
from peergang.core.embedded import Server
from peergang.core.mail import open_transport
from peergang.core.permissions import SYSTEM
from peergang.coursework.actions.holding import HOLD, send_held_reviews
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.source import read_programmes
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_all
from peergang.progress.actions.compile import compile_dirty
from tests.factories.identity import sign_in_session
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NEVER = "redis://127.0.0.1:1/0"
"""No broker: what a worker would do, a test asks for at the moment it needs it."""


@dataclass(frozen=True)
class Site:
    """A running site, and what its workers and its mail server would see."""

    settings: Settings
    engine: sa.Engine
    mail_folder: Path
    editions: dict[str, UUID]
    """The loaded editions by the slug of their programme."""

    @property
    def address(self) -> str:
        return self.settings.public_url

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Records that the site sees as soon as the block ends."""
        with transaction(self.engine) as session:
            yield session

    def edition(self, session: Session, slug: str = "peergang") -> Edition:
        return session.get_one(Edition, self.editions[slug])

    def cookie_of(self, user: User) -> dict[str, str]:
        """What the browser of somebody keeps who signed in a minute ago."""
        with self.work() as session:
            token = sign_in_session(session, user)
        signer = Flask("cookies")
        signer.secret_key = self.settings.secret_key
        serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
        assert serializer is not None
        value = serializer.dumps({"_user_id": token, "_fresh": True})
        return {"name": "peergang", "value": str(value), "url": self.address}

    def run_workers(self, now: datetime | None = None) -> None:
        """What beat and the workers do within five minutes: send what was held, plan, deliver, compile."""
        now = now or datetime.now(UTC)
        with self.work() as session:
            send_held_reviews(session, now=max(now, datetime.now(UTC) + 2 * HOLD))
            plan_all(session, now=now)
        transport = open_transport(self.settings.mail_url)
        deliver_due(self.engine, self.settings, transport, now=now)
        transport.close()
        with self.work() as session:
            while compile_dirty(session, now=now):
                pass

    def run_workers_until_mail(self, address: str) -> None:
        """Wait for a working day: most mails keep out of evenings, weekends and holidays, and tests run on all days."""
        morning = at_local(local_date(datetime.now(UTC)), time(10))
        for days in range(21):
            self.run_workers(morning + timedelta(days=days))
            if self.mails_to(address):
                return

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What arrived for somebody, the oldest first."""
        found = []
        for path in sorted(self.mail_folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            if address in str(message["To"]):
                found.append(message)
        return found

    def link_in_mail(self, address: str, path: str) -> str:
        """The last address under `path` in the text of the newest mail to somebody."""
        body = self.mails_to(address)[-1].get_body(("plain",))
        assert body is not None
        links = re.findall(rf"{re.escape(self.address + path)}\S+", body.get_content())
        assert links, f"no {path} in: {body.get_content()}"
        return str(links[-1])


@contextmanager
def open_site(
    postgres: Server,
    folder: Path,
    *,
    name: str,
    env: str = "test",
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Site]:
    """Migrate a new database, load the content, and serve it on a free port until the block ends."""
    port = free_port()
    settings = load_settings(
        {
            "PEERGANG_ENV": env,
            "PEERGANG_SECRET_KEY": "for-the-browser-tests-only-and-long-enough",
            "PEERGANG_DATABASE_URL": _make_database(postgres, name),
            "PEERGANG_REDIS_URL": NEVER,
            # By name: browsers make no passkeys for an address that is a number.
            "PEERGANG_PUBLIC_URL": f"http://localhost:{port}",
            "PEERGANG_MAIL_URL": f"file:{folder / 'mail'}",
            "PEERGANG_FILES_URL": str(folder / "files"),
            **more,
        }
    )
    engine = make_engine(settings.database_url, application="browser tests")
    try:
        site = Site(settings, engine, folder / "mail", _fill(engine))
        with _served(settings, port, folder / "web.log", more):
            yield site
    finally:
        engine.dispose()


def _make_database(postgres: Server, name: str) -> str:
    engine = make_engine(postgres.url, application="browser tests")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return sa.make_url(postgres.url).set(database=name).render_as_string(hide_password=False)


def _fill(engine: sa.Engine) -> dict[str, UUID]:
    config = Config(str(ROOT / "alembic.ini"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    with transaction(engine) as session:
        for programme in read_programmes(ROOT / "content"):
            load_edition(session, SYSTEM, programme, now=datetime.now(UTC))
    with transaction(engine) as session:
        return {edition.sign: edition.id for edition in session.scalars(sa.select(Edition))}


@contextmanager
def _served(settings: Settings, port: int, log: Path, more: Mapping[str, str]) -> Iterator[None]:
    server = start_server(settings, port, log, more)
    try:
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def start_server(
    settings: Settings, port: int, log: Path, more: Mapping[str, str] = MappingProxyType({})
) -> "subprocess.Popen[bytes]":
    """The web server of production on `port`, in a process group of its own, once it answers."""
    command_line = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
        *("--log-level", "warning", "peergang.app:create_app"),
    ]
    environment = os.environ | {
        "PEERGANG_ENV": settings.env,
        "PEERGANG_SECRET_KEY": settings.secret_key,
        "PEERGANG_DATABASE_URL": settings.database_url,
        "PEERGANG_REDIS_URL": settings.redis_url,
        "PEERGANG_PUBLIC_URL": settings.public_url,
        "PEERGANG_MAIL_URL": settings.mail_url,
        "PEERGANG_FILES_URL": settings.files_url,
        **more,
    }
    with log.open("ab") as output:
        server = subprocess.Popen(
            command_line,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(server, port, log)
    except BaseException:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        raise
    return server


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    patience = monotonic() + 120
    while monotonic() < patience and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"the site did not start:\n{log.read_text()}")
