"""Adding and changing institutions."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import Institution
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries.institutions import get_institution, list_name_owners, list_successors
from peergang.identity.rules import clean_text, is_brin, match_key, normal_brin
from peergang.identity.rules.institutions import (
    Region,
    clean_list,
    follow_mergers,
    is_domain,
    normal_domain,
)


def create_institution(
    session: Session,
    actor: Actor,
    *,
    brin: str,
    name: str,
    aliases: Iterable[str] = (),
    place: str = "",
    other_places: Iterable[str] = (),
    sso_domains: Iterable[str] = (),
    region: str = "",
    valid_from: date | None = None,
    now: datetime,
) -> Institution:
    """Add an institution; for organisers and admins.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"brin": "brin_shape" | "brin_taken", "name": "name_missing" | "name_taken", "aliases": "alias_taken",
            "sso_domains": "domain_shape" | "domain_taken", "region": "region_unknown"}.
    """
    require(can_manage_institutions(actor))
    institution = _make(brin, name, aliases, place, other_places, sso_domains, region, valid_from)
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
    other_places: Iterable[str] = (),
    sso_domains: Iterable[str] = (),
    region: str = "",
    valid_from: date | None = None,
    now: datetime,
) -> Institution:
    """Change an institution; for organisers and admins. A name that was used stays as an alias, so that lists of schools
    that still use it go on matching.

    Raises:
        Forbidden: for anybody else.
        NotFound: when there is no such institution.
        Invalid: as `create_institution`, and {"valid_from": "ended_before"}.
    """
    require(can_manage_institutions(actor))
    institution = get_institution(session, institution_id)
    names = [*aliases, institution.name] if clean_text(name) != institution.name else list(aliases)
    changed = _make(brin, name, names, place, other_places, sso_domains, region, valid_from)
    _check(session, changed, institution_id)
    if valid_from and institution.valid_until and institution.valid_until < valid_from:
        raise Invalid({"valid_from": "ended_before"})
    for field in ("brin", "name", "aliases", "place", "other_places", "sso_domains", "region", "valid_from"):
        setattr(institution, field, getattr(changed, field))
    _flush(session)
    record_audit(session, actor, "institution_changed", "institution", institution_id, now=now)
    return institution


def _make(
    brin: str,
    name: str,
    aliases: Iterable[str],
    place: str,
    other_places: Iterable[str],
    sso_domains: Iterable[str],
    region: str,
    valid_from: date | None,
) -> Institution:
    name, place = clean_text(name), clean_text(place)
    return Institution(
        brin=normal_brin(brin),
        name=name,
        aliases=other_names(aliases, name),
        place=place,
        other_places=[other for other in clean_list(other_places) if other != place],
        sso_domains=list(dict.fromkeys(normal_domain(one) for one in sso_domains if one.strip())),
        region=region,
        valid_from=valid_from,
    )


def other_names(given: Iterable[str], name: str) -> list[str]:
    """Other names, each once and without the name itself."""
    seen = {match_key(name): ""}
    for alias in given:
        if clean_text(alias):
            seen.setdefault(match_key(alias), clean_text(alias))
    return [alias for alias in seen.values() if alias]


def _check(session: Session, institution: Institution, own_id: UUID | None) -> None:
    """Every name must lead to one institution, or an import could not tell which one a school means. What merged into this
    one may lend it its name, since its names lead here.
    """
    successors = list_successors(session)
    owners = list_name_owners(session)
    taken = {key for key, other in owners.items() if own_id not in (other, follow_mergers(successors, other))}
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
    if institution.region not in ("", *Region):
        problems["region"] = "region_unknown"
    problems |= _check_domains(session, institution.sso_domains, own_id)
    if problems:
        raise Invalid(problems)


def _check_domains(session: Session, domains: list[str], own_id: UUID | None) -> dict[str, str]:
    if not all(is_domain(one) for one in domains):
        return {"sso_domains": "domain_shape"}
    if not domains:
        return {}
    shared = select(Institution.id).where(
        Institution.id.is_distinct_from(own_id), Institution.sso_domains.overlap(domains)
    )
    return {"sso_domains": "domain_taken"} if session.scalars(shared.limit(1)).first() else {}


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody else added the same BRIN or domain between the check and this moment.
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
        if constraint == "one_owner_of_a_domain":
            raise Invalid({"sso_domains": "domain_taken"}) from error
        raise Invalid({"brin": "brin_taken"}) from error
