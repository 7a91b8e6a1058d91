"""Planning and delivering notices."""

from peergang.core import clock, jobs
from peergang.core.jobs import Job
from workers import process
from workers.app import app


@app.task(name=str(Job.NOTICES_PLAN))
def plan() -> None:
    """Start one planning job per rule, so that a slow or broken rule holds up no other."""
    from peergang.notifications.catalog import list_rules  # beat starts lighter without the features

    with process.unit_of_work() as session:
        for rule in list_rules():
            jobs.enqueue(session, Job.NOTICES_PLAN_RULE, rule.name)


@app.task(name=str(Job.NOTICES_PLAN_RULE))
def plan_rule(name: str) -> None:
    """Write what `name` has to tell people now; the action enqueues the delivery."""
    from peergang.notifications.actions.plan import plan_rule as act  # as above

    with process.unit_of_work() as session:
        act(session, name, now=clock.now())


@app.task(name=str(Job.NOTICES_DELIVER))
def deliver() -> None:
    """Send what is due, for at most half a minute; what is left has its turn at the next sweep."""
    from peergang.notifications.actions.deliver import deliver_due  # as above

    with process.mail() as transport:
        deliver_due(
            process.engine(),
            process.settings(),
            transport,
            now=clock.now(),
            worker=process.name(),
            keep_on=process.keep_on,
        )


@app.task(name=str(Job.NOTICES_SWEEP))
def sweep() -> None:
    """Repair what a dead worker or an emptied broker left behind; the action enqueues the delivery."""
    from peergang.notifications.actions.sweep import sweep_ledger  # as above

    with process.unit_of_work() as session:
        sweep_ledger(session, now=clock.now())


@app.task(name=str(Job.NOTICES_SETTLE))
def settle() -> None:
    """Let the bell of who is online count what is still news."""
    from peergang.notifications.actions.settling import settle_messages  # as above

    with process.unit_of_work() as session:
        settle_messages(session, now=clock.now())


@app.task(name=str(Job.NOTICES_SETTLE_ALL))
def settle_all() -> None:
    """The same for everybody, before they come in the morning."""
    from peergang.notifications.actions.settling import settle_messages  # as above

    with process.unit_of_work() as session:
        settle_messages(session, now=clock.now(), everybody=True)


@app.task(name=str(Job.NOTICES_PUSH))
def push() -> None:
    """Mark what is to be pushed to browsers too, and push what waits."""
    from peergang.core.web_push import PushGate
    from peergang.notifications.actions.push import plan_pushes  # as above
    from peergang.notifications.actions.pushing import deliver_pushes

    if process.settings().push_key:
        with process.unit_of_work() as session:
            plan_pushes(session, now=clock.now())
        deliver_pushes(
            process.engine(), process.settings(), PushGate(), now=clock.now(), keep_on=process.keep_on
        )
