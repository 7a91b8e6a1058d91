"""When somebody may be bothered: by day, and with things that can wait not in the weekend. All on Amsterdam's clock."""

from datetime import timedelta

from peergang.notifications.rules import FROM, MORNING, SATURDAY, UNTIL, daytime

__all__ = ["FROM", "MORNING", "PLAN_AHEAD", "SATURDAY", "UNTIL", "daytime"]

PLAN_AHEAD = timedelta(hours=12)
"""Notices of the morning stand ready the evening before, so that they all leave at half past eight."""
