"""Figures for Prometheus: those that this process counts, and those that the database knows at the moment of asking."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if FOLDER:
    # The library writes there at the first metric, so this module is imported by whoever makes one.
    Path(FOLDER).mkdir(parents=True, exist_ok=True)

from prometheus_client import Counter, Histogram  # noqa: E402 after its folder is there

__all__ = ["Counter", "Histogram", "register_gauge", "write_figures"]

Source = Callable[[Session], Mapping[str, float]]

_gauges: dict[str, tuple[str, str, Source]] = {}


def register_gauge(name: str, words: str, label: str, source: Source) -> None:
    """Let a feature show figures that it keeps in the database, by the values of one label; app.py calls this."""
    _gauges[name] = (words, label, source)


def write_figures(session: Session) -> bytes:
    """All figures as Prometheus reads them. With several web processes, the sum of what all of them counted."""
    counted: CollectorRegistry = REGISTRY
    if FOLDER:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    known = CollectorRegistry()
    known.register(_Known(session))
    return generate_latest(counted) + generate_latest(known)


class _Known(Collector):
    """What the database says; a database that is away leaves its figures out and the others in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (words, label, source) in _gauges.items():
            family = GaugeMetricFamily(name, words, labels=[label])
            try:
                figures = source(self._session)
            except SQLAlchemyError:
                continue
            for value, number in figures.items():
                family.add_metric([value], number)
            yield family
