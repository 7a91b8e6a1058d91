"""What asks for attention: the list for organisers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.labels.risks import STATES
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.risk_pages import count_risks, list_risk_page, list_risk_places
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.rules.risk_filter import RiskFilter
from peergang.progress.views import bp
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor

PAGE = 50


@bp.get("/deelname/aandacht")
def risks() -> ResponseReturnValue:
    """Signals about institutions and people, with what the address asks for."""
    actor, now = current_actor(), clock.now()
    require(can_view_participation(actor))
    if (ask := ask_reason(actor)) is not None:
        return ask
    rules = risk_rules()
    chosen = RiskFilter.parse(request.args, rules)
    session = reading()
    total = count_risks(session, chosen)
    first = PAGE * (_page_number(total) - 1)
    shown = list_risk_page(session, chosen, first, PAGE)
    places = list_risk_places(session, chosen.state)
    leave_opening(actor, {one.user_id for one in shown if one.user_id}, "risks", now)
    return render_template(
        "progress/risks.html",
        now=now,
        chosen=chosen,
        lines=[(one, name_of(one)) for one in shown],
        rules={name: str(rule.title) for name, rule in rules.items()},
        cohorts=_options(places, "cohort_id", "cohort_name"),
        institutions=_options(places, "institution_id", "institution_name"),
        states=STATES,
        pages=_pages(first, len(shown), total, chosen),
    )


def name_of(signal: AnyRow) -> str:
    """Whom a signal is about: the participant, or the institution."""
    if signal.enrolment_id is None:
        return str(signal.institution_name)
    return full_name(signal.given_name, signal.name_particle, signal.family_name)


def _options(rows: Sequence[AnyRow], key: str, name: str) -> list[tuple[UUID, str]]:
    """What can be chosen: only what has signals."""
    found = {getattr(row, key): str(getattr(row, name)) for row in rows}
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _page_number(total: int) -> int:
    asked = request.args.get("pagina", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return max(1, min(number, (total + PAGE - 1) // PAGE))


def _pages(first: int, shown: int, total: int, chosen: RiskFilter) -> dict[str, Any]:
    number, base = first // PAGE + 1, url_for("progress.risks")

    def address(page: int) -> str:
        query = "&".join(part for part in (chosen.query(), f"pagina={page}" if page > 1 else "") if part)
        return f"{base}?{query}" if query else base

    return {
        "first": first + 1,
        "last": first + shown,
        "total": total,
        "previous_url": address(number - 1) if number > 1 else "",
        "next_url": address(number + 1) if first + shown < total else "",
    }
