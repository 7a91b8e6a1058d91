"""Words for the fixed lists of this feature."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.identity.rules import Role
from peergang.identity.rules.institutions import Region

ROLES: dict[str, LazyText] = {
    Role.ADMIN: lazy_gettext("Beheerder"),
    Role.ORGANISER: lazy_gettext("Organisator"),
    Role.CONTACT: lazy_gettext("Contactpersoon"),
}

ROLE_HINTS: dict[str, LazyText] = {
    Role.ADMIN: lazy_gettext("Geeft en neemt rollen, leest het logboek en houdt het platform draaiende."),
    Role.ORGANISER: lazy_gettext("Zet cohorten op en ziet de deelname van alle instellingen, met namen."),
    Role.CONTACT: lazy_gettext("Ziet de deelname van één instelling, in aantallen en zonder namen."),
}
"""What somebody can do with a role."""

ROLE_NEVER: dict[str, LazyText] = {
    Role.ADMIN: lazy_gettext("Reflecties blijven gesloten, ook voor een beheerder."),
    Role.ORGANISER: lazy_gettext("Reflecties blijven gesloten, ook voor een organisator."),
    Role.CONTACT: lazy_gettext("Reflecties en namen van andere instellingen blijven gesloten."),
}
"""What a role never opens."""

REGIONS: dict[str, LazyText] = {
    Region.NORTH: lazy_gettext("Noord"),
    Region.MIDDLE: lazy_gettext("Midden"),
    Region.SOUTH: lazy_gettext("Zuid"),
}
