"""Roles of the network, the log, and reading on behalf: admins alone."""

from sqlalchemy import select

from peergang.identity.models import RoleGrant
from tests.house.expecting import only
from tests.house.world import World

ADMIN = ("admin",)


def _grant_of_contact(world: World) -> dict[str, object]:
    contact = world.people["contact"].id
    return {"grant_id": world.session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == contact)).one()}


EXPECTATIONS = {
    "identity.roles": only(ADMIN, 200),
    "identity.roles_of": only(ADMIN, 200),
    "identity.role_give": only(ADMIN, 422),
    "identity.role_give POST": only(ADMIN, 303, form=lambda world: {"rol": "organiser"}),
    "identity.role_take": only(ADMIN, 200, args=_grant_of_contact),
    "identity.role_take POST": only(ADMIN, 303, args=_grant_of_contact),
    "privacy.audit": only(ADMIN, 200),
    "privacy.audit_export": only(ADMIN, 200),
    "privacy.reason": only(ADMIN, 200),
    "privacy.reason POST": only(
        ADMIN, 303, form=lambda world: {"reason": "een vraag van de instelling", "next": "/deelname"}
    ),
    "privacy.on_behalf": only(ADMIN, 200),
    "privacy.on_behalf POST": only(ADMIN, 200, form=lambda world: {"reason": "een vraag om inzage"}),
    "privacy.erase": only(ADMIN, 200),
    "privacy.erase POST": only(
        ADMIN,
        422,
        form=lambda world: {"reason": "een verzoek van iemand zelf", "typed": "iemand@anders.example"},
    ),
}
