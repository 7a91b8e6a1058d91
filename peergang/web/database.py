"""The database of a request: one reading session while the page is made, one transaction where a POST changes something."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from peergang.core import db


def init_database(app: Flask, bind: db.Bind) -> None:
    """Keep `bind` for the views and close the reading session of every request."""
    app.extensions["peergang_bind"] = bind
    app.teardown_appcontext(_close_reading)


def bind() -> db.Bind:
    """Where the sessions of this application come from."""
    found: db.Bind = current_app.extensions["peergang_bind"]
    return found


def reading() -> Session:
    """The session for queries of this request, in AUTOCOMMIT; opened at the first use, closed with the request."""
    if "reading" not in g:
        g.reading_context = db.reading(bind())
        g.reading = g.reading_context.__enter__()
    session: Session = g.reading
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """The unit of work of a POST view: commits at the end, then enqueues. Close the reading session first, because what it
    read is about to be outdated.
    """
    _close_reading(None)
    with db.transaction(bind()) as session:
        yield session


def _close_reading(_: BaseException | None) -> None:
    context = g.pop("reading_context", None)
    g.pop("reading", None)
    if context is not None:
        context.__exit__(None, None, None)
