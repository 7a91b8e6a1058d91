"""A meeting moved or got another place: the calendar of everybody in the cohort follows."""

from peergang.cohorts.catalog.telling import make_rule
from peergang.cohorts.rules.calendar import Method
from peergang.core.i18n import lazy_gettext

RULE = make_rule(
    "meeting_moved",
    Method.REQUEST,
    title=lazy_gettext("Een bijeenkomst is veranderd"),
    timing=lazy_gettext("Een paar minuten na de wijziging, met een bestand voor je agenda"),
    reason=lazy_gettext("je bij het traject hoort waarvan een bijeenkomst is veranderd"),
)
