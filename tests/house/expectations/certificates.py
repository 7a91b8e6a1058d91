"""Certificates: one's own, those of a cohort for who trains it and for organisers, and the page for who holds a code."""

from peergang.certificates.actions.changing import choose_sharing
from peergang.certificates.actions.issuing import issue_by_hand
from peergang.certificates.queries.certificates import get_certificate
from peergang.certificates.rules.codes import show_code
from peergang.core.permissions import Actor
from tests.house.expecting import everybody, only, signed_in
from tests.house.world import World

PEER = {"args": lambda world: {"enrolment_id": world.enrolments["peer"].id}}
WHY = {"reason": "Omdat het zo hoort."}

EXPECTATIONS = {
    "certificates.mine": signed_in(200),
    "certificates.share": only(("participant",), 303),
    "certificates.download": only(("participant", "trainer", "organiser"), 200, admin=303),
    "certificates.badge": only(("participant",), 200),
    # Names: an admin who is no organiser is first asked why.
    "certificates.cohort": only(("trainer", "organiser"), 200, admin=303),
    "certificates.award_file": only(("organiser",), 200),
    "certificates.issue": {**only(("trainer", "organiser"), 200), **PEER},
    "certificates.issue POST": {**only(("trainer", "organiser"), 303, form=lambda _world: WHY), **PEER},
    "certificates.revoke": only(("organiser",), 200),
    "certificates.revoke POST": only(("organiser",), 303, form=lambda _world: WHY),
    # It holds, and the page says so.
    "certificates.restore": {**only(("organiser",), 303)},
    "certificates.correct_name": only(("organiser",), 200),
    "certificates.correct_name POST": only(
        ("organiser",), 303, form=lambda _world: WHY | {"name": "Een Andere Naam"}
    ),
    "certificates.check": everybody(200),
    "certificates.verify": {**everybody(200), "args": lambda world: {"code": world.args["certificate_code"]}},
    "certificates.issuer": everybody(200),
    # No key is configured, so there is none and nothing is signed.
    "certificates.key": everybody(404),
    "certificates.named_key": {**everybody(404), "args": lambda _world: {"thumbprint": "geen"}},
    "certificates.withdrawn": everybody(404),
}


def extend(world: World) -> None:
    organiser = Actor(user_id=world.people["organiser"].id, is_organiser=True)
    certificate_id = issue_by_hand(
        world.session,
        organiser,
        world.enrolments["participant"].id,
        "Voor de wandeling langs alle pagina's.",
        "Netwerk Bruggen Bouwen",
        now=world.now,
    )
    world.args["certificate_id"] = certificate_id
    owner = Actor(user_id=world.people["participant"].id)
    choose_sharing(
        world.session,
        owner,
        certificate_id,
        shows_name=True,
        wants_badge=True,
        badge_account="",
        now=world.now,
    )
    world.args["certificate_code"] = show_code(get_certificate(world.session, certificate_id).code)
