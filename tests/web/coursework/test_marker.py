"""A planted word: whoever is not in the audience meets it nowhere, and no mail, notice, log line or job holds it."""

import io
import logging
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.config import Settings
from peergang.core.logs import SHARED
from peergang.core.mail import MemoryTransport
from peergang.coursework.models import ReflectionVersion
from peergang.demo.days import connect_features
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_all
from peergang.notifications.catalog import list_rules
from peergang.tables import load_metadata
from peergang.web.throttle import limiter
from tests.factories.versions import list_versions_and_draft
from tests.house.test_routes import EXPECTATIONS, walked
from tests.web.coursework.planting import MARKER, Planted

pytestmark = pytest.mark.slow

OUTSIDE = ("organiser", "contact", "admin", "outsider")
"""Nobody of these is in any audience; an admin has given no reason."""

HOLDS = {
    "reflection",
    "reflection_version",
    "version_attachment",
    "attachment",
    "peer_feedback",
    "comment",
    "review",
    "review_phrase",
    "calibration_judgement",
    "hand_over",
    "promotion_consent",
    "practice_example",
    "discussion_thread",
    "discussion_post",
}
"""The tables in which the words stand because somebody wrote them there; nothing copies them to another."""


@pytest.fixture(scope="module")
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One connection for the whole module; nothing of it stays."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture(scope="module")
def session(connection: sa.Connection) -> Iterator[Session]:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture(scope="module")
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged from here on, written as it is in production."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    steps: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[remove, *steps])
    )
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def sent_jobs() -> list[str]:
    return []


@pytest.fixture(scope="module")
def planted(session: Session, lines: io.StringIO, sent_jobs: list[str]) -> Planted:
    connect_features()
    planted = Planted(session, datetime.now(UTC) - timedelta(minutes=5))
    sent_jobs += [repr(one) for one in session.info.get("jobs", {})]
    return planted


@pytest.fixture
def app(whole_app: Flask, connection: sa.Connection, sent_jobs: list[str]) -> Iterator[Flask]:
    whole_app.extensions["peergang_bind"] = connection
    whole_app.config["WTF_CSRF_ENABLED"] = False
    jobs.use_dispatcher(lambda job, ids: sent_jobs.append(repr((job, ids))))
    yield whole_app
    jobs.use_dispatcher(None)


def whole(data: bytes) -> bytes:
    """What is in it, unpacked where it is a packed file."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def holds(data: bytes | str) -> bool:
    data = data.encode() if isinstance(data, str) else data
    return MARKER.lower().encode() in whole(data).lower()


def sign_in(app: Flask, planted: Planted, role: str) -> FlaskClient:
    limiter.reset()
    client = app.test_client()
    if role in planted.world.cookies:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = planted.world.cookies[role]
            cookie["_fresh"] = True
    return client


def addresses(app: Flask, planted: Planted) -> list[tuple[str, str, dict[str, Any]]]:
    """Every address of the application with the ids of this world, with its method and what is posted."""
    found = []
    with app.test_request_context():
        for key, (rule, method) in walked(app).items():
            if method != "GET" and rule.endpoint.split(".")[0] in ("identity", "web"):
                continue  # Passwords and sign-in have nothing to do with it, and take long.
            expected = EXPECTATIONS.get(key, {})
            args = planted.world.args | (expected["args"](planted.world) if "args" in expected else {})
            if not rule.arguments <= args.keys():
                continue  # tests/house/test_routes.py reports what the world lacks.
            built = rule.build({name: args[name] for name in rule.arguments})
            assert built is not None
            form = expected["form"](planted.world) if "form" in expected else {}
            found.append((method, built[1], form))
    assert len(found) > 150
    return found


def walk(
    app: Flask, planted: Planted, connection: sa.Connection, role: str, *, posting: bool = False
) -> list[str]:
    """Where somebody meets the word. What was posted is undone."""
    met = []
    client = sign_in(app, planted, role)
    for method, url, form in addresses(app, planted):
        if method != "GET" and not posting:
            continue
        savepoint = connection.begin_nested()
        try:
            answer = client.open(url, method=method, data=None if method == "GET" else form)
            answers = [answer]
            if method == "GET" and answer.status_code == 200:
                answers.append(client.head(url))
            if any(holds(one.data) or holds(str(one.headers)) for one in answers):
                met.append(f"{method} {url}")
        finally:
            savepoint.rollback()
        if method != "GET":
            client = sign_in(app, planted, role)
    return met


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_outside_the_audience_meets_it_at_any_address(
    app: Flask, planted: Planted, connection: sa.Connection, role: str
) -> None:
    assert walk(app, planted, connection, role, posting=role == "organiser") == []


def test_those_whom_it_is_for_do_meet_it(app: Flask, planted: Planted, connection: sa.Connection) -> None:
    """The control: the same walk finds the word, in pages and in files."""
    author = "\n".join(walk(app, planted, connection, "participant"))
    for part in ("/reflecties/", "/portfolio", "/schrijven", "/vergelijk", "/versies/", "/gesprek"):
        assert part in author, f"the author does not meet it at {part}"
    trainer = "\n".join(walk(app, planted, connection, "trainer"))
    for part in ("GET /beoordelen", "/beoordelen/zinnen", "/beoordelen/ijken"):
        assert part in trainer, f"the trainer does not meet it at {part}"


def test_what_an_organiser_exports_of_themselves_and_of_others_is_clean(app: Flask, planted: Planted) -> None:
    from peergang.privacy.actions.own_data import export_personal_data
    from tests.factories.coursework import actor_of

    people, session = planted.world.people, planted.session
    for name in ("organiser", "contact", "admin"):
        who = people[name]
        found = export_personal_data(session, actor_of(session, who), who.id, now=planted.now)
        assert not holds(repr(found)), name
    author = people["participant"]
    own = export_personal_data(session, actor_of(session, author), author.id, now=planted.now)
    assert holds(repr(own)), "what one wrote is in what one takes along"


def mails() -> Iterator[tuple[str, str]]:
    """Who got a mail, and every readable part of it with its headers."""
    for one in MemoryTransport.sent:
        message = message_from_bytes(one.message, policy=policy.default)
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        yield one.recipient, "\n".join([*map(str, message.values()), *map(str, parts)])


def test_no_mail_of_any_rule_to_anybody_holds_it(
    planted: Planted, connection: sa.Connection, session: Session, settings: Settings, mailbox: list[Any]
) -> None:
    session.commit()
    savepoint = connection.begin_nested()
    try:
        approved = False
        for hour in range(0, 24 * 22, 15):
            now = planted.now + timedelta(hours=hour)
            plan_all(session, now=now)
            session.commit()
            deliver_due(connection, settings, MemoryTransport(), now=now, budget=None)
            if hour > 24 * 9 and not approved:
                approved = True
                draft = list_versions_and_draft(session, planted.id, planted.second.user_id)[1]
                planted.trainer, planted.second = planted.second, planted.trainer
                latest = list_versions_and_draft(session, planted.id, None)[0][0]
                assert draft.revision == 0
                planted.now = now
                version = session.get_one(ReflectionVersion, latest.version_id)
                planted.review(version, "approve", send=True)
        found = list(mails())
        rules = {row.rule for row in session.execute(sa.text("SELECT DISTINCT rule FROM notice"))}
        assert {"feedback_received", "review_decided", "review_handed_over", "calibration_asked"} <= rules
        assert len(rules) > len(list_rules()) / 4
        assert len(found) > 20
        assert [who for who, text in found if holds(text)] == []
        assert tables_with_it(session) <= HOLDS, "a notice or a log keeps it"
    finally:
        session.commit()
        savepoint.rollback()
        session.expire_all()


def tables_with_it(session: Session) -> set[str]:
    found = set()
    for table in load_metadata().sorted_tables:
        number = session.scalar(
            sa.text(f'SELECT count(*) FROM "{table.name}" t WHERE t::text ILIKE :word'),
            {"word": f"%{MARKER}%"},
        )
        if number:
            found.add(table.name)
    return found


def test_it_stands_where_it_was_written_and_is_copied_nowhere(
    app: Flask, planted: Planted, session: Session
) -> None:
    """The audit log, the log of openings, notices, progress and reports among the others."""
    for role in ("participant", "trainer", "peer"):
        for path in ("/", f"/reflecties/{planted.id}", f"/beoordelen/{planted.id}", "/portfolio"):
            sign_in(app, planted, role).get(path)
    session.expire_all()
    assert tables_with_it(session) == HOLDS
    session.commit()


def test_no_line_in_the_log_and_no_job_holds_it(
    app: Flask,
    planted: Planted,
    connection: sa.Connection,
    session: Session,
    lines: io.StringIO,
    sent_jobs: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when writing breaks with the words in hand, and when the database refuses them."""
    from peergang.coursework.views import reflection as view

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    url = f"/reflecties/opdracht/{planted.activity_id}/schrijven"
    form = {"title": MARKER, "audience": "cohort", "answer-gezien": MARKER, "revision": "0", "intent": "save"}

    def breaks(work: Session, _actor: Any, _activity: Any, draft: Any, **_more: Any) -> None:
        for statement in ("SELECT CAST(:it AS integer)", "SELECT nothing FROM nowhere WHERE it = :it"):
            savepoint = work.begin_nested()
            try:
                work.execute(sa.text(statement), {"it": draft.title})
            except sa.exc.SQLAlchemyError as error:
                savepoint.rollback()
                structlog.get_logger("peergang.errors").error("exception", exc_info=error)
        raise RuntimeError("broken while saving") from None

    monkeypatch.setattr(view, "save_draft", breaks)
    session.commit()
    savepoint = connection.begin_nested()
    assert sign_in(app, planted, "participant").post(url, data=form).status_code == 500
    monkeypatch.undo()
    for path in ("/", "/reflecties", f"/reflecties/{planted.id}", "/portfolio", "/feedback"):
        for role in ("participant", "peer", "organiser"):
            sign_in(app, planted, role).get(path)
    savepoint.rollback()
    session.expire_all()
    told = lines.getvalue()
    assert "broken while saving" in told
    assert told.count("SQLSTATE") + told.count("does not exist") >= 2
    assert len(told.splitlines()) > 15
    assert not [line for line in told.splitlines() if holds(line)]
    assert len(sent_jobs) > 3
    assert not [one for one in sent_jobs if holds(one)]
