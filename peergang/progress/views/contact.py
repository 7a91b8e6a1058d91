"""What the contact of an institution sees: how their own people take part, in sums."""

from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import CohortState
from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.labels.participation import SIGNS
from peergang.progress.labels.told import MEASURE_WORDS
from peergang.progress.policy import can_view_own_institution
from peergang.progress.queries.own_institution import (
    get_own_participation,
    list_helpers,
    list_own_institutions,
)
from peergang.progress.rules.filters import Filter, Sign
from peergang.progress.rules.withheld import SMALLEST, Told
from peergang.progress.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/onze-deelname")
def own_institution() -> ResponseReturnValue:
    """The start of a contact: one's own institution, or one of them (`?instelling=`), without a single name.

    There is no past day here and no file: the figures of a week stay what they were, and nobody can subtract two days.
    """
    actor = current_actor()
    require(bool(actor.contact_of))
    session = reading()
    schools = list_own_institutions(session, actor.contact_of)
    wanted = _wanted(schools[0].id)
    require(can_view_own_institution(actor, wanted))
    sign = Filter.parse(request.args).sign
    own = get_own_participation(session, wanted, clock.now(), sign)
    return render_template(
        "progress/own_institution.html",
        school=next(one for one in schools if one.id == wanted),
        schools=schools,
        own=own,
        low=[
            (one.name, words) for one, told in own.cohorts if told and (words := _words_of(told, one.state))
        ],
        quiet=[
            one.name for one, told in own.cohorts if told and one.state == "running" and not told.most_active
        ],
        helpers=[
            (full_name(one.given_name, one.name_particle, one.family_name), one.email)
            for one in list_helpers(session)
        ],
        signs=[(words, _address(wanted, one), one == sign) for one, words in SIGNS.items()],
        smallest=SMALLEST,
    )


def _words_of(told: Told, state: str) -> list[str]:
    """What is low, in words. Work that is not there is not in time either; that need not be said. Neither that people are not
    ready who are not there yet.
    """
    silent = {"punctuality"} if "handed_in" in told.low else set()
    if state != CohortState.CLOSED:
        silent.add("progress")
    return [str(MEASURE_WORDS[name]) for name in told.low if name not in silent]


def _address(institution_id: UUID, sign: Sign) -> str:
    pairs = {"instelling": str(institution_id), "programma": str(sign)}
    return f"{url_for('progress.own_institution')}?{urlencode({k: v for k, v in pairs.items() if v})}"


def _wanted(first: UUID) -> UUID:
    chosen = request.args.get("instelling")
    if not chosen:
        return first
    try:
        return UUID(chosen)
    except ValueError as error:
        raise NotFound from error
