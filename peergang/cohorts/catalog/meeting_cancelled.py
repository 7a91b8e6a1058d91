"""A meeting does not take place, or not for this person any more: it leaves the calendar."""

from peergang.cohorts.catalog.telling import make_rule
from peergang.cohorts.rules.calendar import Method
from peergang.core.i18n import lazy_gettext

RULE = make_rule(
    "meeting_cancelled",
    Method.CANCEL,
    title=lazy_gettext("Een bijeenkomst gaat niet door"),
    timing=lazy_gettext("Een paar minuten na de afzegging, met een bestand voor je agenda"),
    reason=lazy_gettext("deze bijeenkomst in je agenda stond"),
)
