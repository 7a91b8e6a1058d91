"""Meetings were planned: an invitation for one's own calendar, all that are new in one mail."""

from peergang.cohorts.catalog.telling import make_rule
from peergang.cohorts.rules.calendar import Method
from peergang.core.i18n import lazy_gettext

RULE = make_rule(
    "meeting_planned",
    Method.REQUEST,
    title=lazy_gettext("Een bijeenkomst is gepland"),
    timing=lazy_gettext("Een paar minuten na het plannen, met een bestand voor je agenda"),
    reason=lazy_gettext("je bij het traject hoort waarvan dit een bijeenkomst is"),
)
