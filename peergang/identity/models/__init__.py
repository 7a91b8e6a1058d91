"""Tables about people and institutions."""

from peergang.identity.models.access import RoleGrant, SignInSession, SingleUseToken
from peergang.identity.models.audit import AuditEvent
from peergang.identity.models.institution import Institution
from peergang.identity.models.person import Affiliation, User

__all__ = ["Affiliation", "AuditEvent", "Institution", "RoleGrant", "SignInSession", "SingleUseToken", "User"]
