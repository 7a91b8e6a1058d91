"""Short ways to write down the usual expectations; see tests/house/test_routes.py."""

from collections.abc import Iterable
from typing import Any

from tests.house.world import ROLES

Status = int | tuple[int, ...]


def everybody(status: Status, **more: Any) -> dict[str, Any]:
    """A public route: the same for all."""
    return dict.fromkeys(ROLES, status) | more


def signed_in(status: Status, **more: Any) -> dict[str, Any]:
    """Everybody who signed in; others go to the sign-in page."""
    return everybody(status) | {"anonymous": 302} | more


def only(roles: Iterable[str], status: Status, **more: Any) -> dict[str, Any]:
    """These roles; for other people the route does not exist, and who is not signed in goes to the sign-in page."""
    return everybody(404) | {"anonymous": 302} | dict.fromkeys(roles, status) | more
