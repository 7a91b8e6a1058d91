"""Adding and changing institutions."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import Institution
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries import get_institution, list_institution_keys
from peergang.identity.rules import clean_text, is_brin, match_key, normal_brin


def create_institution(
    session: Session, actor: Actor, *, brin: str, name: str, aliases: Iterable[str], place: str, now: datetime
) -> Institution:
    """Add an institution; for organisers and admins.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"brin": "brin_shape" | "brin_taken", "name": "name_missing" | "name_taken", "aliases": "alias_taken"}.
    """
    require(can_manage_institutions(actor))
    institution = Institution(brin=normal_brin(brin), name=clean_text(name), place=clean_text(place))
    institution.aliases = _aliases(aliases, institution.name)
    _check(session, institution, None)
    session.add(institution)
    _flush(session)
    record_audit(session, actor, "institution_created", "institution", institution.id, now=now)
    return institution


def change_institution(
    session: Session,
    actor: Actor,
    institution_id: UUID,
    *,
    brin: str,
    name: str,
    aliases: Iterable[str],
    place: str,
    now: datetime,
) -> Institution:
    """Change an institution; for organisers and admins. A name that was used stays as an alias, so that lists of schools
    that still use it go on matching.

    Raises:
        Forbidden: for anybody else.
        NotFound: when there is no such institution.
        Invalid: as `create_institution`.
    """
    require(can_manage_institutions(actor))
    institution = get_institution(session, institution_id)
    names = [*aliases, institution.name] if clean_text(name) != institution.name else list(aliases)
    changed = Institution(brin=normal_brin(brin), name=clean_text(name), place=clean_text(place))
    changed.aliases = _aliases(names, changed.name)
    _check(session, changed, institution_id)
    institution.brin, institution.name, institution.place = changed.brin, changed.name, changed.place
    institution.aliases = changed.aliases
    _flush(session)
    record_audit(session, actor, "institution_changed", "institution", institution_id, now=now)
    return institution


def _aliases(given: Iterable[str], name: str) -> list[str]:
    """Other names, each once and without the name itself."""
    seen = {match_key(name): ""}
    for alias in given:
        if clean_text(alias):
            seen.setdefault(match_key(alias), clean_text(alias))
    return [alias for alias in seen.values() if alias]


def _check(session: Session, institution: Institution, own_id: UUID | None) -> None:
    """Every name must lead to one institution, or an import could not tell which one a school means."""
    taken = {key for key, other in list_institution_keys(session).items() if other != own_id}
    problems = {}
    if not is_brin(institution.brin):
        problems["brin"] = "brin_shape"
    elif match_key(institution.brin) in taken:
        problems["brin"] = "brin_taken"
    if not institution.name:
        problems["name"] = "name_missing"
    elif match_key(institution.name) in taken:
        problems["name"] = "name_taken"
    if any(match_key(alias) in taken for alias in institution.aliases):
        problems["aliases"] = "alias_taken"
    if problems:
        raise Invalid(problems)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else added the same BRIN between the check and this moment.
        raise Invalid({"brin": "brin_taken"}) from error
