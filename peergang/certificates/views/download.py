"""A certificate as PDF."""

from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from peergang.certificates.policy import can_download_certificate
from peergang.certificates.queries.certificates import get_certificate
from peergang.certificates.rules.codes import show_code
from peergang.certificates.views import bp
from peergang.certificates.views.paper import write_certificate
from peergang.certificates.views.trail import leave_opening
from peergang.cohorts.policy import can_train, is_about_self
from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import LOCALES, current_locale
from peergang.core.permissions import require
from peergang.web.database import reading
from peergang.web.throttle import costly
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/certificaten/<uuid:certificate_id>/download")
@costly
def download(certificate_id: UUID) -> ResponseReturnValue:
    """The document, ?taal=nl or en; of what was withdrawn there is none."""
    actor = current_actor()
    certificate = get_certificate(reading(), certificate_id)
    require(can_download_certificate(actor, certificate.cohort_id, certificate.user_id))
    own = is_about_self(actor, certificate.user_id)
    works_there = own or can_train(actor, certificate.cohort_id)
    if (ask := ask_reason(actor, has_another_role=works_there)) is not None:
        return ask
    if certificate.revoked_at is not None:
        raise NotFound
    asked = request.args.get("taal", "")
    locale = asked if asked in LOCALES else current_locale()
    body = write_certificate(certificate, locale)
    leave_opening(actor, [certificate.user_id], "certificate", clock.now(), exported=True)
    name = f"certificaat-{show_code(certificate.code)}-{locale}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type="application/pdf", headers=headers)
