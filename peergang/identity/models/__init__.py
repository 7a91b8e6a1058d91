"""Tables about people and institutions."""

from peergang.identity.models.access import RoleGrant, SignInSession, SingleUseToken
from peergang.identity.models.address import EmailChange
from peergang.identity.models.audit import AuditEvent, DataOpening
from peergang.identity.models.factors import HalfSignIn, Passkey, PasskeyChallenge, RecoveryCode, Totp
from peergang.identity.models.institution import AddressFile, Institution, InstitutionMerger
from peergang.identity.models.institution_account import (
    InstitutionAccount,
    InstitutionArrival,
    InstitutionTrip,
)
from peergang.identity.models.kept_form import KeptForm
from peergang.identity.models.person import Affiliation, User

__all__ = [
    "AddressFile",
    "Affiliation",
    "AuditEvent",
    "DataOpening",
    "EmailChange",
    "HalfSignIn",
    "Institution",
    "InstitutionAccount",
    "InstitutionArrival",
    "InstitutionMerger",
    "InstitutionTrip",
    "KeptForm",
    "Passkey",
    "PasskeyChallenge",
    "RecoveryCode",
    "RoleGrant",
    "SignInSession",
    "SingleUseToken",
    "Totp",
    "User",
]
