"""A line of the result, as var/bench/latest.json keeps it."""

from typing import TypedDict


class Row(TypedDict):
    """`ratio` is measured against floor. `goal` and `met` are None where a figure is shown without a promise."""

    name: str
    measured: float
    floor: float | None
    unit: str
    ratio: float | None
    goal: str | None
    met: bool | None


def against(name: str, measured: float, floor: float, unit: str, *, at_most: float | None) -> Row:
    """A figure beside its floor of the same run; the promise is about the ratio."""
    ratio = measured / floor
    return {
        "name": name,
        "measured": round(measured, 4),
        "floor": round(floor, 4),
        "unit": unit,
        "ratio": round(ratio, 3),
        "goal": None if at_most is None else f"<= {at_most:g}",
        "met": None if at_most is None else ratio <= at_most,
    }


def below(name: str, measured: float, unit: str, limit: float) -> Row:
    """A figure with a limit of its own."""
    return {
        "name": name,
        "measured": round(measured, 2),
        "floor": None,
        "unit": unit,
        "ratio": None,
        "goal": f"< {limit:g} {unit}",
        "met": measured < limit,
    }


def failed(name: str, why: str) -> Row:
    """A benchmark that could not be run: that is not met, and says why."""
    return {
        "name": f"{name}: {why}",
        "measured": 0.0,
        "floor": None,
        "unit": "",
        "ratio": None,
        "goal": "runs",
        "met": False,
    }
