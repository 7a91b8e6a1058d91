"""Cohorts: setting up is for organisers, seeing and attendance also for those who train them."""

from datetime import date, timedelta

from peergang.cohorts.models import (
    AgendaItem,
    CalendarFeed,
    CheckInCode,
    CohortActivity,
    CohortModule,
    Enrolment,
    Extension,
    FreePeriod,
    IntervisionSession,
    JoinRequest,
    MeetingAction,
    MeetingPage,
    RosterImport,
)
from peergang.cohorts.rules.check_in import hash_address
from peergang.cohorts.rules.joining import sign_link
from peergang.core.config import KNOWN_SECRET
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.house.expecting import everybody, only, signed_in
from tests.house.world import World

ORGANISERS = ("organiser", "admin")
STAFF = ("trainer", *ORGANISERS)
LISTED = (*STAFF, "other_trainer")
"""Who has a list of cohorts; that of the other trainer holds another cohort."""

MEETING = {"title": "Bijeenkomst", "module": "", "day": "2027-03-02", "begins": "13:30", "ends": "16:30"}
AGENDA_ITEM = {"title": "Kennismaken", "minutes": "20", "body": "", "url": "", "about": ""}


def coming(world: World) -> dict[str, object]:
    return {"meeting_id": world.args["coming_meeting_id"]}


def planned(world: World) -> dict[str, object]:
    return {"cohort_id": world.args["planned_cohort_id"]}


def planned_activity(world: World) -> dict[str, object]:
    return {"activity_id": world.args["planned_activity_id"]}


EXPECTATIONS = {
    "cohorts.overview": only(LISTED, 200),
    "cohorts.trained": only(LISTED, 302),
    "cohorts.cohort": only(STAFF, 200),
    "cohorts.edition": only(ORGANISERS, 200),
    # No newer edition in this world.
    "cohorts.upgrade": only(ORGANISERS, 404),
    "cohorts.close": only(ORGANISERS, 303),
    "cohorts.cancel": only(ORGANISERS, 303),
    "cohorts.new": only(ORGANISERS, 200),
    "cohorts.new POST": only(ORGANISERS, 422),
    "cohorts.setup_details": only(ORGANISERS, 200),
    "cohorts.make_room": only(ORGANISERS, 303),
    "cohorts.setup_details POST": only(ORGANISERS, 422, form=lambda _: {"name": ""}),
    "cohorts.setup_meetings": only(ORGANISERS, 200),
    "cohorts.setup_meetings POST": only(
        ORGANISERS, 303, args=planned, form=lambda _: {"begins": "13:30", "ends": "16:30"}
    ),
    "cohorts.new_meeting": only(ORGANISERS, 200),
    # The first time a page says what moves along, the second it is saved.
    "cohorts.new_meeting POST": only(ORGANISERS, 303, form=lambda _: MEETING | {"action": "confirm"}),
    "cohorts.change_meeting": only(ORGANISERS, 200),
    "cohorts.change_meeting POST": only(ORGANISERS, 303, form=lambda _: MEETING | {"action": "confirm"}),
    "cohorts.remove_meeting": only(ORGANISERS, 303, form=lambda _: {"action": "confirm"}),
    # Nothing was changed, so there is nothing to take back.
    "cohorts.undo_meeting": only(ORGANISERS, 409, form=lambda _: {"revision": "0"}),
    "cohorts.activity_date": only(ORGANISERS, 200, args=planned_activity),
    "cohorts.activity_date POST": only(ORGANISERS, 422, args=planned_activity, form=lambda _: {"due_on": ""}),
    "cohorts.follow_activity": only(ORGANISERS, 303, args=planned_activity),
    "cohorts.copy_cohort_form": only(ORGANISERS, 200),
    "cohorts.copy_cohort_form POST": only(ORGANISERS, 422, form=lambda _: {"name": ""}),
    "cohorts.free_periods": only(ORGANISERS, 200),
    "cohorts.free_periods POST": only(ORGANISERS, 422, form=lambda _: {"name": ""}),
    "cohorts.change_free_period": only(ORGANISERS, 200),
    "cohorts.change_free_period POST": only(ORGANISERS, 422, form=lambda _: {"name": ""}),
    "cohorts.remove_free_period": only(ORGANISERS, 303),
    "cohorts.copy_school_year": only(ORGANISERS, 303, args=lambda _: {"year": 2026}),
    "cohorts.extend": only(STAFF, 200),
    "cohorts.extend POST": only(STAFF, 422, form=lambda _: {"subject": ""}),
    "cohorts.revoke_extension": only(STAFF, 303),
    "cohorts.module_dates": only(ORGANISERS, 200),
    "cohorts.module_dates POST": only(
        ORGANISERS, 303, form=lambda _: {"opens_on": "2027-03-02", "due_on": "2027-03-30"}
    ),
    "cohorts.follow_module": only(ORGANISERS, 303),
    "cohorts.setup_trainers": only(ORGANISERS, 200),
    "cohorts.setup_trainers POST": only(ORGANISERS, 422),
    # The last trainer of a running cohort stays.
    "cohorts.remove_trainer": only(
        ORGANISERS, 409, args=lambda world: {"enrolment_id": world.enrolments["trainer"].id}
    ),
    "cohorts.setup_participants": only(ORGANISERS, 200),
    "cohorts.add_participant": only(ORGANISERS, 422),
    "cohorts.upload_roster": only(ORGANISERS, 422),
    "cohorts.check_roster": only(ORGANISERS, 303),
    "cohorts.discard_roster": only(ORGANISERS, 303),
    "cohorts.name_columns": only(ORGANISERS, 422),
    "cohorts.example_roster": only(ORGANISERS, 200),
    "cohorts.example_workbook": only(ORGANISERS, 200),
    "cohorts.setup_check": only(ORGANISERS, 200),
    # Something is missing still, which the page says.
    "cohorts.open_cohort": only(ORGANISERS, 303, args=planned),
    "cohorts.groups": only(STAFF, 200),
    "cohorts.propose_groups": only(STAFF, 200),
    "cohorts.make_groups": only(STAFF, 303),
    "cohorts.undo_groups": only(STAFF, 303),
    "cohorts.rename_group": only(STAFF, 303, form=lambda world: {"name": "De Ophaalbrug"}),
    "cohorts.arrange_groups": only(
        STAFF,
        303,
        form=lambda world: {"enrolment": world.args["enrolment_id"], "group": world.args["group_id"]},
    ),
    "cohorts.intervision": only(("participant", "trainer"), 200),
    "cohorts.start_intervision": only(("participant", "trainer"), 303),
    "cohorts.intervision_steps": only(("participant", "trainer"), 200),
    "cohorts.intervision_state": only(("participant", "trainer"), 200),
    "cohorts.steer_intervision": only(("participant", "trainer"), 303),
    "cohorts.leave": only(("participant", *ORGANISERS), 200),
    "cohorts.withdraw": only(("participant", *ORGANISERS), 303),
    "cohorts.transfer": only(ORGANISERS, 303),
    "cohorts.move_up": only(
        ORGANISERS,
        303,
        args=lambda world: {"enrolment_id": world.args["waiting_id"]},
        form=lambda _: {"reason": "Wacht al lang"},
    ),
    # Who waits is somebody without a role here.
    "cohorts.leave_list": only((), 303, args=lambda world: {"enrolment_id": world.args["waiting_id"]}),
    "cohorts.join": everybody(200),
    "cohorts.join POST": everybody(303, anonymous=422),
    "cohorts.join_asked": everybody(200),
    "cohorts.join_settings": only(ORGANISERS, 200),
    "cohorts.set_joining": only(ORGANISERS, 303),
    "cohorts.renew_link": only(ORGANISERS, 303),
    "cohorts.approve_requests": only(ORGANISERS, 303),
    "cohorts.decline_request": only(ORGANISERS, 303),
    "cohorts.invite_once_more": only(ORGANISERS, 303),
    "cohorts.attendance": only(STAFF, 200),
    "cohorts.save_attendance": only(STAFF, 303),
    "cohorts.meetings": signed_in(200),
    "cohorts.my_places": signed_in(200),
    "cohorts.meeting": only(("participant", *STAFF), 200),
    "cohorts.sign_off": only(("participant",), 303, args=coming, form=lambda _: {"reason": "Ziek"}),
    "cohorts.come_after_all": only(("participant",), 303, args=coming),
    "cohorts.agenda": only(STAFF, 200),
    "cohorts.agenda POST": only(STAFF, 303, form=lambda _: AGENDA_ITEM),
    "cohorts.own_agenda": only(STAFF, 303),
    "cohorts.restore_agenda": only(STAFF, 303),
    "cohorts.change_agenda_item": only(STAFF, 200),
    "cohorts.change_agenda_item POST": only(STAFF, 303, form=lambda _: AGENDA_ITEM),
    "cohorts.remove_agenda_item": only(STAFF, 303),
    "cohorts.move_agenda_item": only(STAFF, 303),
    "cohorts.notes": only(STAFF, 200),
    "cohorts.notes POST": only(STAFF, 303, form=lambda _: {"notes": "Mooi", "revision": "0"}),
    "cohorts.meeting_actions": only(STAFF, 200),
    "cohorts.meeting_actions POST": only(STAFF, 422),
    "cohorts.remove_action": only(STAFF, 303),
    "cohorts.tick_off": only(("participant", *STAFF), 303),
    "cohorts.check_in_code": only(STAFF, 200),
    "cohorts.renew_check_in_code": only(STAFF, 303),
    "cohorts.check_in_square": only(STAFF, 200),
    "cohorts.arrivals": only(STAFF, 200),
    "cohorts.check_in": only(("participant",), 200),
    "cohorts.check_in POST": only(("participant",), 303, form=lambda _: {"code": "acd-efh"}),
    "cohorts.calendar_feed": signed_in(200),
    "cohorts.renew_calendar_feed": signed_in(200),
    "cohorts.revoke_calendar_feed": signed_in(303),
    # The participant has one.
    "cohorts.choose_calendar_feed": only(("participant",), 303),
    "cohorts.calendar": everybody(200),
    "cohorts.meeting_calendar": only(("participant", *STAFF), 200),
    "cohorts.invitations": signed_in(200),
    # An invitation is for one person, here the outsider; for everybody else it does not exist.
    "cohorts.accept": only(("outsider",), 303, args=lambda world: {"enrolment_id": world.args["invited_id"]}),
    "cohorts.decline": only(
        ("outsider",), 303, args=lambda world: {"enrolment_id": world.args["invited_id"]}
    ),
}


def extend(world: World) -> None:
    session = world.session
    _extend_joining(world)
    world.args["planned_cohort_id"] = make_cohort(session, world.now, state="planned").id
    module = session.query(CohortModule).filter_by(cohort_id=world.cohort.id).first()
    waiting = RosterImport(
        cohort_id=world.cohort.id,
        created_by_id=world.people["organiser"].id,
        created_at=world.now,
        file_name="lijst.csv",
        rows=[],
    )
    invited = Enrolment(
        cohort_id=world.cohort.id,
        user_id=world.people["outsider"].id,
        affiliation_id=world.enrolments["outsider"].affiliation_id,
        role="participant",
        state="invited",
        invited_at=world.now,
    )
    talk = IntervisionSession(
        peer_group_id=world.args["group_id"],
        method="incidentmethode",
        started_at=world.now,
        step_started_at=world.now,
    )
    session.add_all([waiting, invited, talk])
    session.flush()
    world.args |= {"module_id": module.module_id, "import_id": waiting.id, "invited_id": invited.id}
    world.args["session_id"] = talk.id
    _plan(world)


def _plan(world: World) -> None:
    """A free period, and more time for the participant."""
    session = world.session
    autumn = FreePeriod(
        name="Herfstvakantie", region="zuid", starts_on=date(2026, 10, 24), ends_on=date(2026, 11, 1)
    )
    activity = session.query(CohortActivity).filter_by(cohort_id=world.cohort.id).first()
    more_time = Extension(
        enrolment_id=world.enrolments["participant"].id,
        activity_id=activity.activity_id,
        due_at=activity.due_at + timedelta(days=7),
        reason="Ziek geweest.",
        granted_at=world.now,
    )
    session.add_all([autumn, more_time])
    session.flush()
    world.args |= {"period_id": autumn.id, "extension_id": more_time.id}
    world.args["planned_activity_id"] = activity.activity_id
    _extend_meetings(world)


def _extend_meetings(world: World) -> None:
    session, now, meeting_id = world.session, world.now, world.args["meeting_id"]
    item = AgendaItem(meeting_id=meeting_id, position=1, title="Kennismaken", minutes=20)
    action = MeetingAction(
        meeting_id=meeting_id,
        enrolment_id=world.enrolments["participant"].id,
        text="Bel Anna",
        created_at=now,
    )
    session.add_all(
        [
            MeetingPage(meeting_id=meeting_id, own_agenda=True),
            item,
            action,
            CheckInCode(
                meeting_id=meeting_id,
                code="ACDEFH",
                valid_from=now - timedelta(hours=1),
                valid_until=now + timedelta(hours=1),
            ),
            CalendarFeed(
                user_id=world.people["participant"].id, token_hash=hash_address("geheim"), made_at=now
            ),
        ]
    )
    later = make_meeting(session, world.cohort, now + timedelta(days=3), number=77)
    session.flush()
    world.args |= {
        "item_id": item.id,
        "action_id": action.id,
        "secret": "geheim",
        "coming_meeting_id": later.id,
    }


def _extend_joining(world: World) -> None:
    world.cohort.join_open = True
    asked = JoinRequest(
        cohort_id=world.cohort.id,
        given_name="Noor",
        particle="van",
        family_name="Dijk",
        email="noor@school.example",
        institution_id=world.institution.id,
        institution_text="",
        job_title="",
        motivation="",
        requested_at=world.now,
    )
    world.session.add(asked)
    world.session.flush()
    waiting = make_participant(world.session, world.cohort, state="waitlisted")
    world.args |= {
        "request_id": asked.id,
        "waiting_id": waiting.id,
        "code": sign_link(KNOWN_SECRET, world.cohort.id, 0),
    }
