"""Through which role somebody looked, in words."""

from peergang.core.i18n import LazyText, lazy_gettext as _

ROLES: dict[str, LazyText] = {
    "organiser": _("een organisator van het netwerk"),
    "admin": _("een beheerder"),
    "trainer": _("een trainer"),
    "contact": _("een contactpersoon van een instelling"),
    "participant": _("een i‑coach"),
}


def name_role(role: str) -> str:
    """The role as it stands in a file, which names nobody who made it."""
    return str(ROLES.get(role, _("iemand uit het netwerk")))
