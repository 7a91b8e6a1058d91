"""Selects of this feature."""

from peergang.certificates.queries.certificates import list_certificates_of as list_certificates_of
