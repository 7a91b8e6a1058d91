"""What was asked for in the address, on every page between the network and the facts: filter, order and day go along."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment
from peergang.progress.views import bp


class Place(NamedTuple):
    """A cell: the people of one institution in one cohort."""

    institution_id: UUID
    cohort_id: UUID


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

    @property
    def all_attention_url(self) -> str:
        """The page of the network with everybody who asks for attention, on the day that is asked for."""
        query = "&".join(filter(None, (self.query, "aandacht=alle")))
        return with_query(url_for("progress.participation"), query) + "#aandacht"

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

    def story_url(self, place: Place, enrolment_id: UUID, anchor: str = "") -> str:
        """The page of one participant, at the evidence of one activity when `anchor` is given. It knows the way back."""
        url = url_for("progress.story", cohort_id=place.cohort_id, enrolment_id=enrolment_id)
        query = "&".join(filter(None, (f"van={place.institution_id}", self.query)))
        return f"{url}?{query}#{anchor}" if anchor else f"{url}?{query}"


def read_choice() -> Choice:
    """The choices of this request. A day that is not over is the present."""
    chosen = Filter.parse(request.args)
    at = chosen.moment(clock.now())
    return Choice(chosen, at, chosen.query(page=chosen.page))


@bp.app_template_global("participation_trail")
def participation_trail(cohort_id: UUID, cohort: str, name: str) -> list[tuple[str, str | None]]:
    """The crumbs of the page of one participant for who came from a cell (`?van=`): the network, the cell, the person. Empty
    for everybody else.
    """
    try:
        institution_id = UUID(request.args.get("van", ""))
    except ValueError:
        return []
    choice = read_choice()
    cell = choice.url("progress.cell", institution_id=institution_id, cohort_id=cohort_id)
    return choice.trail((cohort, cell), (name, None))


def with_query(url: str, query: str) -> str:
    """The address with something behind the question mark, when there is something."""
    return f"{url}?{query}" if query else url
