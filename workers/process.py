"""What one worker process makes once and keeps: settings, engine, logging; and the transaction of a task.

The engine is made at the first use, which is after a fork, so two processes never share a connection.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from peergang.core import clock, jobs
from peergang.core.config import Settings, load_settings
from peergang.core.db import make_engine, transaction
from peergang.core.mail import Transport, open_transport
from peergang.core.storage import Files


@cache
def settings() -> Settings:
    """The settings of this process; a wrong one stops the start with its name."""
    found = load_settings()
    clock.use_offset_file(found.clock_file)
    return found


@cache
def engine() -> Engine:
    """The engine of this process. Threads share its pool; what tasks enqueue goes to the broker after their commit."""
    from workers.app import send  # the application needs this module first

    jobs.use_dispatcher(send)
    return make_engine(settings().database_url, pool_size=4, application="peergang-worker")


@cache
def files() -> Files:
    """The place for files that people added."""
    return Files(settings().files_url)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """The transaction of one task."""
    with transaction(engine()) as session:
        yield session


@contextmanager
def mail() -> Iterator[Transport]:
    """A connection to the mail server for one run: kept between its messages, never shared between threads."""
    transport = open_transport(settings().mail_url)
    try:
        yield transport
    finally:
        transport.close()


stopping = threading.Event()
"""Set when this worker was asked to stop: a delivery then ends after the message it is sending."""


def keep_on() -> bool:
    """Whether a long run may go on."""
    return not stopping.is_set()


def name() -> str:
    """Which worker this is, for the heartbeat and for who claimed a notice."""
    return f"{socket.gethostname()}/{os.getpid()}"
