"""The four pages, and a reflection of 5,000 words with 200 comments: statements at little and at much, and CPU beside a
bare page.

The floor is a Flask application with nothing but one statement and the same base template: no gate, no session, no
headers, no log. Both are asked through WSGI in this process, one after the other, so that what else the machine does hits
both; what counts is CPU of this process, as the database is another one.

The long reflection has a floor of its own: the same bare page, whose one statement brings all paragraphs and comments, which
the template writes out in a plain loop. Beside a page without text the ratio would tell how much is written, and not what
writing it costs us: finding 200 quotes, numbering them, and everything else that stands on such a page.
"""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from peergang.app import create_app
from peergang.core import jobs
from peergang.core.config import load_settings
from peergang.core.db import transaction
from peergang.core.permissions import SYSTEM
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.source import read_programmes
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from tests.benchmarks.bare import make_bare_app
from tests.benchmarks.database import database, tidy
from tests.benchmarks.rows import Row, against
from tests.factories.crowd import Crowd, make_crowd
from tests.factories.identity import sign_in_session
from tests.factories.long_text import make_long_text

CONTENT = Path("content")
ROUNDS = 400
GOAL = 4.0
MOST_STATEMENTS = 10
FEW, MANY = 3, 300
SHORT, LONG = (50, 2), (5_000, 200)
"""Words and comments of the long reflection, in the small network and in the large one."""
INSTITUTIONS = 40


@dataclass(frozen=True)
class Page:
    """A page to ask for: the request as WSGI sees it."""

    name: str
    environ: dict[str, Any]
    is_long: bool = False


def run(*, quick: bool = False) -> list[Row]:
    """The rows of this benchmark."""
    rows: list[Row] = []
    statements: list[dict[str, int]] = []
    # The pages log every request, which is part of their cost and not of this table.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        for people in (FEW, MANY):
            with database() as engine:
                app, pages, version_id = _set_up(engine, people)
                statements.append({page.name: count_statements(app, engine, page) for page in pages})
                if people == MANY:
                    with _bare(engine, version_id) as (bare, floors):
                        rounds = 40 if quick else ROUNDS
                        rows = [
                            _compare(
                                app, page, bare, floors[page.is_long], rounds // 4 if page.is_long else rounds
                            )
                            for page in pages
                        ]
    few, many = statements
    return [*rows, *(_statements(name, few[name], many[name]) for name in many)]


def _statements(name: str, few: int, many: int) -> Row:
    return {
        "name": f"{name}: statements at {MANY} people, and at {FEW}",
        "measured": many,
        "floor": few,
        "unit": "statements",
        "ratio": round(many / few, 3),
        "goal": f"equal, <= {MOST_STATEMENTS}",
        "met": few == many <= MOST_STATEMENTS,
    }


def _set_up(engine: sa.Engine, people: int) -> tuple[Flask, list[Page], UUID]:
    """The application on real content, with a running cohort of `people` and four earlier ones; and the long version."""
    now = datetime.now(UTC)
    with transaction(engine) as session:
        programme = next(one for one in read_programmes(CONTENT) if one.header.slug == "peergang")
        load_edition(session, SYSTEM, programme, now=now)
        edition = session.scalars(sa.select(Edition)).one()
        crowd = make_crowd(
            session, now, people, edition=edition, earlier=4, institutions=min(people, INSTITUTIONS)
        )
        words, comments = LONG if people == MANY else SHORT
        long = make_long_text(session, crowd, now, words=words, comments=comments)
        cookies = {user.id: sign_in_session(session, user) for user in (*_who(crowd), long.author, long.peer)}
    tidy(engine)
    app = make_app(engine)
    wanted = (
        ("this week", crowd.participant, "/deze-week"),
        ("module", crowd.participant, f"/modules/{crowd.module_id}"),
        ("review", crowd.trainer, f"/beoordelen/{crowd.reflection_id}"),
        ("participation", crowd.organiser, "/deelname"),
    )
    pages = [Page(name, make_environ(app, path, cookies[user.id])) for name, user, path in wanted]
    lengthy = (
        ("long reading", long.author, f"/reflecties/{long.reflection_id}"),
        ("long review", crowd.trainer, f"/beoordelen/{long.reflection_id}"),
        ("long feedback", long.peer, f"/feedback/{long.version_id}"),
    )
    pages += [
        Page(name, make_environ(app, path, cookies[user.id]), is_long=True) for name, user, path in lengthy
    ]
    return app, pages, long.version_id


def make_app(engine: sa.Engine) -> Flask:
    """The application on this database; its jobs go nowhere."""
    settings = load_settings(
        {
            "PEERGANG_ENV": "test",
            "PEERGANG_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
            "PEERGANG_LOG_FORMAT": "json",
        }
    )
    app = create_app(settings, engine)
    jobs.use_dispatcher(None)
    return app


def _who(crowd: Crowd) -> tuple[User, User, User]:
    return crowd.participant, crowd.trainer, crowd.organiser


def make_environ(app: Flask, path: str, token: str = "") -> dict[str, Any]:
    """A request as a browser of who has this session sends it; without one, of nobody."""
    client = app.test_client()
    headers = {"Accept": "text/html", "Accept-Language": "nl"}
    if token:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        # A browser keeps the cookie of its first visit, with the token against forged forms that was made for it.
        client.get(path, headers=headers)
        found = client.get_cookie("session") or client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert found is not None
        headers["Cookie"] = f"{found.key}={found.value}"
    return dict(EnvironBuilder(path=path, headers=headers).get_environ())


def ask(app: Flask, environ: dict[str, Any]) -> float:
    """CPU seconds of one request, from the environ to the last byte."""
    status: list[str] = []
    fresh = {**environ, "wsgi.input": io.BytesIO()}
    began = time.process_time()
    answer = app.wsgi_app(fresh, lambda line, *_: status.append(line))  # type: ignore[arg-type,func-returns-value]
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    spent = time.process_time() - began
    if not status[0].startswith("200") or len(body) < 500:
        raise RuntimeError(f"{environ['PATH_INFO']} answers {status[0]}")
    return spent


def count_statements(app: Flask, engine: sa.Engine, page: Page) -> int:
    """Statements of the second visit; the first fills caches."""
    ask(app, page.environ)
    found: list[str] = []

    def note(*arguments: object) -> None:
        found.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        ask(app, page.environ)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(found)


@contextmanager
def _bare(engine: sa.Engine, version_id: UUID) -> Iterator[tuple[Flask, tuple[Page, Page]]]:
    with Session(engine) as session:
        user_id = session.scalars(sa.select(User.id).limit(1)).one()
    bare = make_bare_app(engine, user_id, version_id)
    yield bare, (Page("bare", make_environ(bare, "/")), Page("bare, long", make_environ(bare, "/lang")))


def _compare(app: Flask, page: Page, bare: Flask, bare_page: Page, rounds: int) -> Row:
    for _ in range(20):
        ask(app, page.environ)
        ask(bare, bare_page.environ)
    ours, floor = [], []
    for _ in range(rounds):
        ours.append(ask(app, page.environ))
        floor.append(ask(bare, bare_page.environ))
    return against(
        f"{page.name}: CPU a request", 1000 * median(ours), 1000 * median(floor), "ms", at_most=GOAL
    )
