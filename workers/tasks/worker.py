"""Signs of life."""

from sqlalchemy import text

from peergang.core import clock
from peergang.core.jobs import Job
from workers import process
from workers.app import app

BEAT = text(
    "INSERT INTO worker_heartbeat (name, beat_at) VALUES (:name, :now)"
    " ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at"
)
FORGET = text("DELETE FROM worker_heartbeat WHERE beat_at < cast(:now AS timestamptz) - interval '1 day'")


@app.task(name=str(Job.WORKER_HEARTBEAT))
def heartbeat() -> None:
    """Tell /readyz that a worker does its work; workers of yesterday are forgotten."""
    with process.unit_of_work() as session:
        session.execute(BEAT, {"name": process.name(), "now": clock.now()})
        session.execute(FORGET, {"now": clock.now()})
