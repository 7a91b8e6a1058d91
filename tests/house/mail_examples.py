"""What the mails of the snapshots are about: the same people, dates and titles every time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from peergang.progress.rules.asking import Reason
from peergang.reminders.catalog.security_notice import WORDS
from peergang.reports.kinds.participation import KIND as PARTICIPATION
from peergang.reports.rules.changes import Change
from peergang.reports.rules.failures import FAILURES

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Amsterdam."""

Content = dict[str, Any]

MEETING: Content = {
    "title": "In gesprek met je team",
    "starts_at": datetime(2026, 11, 18, 12, 30, tzinfo=UTC),
    "ends_at": datetime(2026, 11, 18, 15, 0, tzinfo=UTC),
    "place": "Wilgenhof, lokaal 2.14",
    "meeting_link": "https://vergaderen.example/bruggen",
    "cohort": "Najaar 2026",
}
LATER: Content = {
    "title": "Oogsten",
    "starts_at": datetime(2026, 12, 9, 13, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 12, 9, 16, 0, tzinfo=UTC),
    "place": "",
    "meeting_link": "",
    "cohort": "Najaar 2026",
}
ACTIVITY: Content = {"title": "Reflecteer op je gesprek", "title_en": "Reflect on your conversation"}
MODULE: Content = {"module_title": "In gesprek", "module_title_en": "In conversation"}
PROGRAMME: Content = {
    "programme": "I‑coach in het mbo",
    "programme_en": "I‑coach in vocational education",
    "cohort": "Najaar 2026",
    "starts_on": date(2026, 11, 24),
}
PLACE: Content = {"place": "Vraag van de week", "place_en": "Question of the week", "cohort": "Najaar 2026"}
INVITATION: Content = {
    "name": "Najaar 2026",
    "title": PROGRAMME["programme"],
    "title_en": PROGRAMME["programme_en"],
    "starts_on": date(2026, 11, 24),
    "role": "participant",
    "has_account": False,
}
EXAMPLE: Content = {"title": "Een team dat elkaar weer vraagt"}
WEEKLY = UUID(int=7)
"""A report that comes every week."""
DUE = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
QUIET: Content = {"quiet": [("Bram Eikelboom", "Najaar 2026"), ("Noor van der Linde", "Najaar 2026")]}
DIGEST: Content = {
    "week": 47,
    "autumn": True,
    "institutions": 9,
    "people": 64,
    "progress": 58,
    "progress_then": 51,
    "attendance": 84,
    "punctuality": 76,
    "quick_feedback": 90,
    "examples": 31,
    "examples_new": 7,
    "moved": 23,
    "finished": 1,
    "done": 41,
    "began": 2,
    "stopped": 0,
    "attention": [
        (
            "Groenschool Wilgenbos",
            [
                Reason("attendance_fell", date(2026, 11, 3), {"before": 92, "last": 60}),
                Reason("not_handed_in", date(2026, 11, 10), {"missing": 3, "due": 8}),
            ],
        ),
        ("Vakcollege De Brug", [Reason("nobody_active", date(2026, 10, 20), {"people": 4})]),
    ],
    "more": 1,
}
REPORT = PARTICIPATION.title
SCHEDULED: Content = {
    "title": REPORT,
    "day": date(2026, 11, 16),
    "weekly": True,
    "first": False,
    "moved": 2,
    "lines": [
        (PARTICIPATION.words[change.key], change)
        for change in (
            Change("institutions", 14, 13),
            Change("people", 212, 215),
            Change("attendance", 71, 71),
            Change("punctuality", None, None),
        )
    ],
    "subscription_id": WEEKLY,
}
NOTICE: Content = {"what": WORDS["password_changed"], "happened_at": NOW, "name": "", "left": None}

CONTENTS: Mapping[str, list[Content]] = {
    "account_ready": [PROGRAMME | {"role": "participant"}, PROGRAMME | {"role": "trainer"}],
    "action_item_due": [{"title": MEETING["title"], "cohort": "Najaar 2026", "due_on": date(2026, 11, 19)}],
    "activity_due_soon": [ACTIVITY | MODULE | {"due_at": DUE, "minutes": 45}],
    "activity_overdue": [ACTIVITY | MODULE | {"due_at": DUE}],
    "address_changed": [
        {"is_old": is_old, "by_self": by_self} for by_self in (False, True) for is_old in (True, False)
    ],
    "address_proof": [{"taken": taken, "until": NOW} for taken in (False, True)],
    "address_tried": [{}],
    "calibration_asked": [{"asker": "Marijke", "cohort": "Najaar 2026"}],
    "certificate_ready": [{"programme": PROGRAMME["programme"], "programme_en": PROGRAMME["programme_en"]}],
    "cohort_starts": [PROGRAMME | {"first": MEETING}, PROGRAMME | {"first": None}],
    "consent_asked": [{"by": "Bram Eikelboom"}],
    "conversation_follow_up": [{"held_on": date(2026, 11, 3), "follow_up_on": date(2026, 11, 22)}],
    "discussion_activity": [PLACE],
    "discussion_mention": [PLACE | {"by": "Bram Eikelboom"}],
    "example_review_due": [EXAMPLE | {"until": date(2026, 12, 1)}],
    "example_tried": [EXAMPLE | {"by": "Bram Eikelboom"}],
    "feedback_asked": [
        ACTIVITY | {"author": "Bram Eikelboom", "due_at": DUE, "by_name": asked} for asked in (False, True)
    ],
    "feedback_received": [ACTIVITY | {"by": "Bram Eikelboom"}],
    "feedback_thanked": [ACTIVITY | {"by": "Bram Eikelboom"}],
    "group_changed": [
        {
            "name": "Groep Eik",
            "cohort": "Najaar 2026",
            "members": ["Bram Eikelboom, Groenschool Wilgenbos", "Noor van der Linde, Vakcollege De Brug"],
        }
    ],
    "institution_proof": [{"school": school, "until": NOW} for school in ("Vakcollege De Brug", "")],
    "invitation": [INVITATION, INVITATION | {"role": "trainer", "has_account": True}],
    "invitation_reminder": [INVITATION, INVITATION | {"has_account": True}],
    "join_declined": [{"cohort": "Najaar 2026"}],
    "meeting_cancelled": [
        {"cohort": "Najaar 2026", "meetings": meetings} for meetings in ([MEETING], [MEETING, LATER])
    ],
    "meeting_in_a_week": [MEETING, LATER],
    "meeting_moved": [
        {"cohort": "Najaar 2026", "meetings": meetings} for meetings in ([MEETING], [MEETING, LATER])
    ],
    "meeting_planned": [
        {"cohort": "Najaar 2026", "meetings": meetings} for meetings in ([MEETING], [MEETING, LATER])
    ],
    "meeting_tomorrow": [MEETING | {"now": NOW, "calendar": "/bijeenkomsten/1/agenda.ics"}],
    "module_opened": [
        {
            "title": MODULE["module_title"],
            "title_en": MODULE["module_title_en"],
            "question": "Hoe begin je een gesprek dat ertoe doet?",
            "question_en": "How do you begin a conversation that matters?",
            "asked": [
                (*ACTIVITY.values(), 45),
                ("Lees mee met een collega", "Read along with a colleague", 20),
            ],
            "minutes": 65,
            "due_at": DUE,
        }
    ],
    "organiser_digest": [
        DIGEST,
        DIGEST
        | dict.fromkeys(["progress", "progress_then", "attendance", "punctuality", "quick_feedback"])
        | {"autumn": False, "attention": [], "more": 0},
    ],
    "participant_quiet": [{"cohort": "Najaar 2026"}],
    "password_reset": [{"until": NOW}],
    "report_failed": [{"title": REPORT, "why": FAILURES["too_much"]}],
    "report_ready": [{"title": REPORT, "until": DUE}],
    "review_decided": [
        ACTIVITY | {"by": "Marijke Roerdomp", "decision": one} for one in ("approve", "return", "discuss")
    ],
    "review_handed_over": [
        {"giver": "Marijke Roerdomp", "cohort": "Najaar 2026", "module": "2", "promised_on": promised}
        for promised in (date(2026, 11, 20), None)
    ],
    "review_waiting": [
        {"waiting": 1, "late": 0, "promised_on": date(2026, 11, 20)},
        {"waiting": 4, "late": 2, "promised_on": date(2026, 11, 20)},
    ],
    "scheduled_report": [
        SCHEDULED,
        SCHEDULED
        | {
            "weekly": False,
            "first": True,
            "moved": 0,
            "lines": [(SCHEDULED["lines"][0][0], Change("people", 1, None))],
        },
        SCHEDULED | {"moved": 0, "lines": [(SCHEDULED["lines"][0][0], Change("people", 1, 1))]},
    ],
    "security_notice": [
        NOTICE,
        NOTICE | {"what": WORDS["passkey_added"], "name": "Laptop van school"},
        NOTICE | {"what": WORDS["recovery_code_used"], "left": 1},
    ],
    "trainer_monday": [
        QUIET
        | {
            "week_on": date(2026, 11, 16),
            "meetings": [MEETING, LATER],
            "waiting_number": 3,
            "quiet_more": 1,
        },
        {"week_on": date(2026, 11, 16), "meetings": [], "waiting_number": 1, "quiet": [], "quiet_more": 0},
    ],
    "trainer_quiet_participants": [
        QUIET | {"cohort": "Najaar 2026", "quiet_more": 2},
        {"cohort": "Najaar 2026", "quiet": QUIET["quiet"][:1], "quiet_more": 0},
    ],
    "trainer_reminder": [
        ACTIVITY | MODULE | {"due_at": DUE, "minutes": 45, "by": by} for by in ("Marijke", "")
    ],
    "trial_mail": [{}],
}
"""By rule, every form its mail has: a new rule adds its own."""

BUNDLED: Sequence[tuple[str, Content]] = [
    ("meeting_in_a_week", MEETING),
    ("feedback_received", CONTENTS["feedback_received"][0]),
]
"""What stands together in the bundle."""
