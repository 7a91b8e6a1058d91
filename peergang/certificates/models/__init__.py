"""Tables of this feature, one file a subject."""

from peergang.certificates.models.certificate import (
    Certificate as Certificate,
    CertificateDocument as CertificateDocument,
)
