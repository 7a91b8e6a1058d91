"""The signed-in person as pages see them, and how their roles are collected without this layer knowing the features."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g
from flask_login import AnonymousUserMixin, UserMixin, current_user
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from peergang.core.errors import NotFound
from peergang.core.permissions import Actor

RoleSource = Callable[[ColumnElement[UUID] | InstrumentedAttribute[UUID]], Select[str, UUID | None]]
"""Selects the (role, scope) pairs of a person: ("organiser", None), ("trainer", cohort id), ("contact", institution id)."""

_role_sources: list[RoleSource] = []

UnreadSource = Callable[
    [ColumnElement[UUID] | InstrumentedAttribute[UUID], ColumnElement[datetime]], ColumnElement[int]
]
"""Counts what a person has not read, at a moment: a part of the select that finds who is signed in."""

_unread_sources: list[UnreadSource] = []


RefusalSource = Callable[[InstrumentedAttribute[str]], ColumnElement[bool]]
"""Whether an address takes no mail: a part of the same select."""

_refusal_sources: list[RefusalSource] = []


def register_role_source(source: RoleSource) -> None:
    """Add a feature that knows roles; app.py calls this once per feature."""
    if source not in _role_sources:
        _role_sources.append(source)


def role_sources() -> tuple[RoleSource, ...]:
    """What the features registered, so that one statement can read the person and all their roles."""
    return tuple(_role_sources)


def register_unread(source: UnreadSource) -> None:
    """Let a feature say how much somebody has not read; app.py calls this once."""
    _unread_sources[:] = [source]


def unread_source() -> UnreadSource | None:
    """What was registered, if anything."""
    return _unread_sources[0] if _unread_sources else None


def register_refusal(source: RefusalSource) -> None:
    """Let a feature say whose address takes no mail; app.py calls this once."""
    _refusal_sources[:] = [source]


def refusal_source() -> RefusalSource | None:
    """What was registered, if anything."""
    return _refusal_sources[0] if _refusal_sources else None


@dataclass(frozen=True, slots=True)
class Viewer(UserMixin):  # type: ignore[misc]
    """Who looks at the page: what the shell needs of a person, and their actor."""

    session_token: str
    session_id: UUID
    given_name: str
    full_name: str
    initials: str
    email: str
    locale: str
    theme: str
    actor: Actor
    proved_at: datetime
    """When they last proved who they are, in this browser."""
    used_at: datetime
    """When this browser was last used, to within a few minutes."""
    has_second_factor: bool
    unread: int = 0
    """Messages that were not read on the site."""
    refuses_mail: bool = False
    """Mail to their address comes back, so we send none."""

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the random session token, never the id of the person."""
        return self.session_token


def make_actor(user_id: UUID, roles: Iterable[tuple[str, UUID | None]]) -> Actor:
    """The actor of `user_id` with these (role, scope) pairs."""
    scopes: dict[str, set[UUID | None]] = {}
    for role, scope in roles:
        scopes.setdefault(role, set()).add(scope)

    def ids(role: str) -> frozenset[UUID]:
        return frozenset(one for one in scopes.get(role, ()) if one is not None)

    return Actor(
        user_id=user_id,
        is_admin="admin" in scopes,
        is_organiser="organiser" in scopes,
        contact_of=ids("contact"),
        trains=ids("trainer"),
        follows=ids("participant"),
    )


def current_viewer() -> Viewer | None:
    """The signed-in person, or None on a public page."""
    # The person itself and not Flask-Login's stand-in, which looks for the request again at every question about it.
    user = current_user._get_current_object()  # noqa: SLF001 the documented way to what a proxy stands for
    return user if user.is_authenticated else None


def forget_viewer() -> None:
    """Show the rest of this request as if nobody were signed in, without asking the database who is."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 where Flask-Login keeps who is signed in during a request


def current_actor() -> Actor:
    """The actor behind this request.

    Raises:
        NotFound: when nobody is signed in; the gate prevents that on every page that is not public.
    """
    if "actor" not in g:
        viewer = current_viewer()
        if viewer is None:
            raise NotFound
        g.actor = viewer.actor
    actor: Actor = g.actor
    return actor
