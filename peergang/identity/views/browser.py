"""What joins a browser to a person: the cookie's token, looked up once a request, and the viewer made of it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import current_app, request, session
from flask_login import login_user

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.sealing import Seal
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.queries import find_signed_in
from peergang.identity.rules import device_name, full_name, initials
from peergang.web.database import reading
from peergang.web.gate import login_manager
from peergang.web.viewer import (
    Viewer,
    current_viewer,
    make_actor,
    refusal_source,
    role_sources,
    unread_source,
)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_viewer(token: str) -> Viewer | None:
    """Who holds the cookie with `token`: session, person, roles, unread messages and whether mail arrives in one statement."""
    found = find_signed_in(
        reading(), hash_token(token), clock.now(), role_sources(), unread_source(), refusal_source()
    )
    if found is None:
        return None
    return Viewer(
        session_token=token,
        session_id=found.session_id,
        given_name=found.given_name,
        full_name=full_name(found.given_name, found.name_particle, found.family_name),
        initials=initials(found.given_name, found.family_name),
        email=found.email,
        locale=found.locale,
        theme=found.theme,
        actor=make_actor(found.user_id, _pairs(found.roles)),
        proved_at=found.proved_at,
        used_at=found.used_at,
        has_second_factor=found.has_second_factor,
        unread=found.unread,
        refuses_mail=found.refuses_mail,
    )


def _pairs(roles: Iterable[Iterable[tuple[str, str | None]]]) -> Iterator[tuple[str, UUID | None]]:
    """The roles as the database gave them, with ids that are ids again."""
    for of_feature in roles:
        for role, scope in of_feature:
            yield role, UUID(scope) if scope else None


def me() -> tuple[UUID, Viewer]:
    """Whoever is signed in, and what pages know of them.

    Raises:
        NotFound: when nobody is; the gate prevents that on every page that is not public.
    """
    viewer = current_viewer()
    if viewer is None or viewer.actor.user_id is None:
        raise NotFound
    return viewer.actor.user_id, viewer


def enter(token: str, *, remember: bool) -> None:
    """Let this browser hold `token`. Whatever its cookie held before goes, so nobody can have planted anything in it."""
    session.clear()
    session.permanent = remember
    viewer = load_viewer(token)
    if viewer is not None:
        login_user(viewer)


def device() -> str:
    """By what its owner will recognise this browser."""
    return device_name(request.user_agent.string)


def seal() -> Seal:
    """What seals and fingerprints with the secret of this installation."""
    return Seal(current_app.extensions["peergang_settings"].secret_key)
