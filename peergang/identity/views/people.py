"""People and where they work, for organisers."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions import affiliations as actions
from peergang.identity.actions.openings import record_opening
from peergang.identity.forms.affiliations import WORDS, ChangeWorkForm, CorrectWorkForm
from peergang.identity.forms.institutions import institution_choices
from peergang.identity.policy import can_correct_person, can_manage_people
from peergang.identity.queries import get_user, list_roles
from peergang.identity.queries.affiliations import get_affiliation, list_affiliations, search_people
from peergang.identity.queries.institutions import get_institution, list_choices
from peergang.identity.rules import clean_text, listed_name
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.trail import ask_reason, leave_trail, reason_of
from peergang.web.viewer import current_actor

PAGE = 30
"""People on one page."""
ONE_DAY = timedelta(days=1)


@bp.get("/mensen")
def people() -> ResponseReturnValue:
    """Everybody, or those in whose name or address the words occur, by name."""
    require(can_manage_people(current_actor()))
    search = clean_text(request.args.get("zoek", ""))[:100]
    asked = request.args.get("pagina", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 else 1
    page = max(1, page)
    today = clock.local_date(clock.now())
    total, rows = search_people(reading(), search, today, page=page, size=PAGE)
    first = (page - 1) * PAGE
    return render_template(
        "identity/people.html",
        search=search,
        total=total,
        people=[(row, listed_name(row.given_name, row.name_particle, row.family_name)) for row in rows],
        pages={
            "first": first + 1,
            "last": first + len(rows),
            "total": total,
            "previous_url": _page_url(search, page - 1) if page > 1 else "",
            "next_url": _page_url(search, page + 1) if first + PAGE < total else "",
        },
    )


def _page_url(search: str, page: int) -> str:
    return url_for("identity.people", zoek=search or None, pagina=page if page > 1 else None)


@bp.get("/mensen/<uuid:user_id>")
def person(user_id: UUID) -> ResponseReturnValue:
    """Somebody with their affiliations."""
    actor, now = current_actor(), clock.now()
    require(can_manage_people(actor))
    one = get_user(reading(), user_id)
    if (ask := ask_reason(actor)) is not None:
        return ask
    rows = list_affiliations(reading(), user_id)
    today, reason = clock.local_date(now), reason_of(actor)
    leave_trail(lambda session: record_opening(session, actor, [user_id], "person", now=now, reason=reason))
    return render_template(
        "identity/person.html",
        one=one,
        is_self=actor.user_id == user_id,
        can_correct=can_correct_person(
            actor, user_id, [role for role, _school in list_roles(reading(), user_id)]
        ),
        affiliations=[(row, _last_day(row.valid_until), _tense(row, today)) for row in rows],
    )


def _tense(row: Any, today: date) -> str:
    if row.valid_from > today:
        return "later"
    return "now" if row.valid_until is None or row.valid_until > today else "past"


def _last_day(until: date | None) -> date | None:
    return until - ONE_DAY if until else None


@bp.route("/mensen/<uuid:user_id>/aanstelling", methods=["GET", "POST"])
def work_change(user_id: UUID) -> ResponseReturnValue:
    """Say that somebody works elsewhere from a day on."""
    require(can_manage_people(current_actor()))
    one = get_user(reading(), user_id)
    today = clock.local_date(clock.now())
    form = ChangeWorkForm(since=today)
    form.institution.choices = institution_choices(list_choices(reading()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.change_affiliation(
                    session,
                    current_actor(),
                    user_id,
                    UUID(form.institution.data),
                    since=form.since.data or today,
                    job_title=form.job_title.data or "",
                    now=clock.now(),
                )
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("De aanstelling is bewaard."), "ok")
            return redirect(url_for("identity.person", user_id=user_id), code=303)
    page = render_template("identity/work_change.html", form=form, one=one)
    return page, 422 if form.errors else 200


@bp.route("/mensen/<uuid:user_id>/aanstelling/<uuid:affiliation_id>", methods=["GET", "POST"])
def work_correct(user_id: UUID, affiliation_id: UUID) -> ResponseReturnValue:
    """Put a period right, or end it."""
    require(can_manage_people(current_actor()))
    one = get_user(reading(), user_id)
    found = get_affiliation(reading(), user_id, affiliation_id)
    form = CorrectWorkForm(
        institution=str(found.institution_id),
        since=found.valid_from,
        until=_last_day(found.valid_until),
        job_title=found.job_title,
    )
    # The institution of then may have ended since.
    own = get_institution(reading(), found.institution_id)
    others = [row for row in list_choices(reading()) if row.id != own.id]
    form.institution.choices = institution_choices([own, *others], nothing=False)
    if form.validate_on_submit():
        try:
            _correct(form, affiliation_id, form.since.data or found.valid_from)
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("De aanstelling is bewaard."), "ok")
            return redirect(url_for("identity.person", user_id=user_id), code=303)
    page = render_template("identity/work_correct.html", form=form, one=one, found=found)
    return page, 422 if form.errors else 200


def _correct(form: CorrectWorkForm, affiliation_id: UUID, since: date) -> None:
    with transaction() as session:
        actions.correct_affiliation(
            session,
            current_actor(),
            affiliation_id,
            institution_id=UUID(form.institution.data),
            job_title=form.job_title.data or "",
            since=since,
            until=form.until.data + ONE_DAY if form.until.data else None,
            now=clock.now(),
        )


@bp.post("/mensen/<uuid:user_id>/aanstelling/<uuid:affiliation_id>/weg")
def work_remove(user_id: UUID, affiliation_id: UUID) -> ResponseReturnValue:
    """Take away a period that never was."""
    require(can_manage_people(current_actor()))
    found = get_affiliation(reading(), user_id, affiliation_id)
    with transaction() as session:
        actions.end_affiliation(
            session, current_actor(), affiliation_id, until=found.valid_from, now=clock.now()
        )
    flash(_("De aanstelling is weggehaald."), "ok")
    return redirect(url_for("identity.person", user_id=user_id), code=303)
