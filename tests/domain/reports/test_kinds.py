"""Every kind of report, really made by the worker's action in all three formats, holds what the queries of its page give."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peergang.certificates.labels import STAGES as CERTIFICATE_STAGES
from peergang.certificates.queries.certificates import list_certificates_in
from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Stage
from peergang.core.clock import local_date
from peergang.core.i18n import in_locale
from peergang.core.storage import Files
from peergang.identity.rules import full_name
from peergang.progress.actions.calls import note_call
from peergang.progress.labels.annual import DEFINITIONS
from peergang.progress.labels.comparing import NAMES, SAYS
from peergang.progress.labels.participation import SIGNS, STAGES
from peergang.progress.queries.annual_figures import get_annual
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.grid import get_by_module, list_grid_modules
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import list_participants
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.risks import list_risks
from peergang.progress.rules.comparing import compare
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.grid import build_grid
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.risks import RiskState
from peergang.progress.rules.years import Year
from peergang.reports.kinds import get_kind, list_kinds, parse, rows_of
from tests.domain.progress.recount.files import compare_contents, percentage
from tests.domain.reports.conftest import Make, Network, actor_of, content_of
from tests.factories.certificates import make_certificate, make_finish
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_user

pytestmark = pytest.mark.database

Rows = list[list[Any]]
Case = tuple[str, Rows]


def name_of(row: Any) -> str:
    return full_name(row.given_name, row.name_particle, row.family_name)


def risks(network: Network, now: datetime) -> Case:
    """Signals about an institution that was called, and about people."""
    session = network.session
    note_call(
        session,
        actor_of(session, network.organiser.id),
        network.meadow.id,
        "Pim belt terug",
        now=now,
        cohort_id=network.cohort.id,
    )
    found = list_risks(session, states=[RiskState.OPEN])
    assert {one.enrolment_id is None for one in found} == {True, False}
    return "", [
        [
            one.institution_name,
            one.cohort_name,
            name_of(one) if one.enrolment_id else None,
            str(risk_rules()[one.rule].title),
            one.since,
            "Open",
            local_date(one.last_call) if one.last_call else None,
        ]
        for one in found
    ]


def certificates(network: Network, now: datetime) -> Case:
    """Somebody who has it, somebody from whom it was taken, and somebody who did nothing."""
    finish = make_finish(network.session, now)
    has = make_certificate(finish)
    gone = make_certificate(
        finish, make_participant(network.session, finish.cohort, user=make_user(network.session, "Bo", "Cel"))
    )
    gone.revoked_at, gone.revoke_reason = now + timedelta(hours=1), "Vergissing"
    make_participant(network.session, finish.cohort, user=make_user(network.session, "Zoë", "Zee"))
    network.session.flush()
    words = {stage: str(words[1]) for stage, words in CERTIFICATE_STAGES.items()}
    day = local_date(now)
    assert len(list_certificates_in(network.session, finish.cohort.id)) == 2
    return f"cohort={finish.cohort.id}", [
        ["Anna van der Berg", words[Stage.HAS], day, 40, show_code(has.code), None],
        ["Bo Cel", words[Stage.WITHDRAWN], day, 40, show_code(gone.code), day],
        ["Zoë Zee", words[Stage.ON_THE_WAY], None, None, None, None],
    ]


def annual(network: Network, now: datetime) -> Case:
    # The kind first: who reads it makes known where certificates are counted, whichever test comes first.
    rows = rows_of("annual", "", network.session, now)
    found = get_annual(network.session, Year.parse({}, now))
    assert found.people
    by_key = {
        "institutions": found.institutions,
        "people": found.people,
        "hours": found.hours,
        "shared": found.shared,
        "tried": found.tried,
        "feedback": found.waiting.median,
        "stopped": found.stopped,
        "finished": found.finished,
        "certificates": found.certificates,
    }
    assert [row[2] for row in rows] == [str(DEFINITIONS[key]) for key in by_key]
    return "", [[row[0], value, row[2]] for row, value in zip(rows, by_key.values(), strict=True)]


def grid(network: Network, now: datetime) -> Case:
    session, cohort_id = network.session, network.cohort.id
    people = list_participants(session, cohort_id, now)
    known = get_by_module(session, cohort_id, now)
    lines = build_grid(
        people,
        list_grid_modules(session, cohort_id),
        known.done,
        known.waiting,
        now,
        known.more_time,
    )
    by_name = {name_of(line.person): line for line in lines}
    assert any(spot.done for line in lines for spot in line.spots)
    return f"cohort={cohort_id}", [
        [
            name,
            by_name[name].person.institution_name,
            *(f"{STAGES[one.stage]} ({one.done} van {one.required})" for one in by_name[name].spots),
            by_name[name].person.completed,
            by_name[name].person.required,
        ]
        for name in ("Anna Zonneveld", "Bram Zonneveld", "Cees Zonneveld")
    ]


def institution(network: Network, now: datetime) -> Case:
    cells = {one.cohort_id: one for one in list_cells(network.session, now, network.harbour.id)}
    shown = [one for one in list_shown_cohorts(network.session) if one.id in cells]
    assert len(shown) == 2
    return f"instelling={network.harbour.id}", [
        [
            one.name,
            str(SIGNS[Sign(one.sign)]) if one.sign in set(Sign) else one.sign,
            one.starts_on,
            one.ends_on,
            cells[one.id].people,
            percentage(cells[one.id].present, cells[one.id].recorded),
            percentage(cells[one.id].completed, cells[one.id].required),
            percentage(cells[one.id].on_time, cells[one.id].due),
        ]
        for one in reversed(shown)
    ]


def compared(network: Network, now: datetime) -> Case:
    ids = (network.cohort.id, network.ended.id)
    query = f"een={ids[0]}&ander={ids[1]}"
    one, other = get_runs(network.session, ids, Moment(now))
    rows: Rows = [["Naast elkaar", "Deelnemers", 3, 1, "deelnemers", None]]
    rows += [
        ["Naast elkaar", str(NAMES[it.kind]), it.one, it.other, "procent", str(SAYS[it.verdict])]
        for it in compare(one, other)
    ]
    rows.append(
        [
            "Naast elkaar",
            "De helft kreeg een reactie binnen",
            one.waiting.median,
            other.waiting.median,
            "werkdagen",
            None,
        ]
    )
    assert one.meetings == {1: 100, 2: 33}
    assert not other.meetings
    rows += [
        ["Aanwezig per bijeenkomst", f"Bijeenkomst {number}", share, None, "procent", None]
        for number, share in one.meetings.items()
    ]
    found = [list(row) for row in rows_of("compare", query, network.session, now)]
    weeks = [row for row in found if str(row[0]).startswith("Voortgang per week")]
    assert weeks[-1][1:4] == [f"Week {len(other.weeks)}", None, other.weeks[-1]]
    modules = [row for row in found if row[0] == "Ingeleverd per module"]
    assert [row[2] for row in modules] == [it.share for it in one.work]
    losses = [row for row in found if row[0] == "Gestopt per module"]
    assert [row[2] for row in losses] == [it.share for it in one.losses]
    return query, [*rows, *weeks, *modules, *losses]


CASES: dict[str, Callable[[Network, datetime], Case]] = {
    "risks": risks,
    "certificates": certificates,
    "annual": annual,
    "grid": grid,
    "institution": institution,
    "compare": compared,
}


@pytest.mark.parametrize("kind", CASES)
def test_a_kind_in_every_format(
    network: Network, made: Make, files: Files, now: datetime, session: Session, kind: str
) -> None:
    with in_locale("nl"):
        query, rows = CASES[kind](network, now)
        session.commit()
        assert rows
        columns = get_kind(kind).open(session, parse(query), now).columns
        compare_contents(columns, rows, lambda form: content_of(files, made(kind, query, form)))


def test_every_kind_is_tried() -> None:
    others = {"participation", "people"}
    assert {one.name for one in list_kinds()} == {*CASES, *others}, "those are in test_three_roads_past"
