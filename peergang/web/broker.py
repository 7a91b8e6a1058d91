"""Hands jobs to Celery by name, so that the web process never imports the workers."""

from typing import Any

from celery import Celery
from kombu.entity import Exchange, Queue

from peergang.core.jobs import QUEUE, Dispatcher

SOCKET = "redis+socket://"

ROUTING: dict[str, Any] = {
    # After FLUSHALL kombu no longer knows which queue belongs to a named exchange, and everybody who sends fails until a
    # restart. The nameless exchange needs no such memory: the routing key is the queue.
    "task_queues": (Queue(QUEUE, Exchange("", type="direct"), routing_key=QUEUE),),
    "task_default_queue": QUEUE,
    "task_default_exchange": "",
    "task_default_routing_key": QUEUE,
}
"""How jobs find their queue: the same for who sends and who works."""


def redis_py_url(url: str) -> str:
    """The address as redis-py writes it: Celery says redis+socket:///path, redis-py unix:///path."""
    if not url.startswith(SOCKET):
        return url
    path, _, query = url.removeprefix(SOCKET).partition("?")
    database = query.replace("virtual_host=", "db=")
    return f"unix://{path}" + (f"?{database}" if database else "")


def make_dispatcher(url: str) -> Dispatcher:
    """A function that enqueues a job by its name. It gives up after a second: the sweep repairs what was not enqueued."""
    producer = Celery("peergang-producer", broker=url, set_as_current=False)
    producer.conf.update(
        **ROUTING,
        task_serializer="json",
        task_ignore_result=True,
        broker_connection_retry=False,
        broker_transport_options={"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 1},
    )

    def dispatch(job: str, ids: tuple[str, ...]) -> None:
        producer.send_task(job, args=ids, retry=False)

    return dispatch
