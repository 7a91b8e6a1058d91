"""The choices that a table keeps when it comes every week: not the day it was looked at, nor a year that is over."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from peergang.progress.rules.years import Year

DAY, PERIOD = "op", "periode"


def lasting(query: str, now: datetime) -> str:
    """`query` without what would make every next table the same as this one."""
    choices = parse_qsl(query, keep_blank_values=True)
    period = dict(choices).get(PERIOD, "")
    year = Year.parse({PERIOD: period}, now)
    over = {DAY} | ({PERIOD} if year.code == period and year.is_over else set())
    kept = [(name, value) for name, value in choices if name not in over]
    return query if kept == choices else urlencode(kept)
