"""From a click on "invite" to a mail, through a real worker; and what happens when that worker or the broker dies."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
import sqlalchemy as sa

from peergang.core import jobs
from peergang.core.db import transaction
from peergang.core.jobs import QUEUE, Job
from peergang.identity.actions.links import request_password_reset
from peergang.notifications.actions.sweep import sweep_ledger
from peergang.notifications.models import Notice
from peergang.notifications.rules import CLAIM_TIMEOUT, Urgency
from peergang.web.broker import make_dispatcher
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.identity import make_user_with_password
from tests.workers.conftest import Place

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]


@pytest.fixture(autouse=True)
def dispatcher(place: Place) -> object:
    """Commits of this process enqueue for real."""
    jobs.use_dispatcher(make_dispatcher(place.environment["PEERGANG_REDIS_URL"]))
    yield
    jobs.use_dispatcher(None)


def now() -> datetime:
    return datetime.now(UTC)


def fill(place: Place, number: int) -> None:
    """Notices that are true for as long as the test lasts: a meeting within the hour, with so many participants."""
    with transaction(place.engine) as session:
        cohort = make_cohort(session, now())
        meeting = make_meeting(session, cohort, now() + timedelta(hours=1))
        for _ in range(number):
            participant = make_participant(session, cohort)
            session.add(
                Notice(
                    rule="meeting_tomorrow",
                    subject_id=meeting.id,
                    recipient_id=participant.user_id,
                    occurrence=meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
                    planned_at=now(),
                    not_before=now(),
                    ready_at=now(),
                    expires_at=now() + timedelta(hours=1),
                    # As urgent as can be: these tests also run at night.
                    urgency=Urgency.ALWAYS,
                )
            )


def addresses(place: Place) -> list[str]:
    return sorted(to for to, _ in place.sink.messages)


def enqueue(place: Place, job: Job, *ids: str) -> None:
    with transaction(place.engine) as session:
        jobs.enqueue(session, job, *ids)


def test_a_new_password_by_mail(place: Place) -> None:
    place.start()
    with transaction(place.engine) as session:
        user = make_user_with_password(session, "Zoë")
        request_password_reset(session, None, user.email, now=now())
    place.until(lambda: place.states() == {"sent": 1}, "the mail")
    ((to, content),) = place.sink.messages
    mail = message_from_bytes(content, policy=policy.default)
    assert to == user.email
    assert mail["Subject"] == "Kies een nieuw wachtwoord"
    assert "http://peergang.test/wachtwoord-opnieuw/" in mail.get_body(("plain",)).get_content()
    with place.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM worker_heartbeat")).scalar() == 1


def test_every_job_runs_without_an_error(place: Place) -> None:
    worker = place.start()
    needs = {Job.NOTICES_PLAN_RULE: ["meeting_tomorrow"], Job.REPORTS_MAKE: [str(uuid4())]}
    for job in Job:
        enqueue(place, job, *needs.get(job, []))
    place.until(lambda: worker.log.read_text().count(" succeeded in ") >= len(Job), "every job")
    assert "raised unexpected" not in worker.log.read_text()
    assert "Traceback" not in worker.log.read_text()


def test_redis_is_emptied_while_work_is_queued(place: Place) -> None:
    """The queue is gone, and so is what the broker remembers; the ledger is not, and the next sweep finds it."""
    fill(place, 30)
    enqueue(place, Job.NOTICES_DELIVER)
    assert place.redis.llen(QUEUE) == 1
    place.redis.flushall()
    place.start()
    place.until(lambda: place.states() == {"sent": 30}, "the sweep of a starting worker")
    place.redis.flushall()
    fill(place, 5)
    enqueue(place, Job.NOTICES_SWEEP)
    place.until(lambda: place.states() == {"sent": 35}, "the next sweep, by who was connected all the time")
    assert len(set(addresses(place))) == len(place.sink.messages) == 35


def test_a_worker_is_killed_between_claim_and_send(place: Place) -> None:
    """The mail server is silent before it took anything: nothing was sent, so everything is sent later, once."""
    fill(place, 30)
    place.sink.answers["MAIL"] = ["wait"]
    worker = place.start()
    place.until(lambda: place.states() == {"claimed": 30}, "the claim")
    place.until(lambda: place.sink.connections > 0, "the connection")
    worker.kill()
    assert place.sink.messages == []
    place.sink.answers.clear()
    _time_passes(place)
    # The sixteen that were about to go are a human's to decide, because nothing proves that they did not arrive.
    assert place.states() == {"queued": 14, "uncertain": 16}
    place.start()
    place.until(lambda: place.states() == {"sent": 14, "uncertain": 16}, "the rest")
    assert len(set(addresses(place))) == len(place.sink.messages) == 14


def test_a_worker_is_killed_between_send_and_record(place: Place) -> None:
    """The mail server has the message and has not said so yet: nobody may send it again."""
    fill(place, 30)
    place.sink.answers["END"] = ["", "", "taken and silent"]
    worker = place.start()
    place.until(lambda: len(place.sink.messages) == 3, "three messages")
    worker.kill()
    place.sink.answers.clear()
    _time_passes(place)
    assert place.states() == {"queued": 14, "sent": 2, "uncertain": 14}
    place.start()
    place.until(lambda: place.states() == {"sent": 16, "uncertain": 14}, "the rest")
    assert len(set(addresses(place))) == len(place.sink.messages) == 17


def test_two_workers_share_a_ledger(place: Place) -> None:
    fill(place, 200)
    for _ in range(2):
        place.start()
    for _ in range(4):
        enqueue(place, Job.NOTICES_DELIVER)
    place.until(lambda: place.states() == {"sent": 200}, "all mails")
    assert len(set(addresses(place))) == len(place.sink.messages) == 200


def test_an_orderly_stop_leaves_nothing_in_doubt(place: Place) -> None:
    fill(place, 200)
    worker = place.start()
    place.until(lambda: len(place.sink.messages) > 20, "some mails")
    worker.stop()
    assert set(place.states()) <= {"sent", "queued"}
    assert place.states()["sent"] == len(place.sink.messages)
    place.start()
    place.until(lambda: place.states() == {"sent": 200}, "the rest")
    assert len(set(addresses(place))) == len(place.sink.messages) == 200


def test_beat_starts_the_sweep_and_writes_no_file_elsewhere(place: Place) -> None:
    place.start("-A", "workers.app", "beat", "--loglevel", "INFO", "--pidfile", "")
    schedule = place.folder / "run"
    place.until(lambda: any(schedule.glob("beat-schedule*")), "the memory of beat")


def _time_passes(place: Place) -> None:
    """A sweep of some time later."""
    with transaction(place.engine) as session:
        sweep_ledger(session, now=now() + CLAIM_TIMEOUT + timedelta(seconds=1))
    place.redis.flushall()
