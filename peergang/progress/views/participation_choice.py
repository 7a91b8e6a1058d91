"""What was asked for in the address, on every page between the network and the facts: filter, order and day go along."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, request, url_for

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment


class Choice(NamedTuple):
    """The choices, the moment that they ask for, and the address behind the question mark."""

    filter: Filter
    at: Moment
    query: str

    @property
    def now(self) -> datetime:
        """The present, whatever day is asked for."""
        return self.at.now

    @property
    def present_url(self) -> str:
        """This page as it is now."""
        kept = {key: value for key, value in request.args.items() if key != "op"}
        return with_query(request.path, urlencode(kept))

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of a page below the network, with the choices in it."""
        return with_query(url_for(endpoint, **values), self.query)

    def report_query(self, **ids: UUID) -> str:
        """What the file of a table is made from: what the page is about, and the day."""
        day = {"op": str(self.filter.day)} if self.at.past else {}
        return urlencode({**{key: str(value) for key, value in ids.items()}, **day})

    def trail(self, *further: tuple[str, str | None]) -> list[tuple[str, str | None]]:
        """The crumbs: the network as it was filtered, and what comes under it."""
        return [(_("Deelname"), self.url("progress.participation")), *further]

    def story_url(self, cohort_id: UUID, enrolment_id: UUID, anchor: str = "") -> str:
        """The page of one participant, at the evidence of one activity when `anchor` is given; empty where there is none."""
        if "progress.story" not in current_app.view_functions:
            return ""
        url = url_for("progress.story", cohort_id=cohort_id, enrolment_id=enrolment_id)
        return with_query(url, self.query) + (f"#{anchor}" if anchor else "")


def read_choice() -> Choice:
    """The choices of this request. A day that is not over is the present."""
    chosen = Filter.parse(request.args)
    at = chosen.moment(clock.now())
    return Choice(chosen, at, chosen.query(page=chosen.page))


def with_query(url: str, query: str) -> str:
    """The address with something behind the question mark, when there is something."""
    return f"{url}?{query}" if query else url
