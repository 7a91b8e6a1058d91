"""Offers the dates of core/dates.py to the templates of pages, as filters."""

from flask import Flask

from peergang.core.dates import (
    clock_time,
    date_full,
    day_month,
    iso_week,
    moment_full,
    month_short,
    month_year,
    relative_day,
    time_range,
    weekday_date,
)

__all__ = [
    "clock_time",
    "date_full",
    "day_month",
    "init_dates",
    "iso_week",
    "moment_full",
    "month_short",
    "month_year",
    "relative_day",
    "time_range",
    "weekday_date",
]

FILTERS = (
    *(month_short, month_year, day_month, date_full, weekday_date),
    *(clock_time, moment_full, relative_day, iso_week),
)


def init_dates(app: Flask) -> None:
    """Offer the functions above to the templates as filters; `time_range` takes two moments and is a function."""
    for function in FILTERS:
        app.add_template_filter(function)
    app.add_template_global(time_range)
