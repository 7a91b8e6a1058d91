"""What an admin sees of the compiling of progress, and does about it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from peergang.core.jobs import Job, use_dispatcher
from peergang.core.permissions import SYSTEM
from peergang.identity.models import RoleGrant, User
from peergang.progress.actions.full_compile import compile_all, continue_compile
from peergang.progress.actions.runs import begin_compile
from peergang.progress.models import CompileRun, EnrolmentProgress, ProgressDirty
from peergang.progress.rules.runs import Origin
from tests.factories.identity import make_user
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

PAGE = "/beheer/voortgang"
Enter = Callable[[User], FlaskClient]


@pytest.fixture
def admin(network: Network, client_as: Enter) -> FlaskClient:
    user = make_user(network.session, "Ada", "Beheer")
    network.session.add(RoleGrant(user_id=user.id, role="admin"))
    network.session.flush()
    return client_as(user)


def spoil(network: Network, who: str) -> None:
    network.session.execute(
        update(EnrolmentProgress)
        .where(EnrolmentProgress.enrolment_id == network.people[who].id)
        .values(completed=0, last_completed_at=None)
    )


def test_before_the_first_run_the_page_says_so(admin: FlaskClient) -> None:
    page = admin.get(PAGE).text
    assert "Alles is nog nooit in één keer uitgerekend" in page
    assert "niets wacht" in page


def test_the_button_begins_one_and_a_worker_does_it(admin: FlaskClient, network: Network) -> None:
    sent: list[tuple[str, tuple[str, ...]]] = []
    use_dispatcher(lambda job, ids: sent.append((job, ids)))
    assert admin.post(PAGE).status_code == 303
    run = network.session.scalars(select(CompileRun)).one()
    assert sent == [(Job.PROGRESS_COMPILE_ALL, (str(run.id),))]
    page = admin.get(PAGE).text
    assert "Ada Beheer" in page
    assert "Reken nu alles opnieuw uit" not in page, "one at a time"
    assert "Een worker begint er zo aan." in page
    assert f'max="{run.total}"' in page
    assert admin.post(PAGE).status_code == 303
    assert len(sent) == 1
    continue_compile(network.session.connection(), run.id, now=network.now)
    state = admin.get(f"{PAGE}/{run.id}/stand")
    assert state.json["state"] == "done"
    assert state.json["done"] == state.json["total"] == run.total
    assert state.headers["Cache-Control"] == "no-store"


def test_stopping(admin: FlaskClient, network: Network) -> None:
    run_id = begin_compile(network.session, SYSTEM, now=network.now, origin=Origin.NIGHT)
    network.session.commit()
    assert "Stop" in admin.get(PAGE).text
    assert "Gestopt." in admin.post(f"{PAGE}/{run_id}/stoppen", follow_redirects=True).text
    assert "Het was al afgelopen." in admin.post(f"{PAGE}/{run_id}/stoppen", follow_redirects=True).text


def test_what_was_wrong_is_listed_without_a_name(admin: FlaskClient, network: Network) -> None:
    who, enrolment = next(iter(network.people.items()))
    spoil(network, who)
    compile_all(network.session.connection(), now=network.now)
    run = network.session.scalars(select(CompileRun)).one()
    page = admin.get(f"{PAGE}/{run.id}").text
    assert run.corrected == 1
    assert str(enrolment.id) in page
    assert network.cohort.name in page
    user = network.session.get_one(User, enrolment.user_id)
    assert user.family_name not in page
    assert MARKER not in page
    assert str(run.id) in admin.get(PAGE).text


def test_old_marks_are_seen_on_the_page_and_by_who_watches(
    admin: FlaskClient, client: FlaskClient, network: Network
) -> None:
    session: Session = network.session
    session.execute(delete(ProgressDirty))
    long_ago = func.clock_timestamp() - timedelta(minutes=9)
    session.add(ProgressDirty(enrolment_id=next(iter(network.people.values())).id, marked_at=long_ago))
    session.commit()
    page = admin.get(PAGE).text
    assert "De cijfers lopen achter" in page
    assert "9 minuten" in page
    assert any("progress is behind" in one for one in client.get("/readyz").json["warnings"])
    assert 'peergang_progress_waiting{figure="marked"} 1' in client.get("/metrics").text
