"""Which rules there are, who would get what now and why, and why somebody gets nothing."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import dry_run
from peergang.core.permissions import Actor, require
from peergang.identity.actions.openings import record_opening
from peergang.identity.queries.roles import MOST_FOUND, find_people, get_person
from peergang.identity.rules import clean_text, full_name
from peergang.notifications.actions.trying import explain_person, try_rule
from peergang.notifications.catalog import Rule, get_rule, list_rules
from peergang.notifications.policy import can_operate_notices, can_see_rules, can_see_why_not, can_try_rule
from peergang.notifications.queries.operating import list_rule_outcomes
from peergang.notifications.rules import Kind
from peergang.reminders.labels import OUTCOMES, SECTIONS, URGENCIES, reason_words
from peergang.reminders.views import bp
from peergang.web.cleaning import page_number
from peergang.web.database import bind, reading
from peergang.web.throttle import limiter
from peergang.web.trail import ask_reason, leave_trail, reason_of
from peergang.web.viewer import current_actor

PAGE = 30


@bp.get("/berichten/regels")
def rules() -> ResponseReturnValue:
    """All rules of the catalogue, with what became of their messages lately."""
    actor, now = current_actor(), clock.now()
    require(can_see_rules(actor))
    numbers = list_rule_outcomes(reading(), now)
    groups: dict[str, list[dict[str, Any]]] = {}
    for rule in sorted(list_rules(), key=lambda one: str(one.title).lower()):
        groups.setdefault(_group(rule), []).append(_listed(rule, actor, numbers.get(rule.name, {})))
    return render_template(
        "reminders/rules.html",
        groups=[(SECTIONS[name], groups[name]) for name in SECTIONS if name in groups],
        may_operate=can_operate_notices(actor),
    )


@bp.get("/berichten/regels/<name>")
def rule(name: str) -> ResponseReturnValue:
    """Who would get this message now, about what, and when it would go."""
    actor, now = current_actor(), clock.now()
    found = get_rule(name)
    require(can_try_rule(actor, about_cohorts=found.known_to_organisers))
    if (ask := ask_reason(actor)) is not None:
        return ask
    number = page_number(request.args)
    with dry_run(bind()) as session:
        trial = try_rule(session, actor, found, page=number, size=PAGE, now=now)
    _account_for(actor, [one.user_id for one in trial.people], "rule_tried")
    first = (number - 1) * PAGE
    return render_template(
        "reminders/rule.html",
        rule=found,
        urgency=URGENCIES[found.weight],
        trial=trial,
        now=now,
        reason_words=reason_words,
        pages={
            "first": first + 1,
            "last": first + len(trial.people),
            "total": trial.total,
            "previous_url": url_for("reminders.rule", name=name, pagina=number - 1) if number > 1 else "",
            "next_url": url_for("reminders.rule", name=name, pagina=number + 1)
            if first + PAGE < trial.total
            else "",
        },
        knows=can_see_why_not(actor),
    )


@bp.get("/berichten/regels/waarom-niet")
def why_not() -> ResponseReturnValue:
    """Look somebody up by name or address."""
    actor, now = current_actor(), clock.now()
    require(can_see_rules(actor))
    search = clean_text(request.args.get("zoek", ""))[:100]
    today = clock.local_date(now)
    rows = find_people(reading(), search, today) if search else []
    return render_template(
        "reminders/why_not.html",
        search=search,
        found=[
            {
                "id": row.id,
                "name": full_name(row.given_name, row.name_particle, row.family_name),
                "email": row.email,
                "school": row.institution_name or "",
                "closed": row.deactivated_at is not None,
            }
            for row in rows
        ],
        most=MOST_FOUND,
    )


# Every rule is asked, which costs a while.
@bp.get("/berichten/regels/waarom-niet/<uuid:user_id>")
@limiter.limit("30 per minute", key_func=lambda: str(current_actor().user_id))
def why_not_person(user_id: UUID) -> ResponseReturnValue:
    """What each rule has for one person now, or why it has nothing."""
    actor, now = current_actor(), clock.now()
    require(can_see_rules(actor))
    person = get_person(reading(), user_id, clock.local_date(now))
    if (ask := ask_reason(actor)) is not None:
        return ask
    with dry_run(bind()) as session:
        found = explain_person(session, actor, user_id, now=now)
    _account_for(actor, [user_id], "why_not")
    told = [one for one in found if one.kind == "told"]
    return render_template(
        "reminders/why_not_person.html",
        person=person,
        name=full_name(person.given_name, person.name_particle, person.family_name),
        told=told,
        others=sorted(
            (one for one in found if one.kind != "told"),
            key=lambda one: (one.kind == "nothing", one.rule.name),
        ),
        now=now,
        reason_words=reason_words,
        knows=can_see_why_not(actor),
    )


def _account_for(actor: Actor, people: list[UUID], page: str) -> None:
    now, reason = clock.now(), reason_of(actor)
    leave_trail(lambda session: record_opening(session, actor, people, page, now=now, reason=reason))


def _group(rule: Rule) -> str:
    return "account" if rule.kind is Kind.ACCOUNT else str(rule.section)


def _listed(rule: Rule, actor: Actor, numbers: dict[str, int]) -> dict[str, Any]:
    """A rule with how its messages ended lately, in the order of the words for it."""
    ended: dict[str, int] = {}
    for state, number in numbers.items():
        ended[OUTCOMES[state][0]] = ended.get(OUTCOMES[state][0], 0) + number
    return {
        "rule": rule,
        "urgency": URGENCIES[rule.weight],
        "numbers": [
            (kind, words, ended[kind]) for kind, words in dict(OUTCOMES.values()).items() if kind in ended
        ],
        "may_try": can_try_rule(actor, about_cohorts=rule.known_to_organisers),
    }
