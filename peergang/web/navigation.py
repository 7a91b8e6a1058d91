"""The main menu: at most five items a role, with the number of things that wait."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request, session
from sqlalchemy.orm import Session

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.core.permissions import Actor
from peergang.web.database import reading
from peergang.web.urls import fixed_url
from peergang.web.viewer import current_viewer

Badge = Callable[[Session, Actor], int]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu. `section` marks it as current on every page of those blueprints or endpoints."""

    endpoint: str
    label: LazyText
    icon: str
    section: tuple[str, ...]
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as the template shows it."""

    url: str
    label: LazyText
    icon: str
    current: bool
    count: int


_LIBRARY = Item("practice.library", lazy_gettext("Bibliotheek"), "collection", ("practice",))
_TALKS = Item("conversations.overview", lazy_gettext("Gesprekken"), "chat-square-quote", ("conversations",))
_WHO_KNOWS = Item("profiles.directory", lazy_gettext("Wie weet wat?"), "person-lines-fill", ("profiles",))
_PARTICIPATION = Item(
    "progress.participation", lazy_gettext("Deelname"), "grid-3x3-gap", ("progress", "reports")
)
_COHORTS = Item("cohorts.overview", lazy_gettext("Cohorten"), "people", ("cohorts",))
_INSTITUTIONS = Item(
    "identity.institutions",
    lazy_gettext("Instellingen"),
    "building",
    ("identity.institution", "identity.address_file", "identity.people", "identity.person", "identity.work_"),
)

MENUS: dict[str, tuple[Item, ...]] = {
    "participant": (
        Item("coursework.this_week", lazy_gettext("Deze week"), "house", ("coursework.this_week",)),
        Item(
            "coursework.modules",
            lazy_gettext("Modules"),
            "signpost-split",
            ("coursework.module", "coursework.topic", "coursework.log_conversation", "discussion"),
        ),
        Item(
            "coursework.reflections",
            lazy_gettext("Reflecties"),
            "journal-text",
            (
                "coursework.reflection",
                "coursework.feedback",
                "coursework.portfolio",
                "coursework.promot",
                "coursework.consent",
            ),
            "new_reactions",
        ),
        _LIBRARY,
        _TALKS,
    ),
    "trainer": (
        Item(
            "coursework.review_queue",
            lazy_gettext("Beoordelen"),
            "journal-check",
            ("coursework.review", "coursework.hand_over"),
            "to_review",
        ),
        Item("cohorts.trained", lazy_gettext("Cohort"), "people", ("cohorts", "discussion")),
        _LIBRARY,
        _TALKS,
        _WHO_KNOWS,
    ),
    "organiser": (_PARTICIPATION, _COHORTS, _INSTITUTIONS, _LIBRARY, _WHO_KNOWS),
    "contact": (
        Item(
            "progress.own_institution",
            lazy_gettext("Onze deelname"),
            "grid-3x3-gap",
            ("progress.own_institution",),
        ),
        _LIBRARY,
        _TALKS,
        _WHO_KNOWS,
    ),
    "admin": (
        Item("identity.roles", lazy_gettext("Rollen"), "person-badge", ("identity.role",)),
        Item("privacy.audit", lazy_gettext("Logboek"), "clock-history", ("privacy.audit",)),
        _PARTICIPATION,
        _COHORTS,
        _INSTITUTIONS,
    ),
    "visitor": (_LIBRARY, _TALKS, _WHO_KNOWS),
}

ROLE_NAMES: dict[str, LazyText] = {
    "participant": lazy_gettext("i‑coach"),
    "trainer": lazy_gettext("trainer"),
    "organiser": lazy_gettext("organisator"),
    "contact": lazy_gettext("contactpersoon"),
    "admin": lazy_gettext("beheerder"),
    "visitor": lazy_gettext("netwerk"),
}

_badges: dict[str, Badge] = {}


def register_badge(name: str, count: Badge) -> None:
    """Let a feature say how many things wait; app.py calls this."""
    _badges[name] = count


def roles_of(actor: Actor) -> list[str]:
    """The roles somebody can look through, the one with most to do first."""
    found = [
        name
        for name, has in (
            ("organiser", actor.is_organiser),
            ("trainer", actor.is_trainer),
            ("participant", actor.is_participant),
            ("contact", bool(actor.contact_of)),
            ("admin", actor.is_admin),
        )
        if has
    ]
    return found or ["visitor"]


def role_in_view(actor: Actor) -> str:
    """The role whose menu is shown: the one chosen in this browser, when the person (still) has it."""
    roles = roles_of(actor)
    chosen = session.get("role")
    return chosen if chosen in roles else roles[0]


def available(role: str) -> list[Item]:
    """The items of a role whose feature is there, so that a feature can be left out without touching the menu."""
    return [item for item in MENUS[role] if item.endpoint in current_app.view_functions]


def home_url(actor: Actor) -> str:
    """Where somebody starts: the first item of their menu."""
    return fixed_url(available(role_in_view(actor))[0].endpoint)


def _is_current(item: Item) -> bool:
    endpoint = request.endpoint or ""
    return endpoint == item.endpoint or any(endpoint.startswith(part) for part in item.section)


def menu() -> list[Shown]:
    """The menu of the signed-in person; empty on a public page."""
    viewer = current_viewer()
    if viewer is None:
        return []
    items = available(role_in_view(viewer.actor))
    return [
        Shown(
            fixed_url(item.endpoint),
            item.label,
            item.icon,
            _is_current(item),
            _badges[item.badge](reading(), viewer.actor) if item.badge in _badges else 0,
        )
        for item in items
    ]


def _shell() -> dict[str, object]:
    viewer = current_viewer()
    if viewer is None:
        return {"viewer": None, "navigation": [], "role_text": "", "other_roles": []}
    role = role_in_view(viewer.actor)
    others = [(name, ROLE_NAMES[name]) for name in roles_of(viewer.actor) if name != role]
    return {"viewer": viewer, "navigation": menu(), "role_text": ROLE_NAMES[role], "other_roles": others}


def init_navigation(app: Flask) -> None:
    """Give every template `viewer`, `navigation`, `role_text` and `other_roles`."""
    app.context_processor(_shell)
