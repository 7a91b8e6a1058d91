"""For every rule: what happens to everybody in the world, who hears of it, and what makes it over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from peergang.certificates.models import Certificate
from peergang.cohorts.models import (
    Cohort,
    MeetingAction,
)
from peergang.conversations.models import Conversation
from peergang.coursework.models import (
    Calibration,
    FeedbackAssignment,
    PeerFeedback,
    PromotionConsent,
    Review,
)
from peergang.identity.models import RoleGrant, SingleUseToken
from peergang.practice.models import Adoption, PracticeExample
from peergang.reports.models import Report, Subscription
from tests.domain.reminders.happening.cohorts import (
    accept,
    agree,
    begin,
    call_off,
    came_in,
    complete,
    due,
    forget_calendars,
    invite,
    leave,
    meet,
    move,
    nudge,
    open_modules,
    talk,
    tell_and_call_off,
)
from tests.domain.reminders.happening.people import (
    ask_link,
    change_address,
    change_again,
    change_groups,
    correct_address,
    decline,
    hide,
    nothing,
    refuse_overview,
    remove_all,
    say,
    set_all,
    try_address,
    write_down,
)
from tests.domain.reminders.happening.reports import fail_files, make_files, make_weekly
from tests.domain.reminders.happening.work import (
    answer,
    ask_consent,
    ask_feedback,
    calibrate,
    certify,
    decide,
    give_feedback,
    hand_over,
    share,
    thank,
    try_out,
    wait,
)
from tests.domain.reminders.world import MONDAY, World

A_DAY = timedelta(days=1)
TUESDAY = MONDAY + A_DAY

LEARNING = {"ann", "both", "moved", "tom"}
"""Who takes part in a cohort that runs, with an open account; "tom" trains elsewhere."""
FOLLOWING = {*LEARNING, "done", "tess"}
"""And who trains it, or is ready with it."""
TRAINING = {"tess", "tom"}
OUT = {"deactivated", "erased", "shut", "former"}


@dataclass(frozen=True)
class Case:
    """One rule: what happens, who hears of it at `moment`, what makes it over, and the reasons that are given then."""

    happens: Callable[[World], None]
    who: set[str]
    over: Callable[[World], None] | None = None
    reasons: frozenset[str] = frozenset()
    moment: datetime = MONDAY


def everybody(world: World) -> set[str]:
    return {name for name in world.people if name not in OUT}


def reasons(*codes: str) -> frozenset[str]:
    return frozenset(codes)


ALL = {"*"}
"""Everybody whose account is open."""

OUTSIDE = {"outsider"}

CASES: dict[str, Case] = {
    "account_ready": Case(came_in(1), TRAINING, leave, reasons("withdrawn")),
    "action_item_due": Case(agree, FOLLOWING, set_all(MeetingAction, done_at=MONDAY), reasons("done")),
    "activity_due_soon": Case(due(3), LEARNING, complete, reasons("done")),
    "activity_overdue": Case(due(-2), LEARNING, complete, reasons("done")),
    "address_changed": Case(correct_address, ALL),
    "address_proof": Case(
        ask_link("address_proof"), ALL, set_all(SingleUseToken, used_at=MONDAY), reasons("used")
    ),
    "address_tried": Case(try_address, ALL, change_address, reasons("gone")),
    "calibration_asked": Case(
        calibrate, {*TRAINING, "over"}, set_all(Calibration, closed_at=MONDAY), reasons("done")
    ),
    "certificate_ready": Case(
        certify,
        {*LEARNING, "done", "in_planned", "in_closed", "in_cancelled"},
        set_all(Certificate, revoked_at=MONDAY),
        reasons("withdrawn"),
    ),
    "cohort_starts": Case(begin, FOLLOWING, set_all(Cohort, state="cancelled"), reasons("closed")),
    "consent_asked": Case(
        ask_consent, ALL, set_all(PromotionConsent, answer="yes", answered_at=MONDAY), reasons("done")
    ),
    "conversation_follow_up": Case(talk, ALL, remove_all(Conversation), reasons("gone")),
    "discussion_activity": Case(say, {*FOLLOWING, "in_planned", "in_closed", "over"}, hide, reasons("read")),
    "discussion_mention": Case(
        say, {*FOLLOWING, "in_planned", "in_closed", "over"}, hide, reasons("withdrawn")
    ),
    "example_review_due": Case(share, ALL, set_all(PracticeExample, state="draft"), reasons("withdrawn")),
    "example_tried": Case(try_out, {"*", "-outsider"}, remove_all(Adoption), reasons("gone")),
    "feedback_asked": Case(
        ask_feedback,
        {"ann", "both", "moved", "tom"},
        set_all(FeedbackAssignment, state="given", ended_at=MONDAY),
        reasons("done"),
    ),
    "feedback_received": Case(
        give_feedback,
        {*LEARNING, "done", "withdrawn", "invited", "waiting", "in_planned", "in_closed"},
        set_all(PeerFeedback, read_at=MONDAY),
        reasons("read"),
    ),
    "feedback_thanked": Case(
        thank,
        {*LEARNING, "done", "withdrawn", "invited", "waiting", "tess", "over"},
        set_all(PeerFeedback, thanks_read_at=MONDAY),
        reasons("read"),
    ),
    "group_changed": Case(change_groups, LEARNING, change_again, reasons("gone")),
    "institution_proof": Case(
        ask_link("institution_proof"), ALL, set_all(SingleUseToken, used_at=MONDAY), reasons("used")
    ),
    "invitation": Case(invite(0), {"invited"}, accept, reasons("accepted")),
    "invitation_reminder": Case(invite(7), {"invited"}, accept, reasons("accepted")),
    "join_declined": Case(decline, ALL),
    "meeting_cancelled": Case(
        tell_and_call_off,
        {*FOLLOWING, "withdrawn", "left", "in_planned", "in_closed", "in_cancelled", "over"},
        forget_calendars,
        reasons("gone"),
    ),
    "meeting_in_a_week": Case(meet(7), FOLLOWING, call_off, reasons("cancelled")),
    "meeting_moved": Case(move, FOLLOWING, call_off, reasons("gone")),
    "meeting_planned": Case(meet(30), FOLLOWING, call_off, reasons("gone")),
    "meeting_tomorrow": Case(meet(1), FOLLOWING, call_off, reasons("cancelled")),
    "module_opened": Case(open_modules, LEARNING, complete, reasons("done")),
    "organiser_digest": Case(nothing, {"lotte"}, remove_all(RoleGrant), reasons("gone")),
    "participant_quiet": Case(came_in(22), LEARNING, complete, reasons("gone", "active")),
    "password_reset": Case(
        ask_link("password_reset"), ALL, set_all(SingleUseToken, used_at=MONDAY), reasons("used")
    ),
    "report_failed": Case(fail_files, ALL, set_all(Report, state="requested"), reasons("done")),
    "report_ready": Case(make_files, ALL, set_all(Report, fetched_at=MONDAY), reasons("read")),
    "review_decided": Case(
        decide,
        {*LEARNING, "done", "withdrawn", "invited", "waiting", "in_planned", "in_closed"},
        set_all(Review, read_at=MONDAY),
        reasons("read"),
    ),
    "review_handed_over": Case(hand_over, {*TRAINING, "over"}, answer, reasons("done")),
    "review_waiting": Case(wait, {*TRAINING, "over"}, answer, reasons("gone")),
    "scheduled_report": Case(make_weekly, ALL, set_all(Subscription, ended_at=MONDAY), reasons("withdrawn")),
    "security_notice": Case(write_down, ALL),
    "trainer_monday": Case(meet(1), TRAINING, call_off, reasons("gone")),
    "trainer_quiet_participants": Case(refuse_overview, TRAINING, complete, reasons("gone"), moment=TUESDAY),
    "trainer_reminder": Case(nudge, LEARNING, complete, reasons("done")),
    "trial_mail": Case(nothing, set()),
}
"""Who took part once reads for ever what was sent back to them, also after leaving; a cohort that was called off is silent."""
