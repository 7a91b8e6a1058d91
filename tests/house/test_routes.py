"""Routes × roles: every route of the application, asked by everybody, against what its feature says should happen.

A route without an expectation fails. Expectations stand in tests/house/expectations/<feature>.py:

    EXPECTATIONS = {
        "coursework.module": {                          # the endpoint; for its POST the key is "coursework.module POST"
            "anonymous": 302,                           # to the sign-in page
            "participant": 200,
            "trainer": (200, 302),                      # either will do
            "organiser": 404,                           # forbidden and unknown look the same
            "admin": 404,
            "outsider": 404,                            # takes part in another cohort
            "other_trainer": 404,                       # trains that other cohort
            "contact": 404,                             # of the participant's institution; takes part in nothing
            "args": lambda world: {"module_id": ...},   # optional: URL arguments for this route only
            "form": lambda world: {"body": "..."},      # optional: what is posted; nothing by default
        },
    }

    def extend(world: World) -> None:                   # optional: records of this feature, see tests/house/world.py
        world.args["reflection_id"] = ...

All eight roles must be named. tests/house/expecting.py fills in the usual ones: `everybody(200)`, `signed_in(200)` and
`only(("organiser", "admin"), 200)`, which says 302 for anonymous and 404 for all others; each takes "args" and "form" too.
Every request runs in a savepoint that is rolled back, so a POST of one role does not change what the next one finds. A
route with one method has its bare endpoint as key, also when that is POST. What a refused POST changed is for the
feature's own tests.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from peergang.core import jobs
from peergang.identity.models import DataOpening
from peergang.privacy.labels import PAGES
from peergang.web.throttle import limiter
from tests.house.openings import ONLY_NAMES, OPENINGS
from tests.house.world import ROLES, World, build_world

FILES = sorted(
    path.stem for path in (Path(__file__).parent / "expectations").glob("*.py") if path.stem != "__init__"
)
MODULES = {name: import_module(f"tests.house.expectations.{name}") for name in FILES}
EXPECTATIONS: dict[str, dict[str, Any]] = {
    key: expected for module in MODULES.values() for key, expected in module.EXPECTATIONS.items()
}

pytestmark = pytest.mark.database


class Answer(NamedTuple):
    """What a request gave: whether the page names the participant, and what it left in the log of openings about them."""

    status: int
    names_somebody: bool
    opened: set[str]


@pytest.fixture(scope="module")
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One connection for the whole walk; nothing of it stays."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture(scope="module")
def world(connection: sa.Connection) -> World:
    session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    # The pages read the real clock, so the world must be about today.
    world = build_world(session, datetime.now(UTC))
    for module in MODULES.values():
        if hasattr(module, "extend"):
            module.extend(world)
    session.commit()
    return world


@pytest.fixture
def app(whole_app: Flask, connection: sa.Connection) -> Flask:
    whole_app.extensions["peergang_bind"] = connection
    whole_app.config["WTF_CSRF_ENABLED"] = False
    jobs.use_dispatcher(None)
    return whole_app


def walked(app: Flask) -> dict[str, tuple[Rule, str]]:
    """Every route as key → (rule, method)."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[-1] == "static":
            continue
        methods = (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        for method in methods:
            key = rule.endpoint if method == "GET" or len(methods) == 1 else f"{rule.endpoint} {method}"
            found[key] = (rule, method)
    return found


def test_every_route_has_an_expectation_for_every_role(whole_app: Flask) -> None:
    missing = sorted(set(walked(whole_app)) - set(EXPECTATIONS))
    stale = sorted(set(EXPECTATIONS) - set(walked(whole_app)))
    silent = sorted(
        f"{key}: {role}" for key, one in EXPECTATIONS.items() for role in ROLES if role not in one
    )
    assert not missing, "say what these answer, in tests/house/expectations/: " + ", ".join(missing)
    assert not stale, "these routes are gone: " + ", ".join(stale)
    assert not silent, "say what these answer to: " + ", ".join(silent)


def test_only_one_file_speaks_about_a_route() -> None:
    keys = [key for module in MODULES.values() for key in module.EXPECTATIONS]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("key", sorted(EXPECTATIONS))
def test_the_route_answers_each_role_as_expected(
    key: str, app: Flask, world: World, connection: sa.Connection
) -> None:
    routes = walked(app)
    if key not in routes:
        pytest.skip("the test above reports a route that is gone")
    rule, method = routes[key]
    expected = EXPECTATIONS[key]
    args = world.args | (expected["args"](world) if "args" in expected else {})
    unknown = sorted(rule.arguments - args.keys())
    assert not unknown, f"world.args lacks {', '.join(unknown)} for {rule.rule}"
    form = expected["form"](world) if "form" in expected else {}
    with app.test_request_context():
        url = rule.build({name: args[name] for name in rule.arguments})
    assert url is not None
    wrong = {}
    for role in ROLES:
        answer = ask(app, world, connection, role, method, url[1], form)
        allowed = expected[role] if isinstance(expected[role], tuple) else (expected[role],)
        if answer.status not in allowed:
            wrong[role] = f"{answer.status} instead of {expected[role]}"
        elif problem := judge_opening(key, role, answer):
            wrong[role] = problem
    assert not wrong, f"{method} {url[1]}: {wrong}"


def judge_opening(key: str, role: str, answer: Answer) -> str:
    """What is wrong with how a page that names the participant accounts for that (docs/decisions/0022-audit.md)."""
    if answer.names_somebody and role not in ("anonymous", "participant"):
        if key not in OPENINGS and key not in ONLY_NAMES:
            return "names somebody: say in tests/house/openings.py what it leaves in the log, or that it is a list"
        if key in OPENINGS and answer.opened != {OPENINGS[key]}:
            return f"left {answer.opened or 'nothing'} in the log of openings, not {OPENINGS[key]}"
    if answer.opened and key not in OPENINGS:
        return f"left {answer.opened} in the log of openings; say so in tests/house/openings.py"
    return ""


def test_what_is_said_about_openings_is_about_pages_that_exist() -> None:
    assert set(OPENINGS) | set(ONLY_NAMES) <= set(EXPECTATIONS)
    assert not set(OPENINGS) & set(ONLY_NAMES)
    assert set(OPENINGS.values()) <= set(PAGES)


def ask(
    app: Flask, world: World, connection: sa.Connection, role: str, method: str, url: str, form: Any
) -> Answer:
    """What `role` gets, with everything undone afterwards."""
    limiter.reset()
    client = app.test_client()
    if role in world.cookies:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = world.cookies[role]
            cookie["_fresh"] = True
    savepoint = connection.begin_nested()
    try:
        response = client.open(url, method=method, data=form if method != "GET" else None)
        shown = response.status_code == 200 and method == "GET" and "text/" in response.content_type
        participant = world.people["participant"]
        name = f"{participant.given_name} {participant.family_name}"
        names_somebody = shown and (name in response.text or participant.email in response.text)
        opened = connection.scalars(sa.select(DataOpening.page).where(DataOpening.user_id == participant.id))
        return Answer(response.status_code, names_somebody, set(opened))
    finally:
        savepoint.rollback()
