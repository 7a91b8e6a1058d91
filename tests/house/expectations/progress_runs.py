"""Looking after the compiling of progress: admins alone."""

from datetime import timedelta

from tests.house.expecting import only
from tests.house.world import World

ADMIN = ("admin",)

EXPECTATIONS = {
    "progress.runs": only(ADMIN, 200),
    "progress.run": only(ADMIN, 200),
    "progress.run_state": only(ADMIN, 200),
    "progress.begin_run": only(ADMIN, 303),
    "progress.stop_run": only(ADMIN, 303),
}


def extend(world: World) -> None:
    """A full compile that was done yesterday."""
    from peergang.progress.models import CompileRun

    run = CompileRun(state="done", started_at=world.now - timedelta(days=1), finished_at=world.now)
    world.session.add(run)
    world.session.flush()
    world.args |= {"run_id": run.id}
