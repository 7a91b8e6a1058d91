"""A certificate as one page of PDF."""

from io import BytesIO
from typing import Any

import segno
from flask import current_app, url_for

from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Terms
from peergang.core.dates import date_full
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _, in_locale, ngettext, pick
from peergang.core.pdf import write_pdf

INK = "#1d2b33"


def verify_url(code: str) -> str:
    """The address at which everybody can see whether a certificate holds."""
    path = url_for("certificates.verify", code=show_code(code))
    return f"{current_app.config['PUBLIC_URL']}{path}"


def write_certificate(certificate: AnyRow, locale: str) -> bytes:
    """The document as it counts now, in one of the two languages. It is as old as the name on it.

    Raises:
        TooMuch: when the page cannot be made.
    """
    with in_locale(locale):
        return write_pdf(_data(certificate, locale), certificate.made_at, template="certificate")


def _data(certificate: AnyRow, locale: str) -> dict[str, Any]:
    programme = pick(certificate.programme_title, certificate.programme_title_en)
    url = verify_url(certificate.code)
    terms = certificate.basis.get("terms")
    outcomes = Terms.read(terms).outcomes if terms else ()
    issued = date_full(certificate.issued_at)
    return {
        "lang": locale,
        "title": _("Certificaat %(programme)s van %(name)s", programme=programme, name=certificate.name),
        "description": _("Afgegeven door %(issuer)s op %(date)s", issuer=certificate.issuer, date=issued),
        "heading": _("Certificaat"),
        "issuer": certificate.issuer,
        "sign_alt": _("Het teken van de Peergang: een brug met een opkomende zon"),
        "before": _("Hierbij verklaren wij dat"),
        "name": certificate.name,
        "between": _("dit programma heeft afgerond:"),
        "programme": programme,
        "facts": ngettext(
            "Studielast: %(num)s uur. Afgegeven op %(date)s.",
            "Studielast: %(num)s uur. Afgegeven op %(date)s.",
            certificate.hours,
            date=issued,
        ),
        "outcomes_title": _("Dit hoort erbij"),
        "outcomes": [pick(dutch, english) for dutch, english in outcomes],
        "verify_title": _("Klopt dit certificaat?"),
        "verify": _("Op deze pagina zie je of dit certificaat geldt, en van wie het is:"),
        "url": url,
        "shown_url": url.partition("://")[2],
        "code_label": _("Code:"),
        "code": show_code(certificate.code),
        "issued": _remark(certificate),
        "qr": _qr(url),
        "qr_alt": _("QR‑code met het adres van de pagina waarop je dit certificaat controleert"),
    }


def _remark(certificate: AnyRow) -> str:
    if certificate.document_number == 1:
        return ""
    return _("De naam is verbeterd op %(date)s.", date=date_full(certificate.made_at))


def _qr(url: str) -> str:
    drawn = BytesIO()
    segno.make(url, error="m").save(drawn, kind="svg", xmldecl=False, dark=INK, border=0)
    return drawn.getvalue().decode()
