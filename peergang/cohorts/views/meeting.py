"""The page of a meeting, the list of one's own meetings, and signing off."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import meeting_sign_off as actions
from peergang.cohorts.forms.meeting_page import SignOffForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import (
    can_prepare_meeting,
    can_read_reasons,
    can_record_attendance,
    can_sign_off,
    can_view_meeting,
)
from peergang.cohorts.queries.calendar_feed import find_own_feed
from peergang.cohorts.queries.meeting_page import (
    get_meeting_page,
    list_actions,
    list_agenda,
    list_expected,
    list_neighbours,
)
from peergang.cohorts.queries.my_meetings import list_my_meetings
from peergang.cohorts.rules import CHANGEABLE, INVITING, EnrolmentRole, MeetingState
from peergang.cohorts.rules.check_in import BEFORE
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/bijeenkomsten")
def meetings() -> ResponseReturnValue:
    """All meetings of everybody's own cohorts: what comes first, what was below."""
    actor, now = current_actor(), clock.now()
    rows = list_my_meetings(reading(), actor)
    return render_template(
        "cohorts/meetings.html",
        coming=[row for row in rows if row.ends_at > now],
        past=[row for row in reversed(rows) if row.ends_at <= now],
        several=len({row.cohort_id for row in rows}) > 1,
        feed=find_own_feed(reading(), actor.user_id),
        now=now,
    )


@bp.get("/bijeenkomsten/<uuid:meeting_id>")
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """When, where, what, who; and afterwards what was agreed."""
    return _page(meeting_id, SignOffForm())


@bp.post("/bijeenkomsten/<uuid:meeting_id>/afmelden")
def sign_off(meeting_id: UUID) -> ResponseReturnValue:
    """Say that one cannot come."""
    form = SignOffForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.sign_off(
                    session, current_actor(), meeting_id, form.reason.data or "", now=clock.now()
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("Je bent afgemeld. Kun je toch? Meld je dan weer aan, dat kan tot het begin."), "ok")
            return _back(meeting_id)
    return _page(meeting_id, form), 422


@bp.post("/bijeenkomsten/<uuid:meeting_id>/toch-komen")
def come_after_all(meeting_id: UUID) -> ResponseReturnValue:
    """Take a sign-off back."""
    with transaction() as session:
        actions.come_after_all(session, current_actor(), meeting_id, now=clock.now())
    flash(_("Fijn dat je toch komt."), "ok")
    return _back(meeting_id)


def _back(meeting_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("cohorts.meeting", meeting_id=meeting_id), code=303)


def _page(meeting_id: UUID, form: SignOffForm) -> str:
    actor, now, session = current_actor(), clock.now(), reading()
    found = get_meeting_page(session, meeting_id)
    if form.is_submitted():
        require(can_sign_off(actor, found.cohort_id))
    require(can_view_meeting(actor, found.cohort_id))
    people = list_expected(session, found.cohort_id, meeting_id)
    own = next(
        (one for one in people if one.user_id == actor.user_id and one.role == EnrolmentRole.PARTICIPANT),
        None,
    )
    prepares = can_prepare_meeting(actor, found.cohort_id)
    goes_on = found.state == MeetingState.PLANNED and found.cohort_state in INVITING
    return render_template(
        "cohorts/meeting.html",
        meeting=found,
        agenda=list_agenda(session, meeting_id) if found.own_agenda else _default_agenda(found),
        people=people,
        own=own,
        actions=list_actions(session, meeting_id),
        form=form,
        prepares=prepares,
        reads_reasons=can_read_reasons(actor, found.cohort_id),
        changeable=prepares and found.cohort_state in CHANGEABLE,
        records=can_record_attendance(actor, found.cohort_id) and goes_on,
        user_id=actor.user_id,
        now=now,
        goes_on=goes_on,
        before=now < found.starts_at,
        over=now >= found.ends_at,
        today=local_date(now) == local_date(found.starts_at) and now < found.ends_at,
        checks_in=goes_on and own is not None and found.starts_at - BEFORE <= now <= found.ends_at,
        near=found.starts_at - BEFORE <= now <= found.ends_at,
        **_neighbours(list_neighbours(session, found.cohort_id), found),
    )


def _default_agenda(found: AnyRow) -> list[dict[str, Any]]:
    return [{"title": one["title"], "minutes": one["minutes"]} for one in found.default_agenda or ()]


def _neighbours(rows: Any, found: AnyRow) -> dict[str, AnyRow | None]:
    earlier = [row for row in rows if (row.starts_at, row.meeting_id) < (found.starts_at, found.meeting_id)]
    later = [row for row in rows if (row.starts_at, row.meeting_id) > (found.starts_at, found.meeting_id)]
    return {"previous": earlier[-1] if earlier else None, "following": later[0] if later else None}
