"""A certificate as Open Badge, for its owner: signed where there is a key, and otherwise a draft that is called one."""

import json
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from peergang.certificates.policy import can_share_certificate
from peergang.certificates.queries.certificates import find_address, get_certificate
from peergang.certificates.rules.badge import Award, make_claims, make_credential, salt_of
from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Terms
from peergang.certificates.views import bp
from peergang.certificates.views.keys import badge_key, issuer_of, key_url, settings
from peergang.certificates.views.words import narrative_of
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.i18n import in_locale, ngettext, pick
from peergang.core.permissions import require
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/certificaten/<uuid:certificate_id>/badge")
def badge(certificate_id: UUID) -> ResponseReturnValue:
    """The file. Of what was withdrawn there is none."""
    session = reading()
    certificate = get_certificate(session, certificate_id)
    require(can_share_certificate(current_actor(), certificate.user_id))
    if certificate.revoked_at is not None:
        raise NotFound
    signing = badge_key()
    award = _award(certificate, find_address(session, certificate.user_id))
    credential = make_credential(award, issuer_of(), is_signed=signing is not None)
    name = show_code(certificate.code)
    if signing is None:
        body = json.dumps(credential, ensure_ascii=False, indent=2)
        return _file(body, "application/ld+json", f"concept-{name}.json")
    token = signing.sign(make_claims(credential, clock.now()), key_url=key_url(signing))
    return _file(token, "application/vc+jwt", f"badge-{name}.jwt")


def _award(certificate: AnyRow, email: str) -> Award:
    terms = Terms.read(certificate.basis["terms"])
    with in_locale(certificate.language):
        outcomes = " ".join(pick(dutch, english) for dutch, english in terms.outcomes)
        hours = ngettext("Studielast: %(num)s uur.", "Studielast: %(num)s uur.", certificate.hours)
        return Award(
            certificate_id=certificate.certificate_id,
            enrolment_id=certificate.enrolment_id,
            edition_id=certificate.edition_id,
            number=certificate.number,
            email=email,
            salt=salt_of(settings().secret_key, certificate.certificate_id),
            issued_at=certificate.issued_at,
            programme=pick(certificate.programme_title, certificate.programme_title_en),
            description=outcomes or hours,
            narrative=narrative_of(terms, by_hand=bool(certificate.issue_reason)),
            language=certificate.language,
        )


def _file(body: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type=kind, headers=headers)
