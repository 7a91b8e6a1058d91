"""Which pages that name somebody leave a line in the log of openings, and which do not; docs/decisions/0022-audit.md.

tests/house/test_routes.py asks every page as every role. One that names the participant to somebody else must stand in one of
these, and what it leaves must be what is said here. It sees what that small world holds, so a page that only names people in
a case that is not in it is still for whoever writes the page to think of.
"""

OPENINGS = {
    "progress.cell": "participation_cell",
    "progress.evidence": "participation_cell",
    "progress.cohort": "cohort_progress",
    "progress.story": "participant_story",
    "progress.bulk POST": "cohort_progress",
    "progress.closing": "cohort_progress",
    "progress.risks": "risks",
    "progress.risk": "risk",
    "progress.note_participant": "participant_story",
    "progress.note_risk": "risk",
    "progress.dismiss_risk": "risk",
    "reports.download": "report_file",
    "certificates.cohort": "cohort_certificates",
    "certificates.download": "certificate",
    "certificates.award_file": "badge_file",
    "certificates.issue": "certificate",
    "certificates.revoke": "certificate",
    "certificates.correct_name": "certificate",
    "identity.person": "person",
    "privacy.on_behalf POST": "on_behalf",
    "reminders.rule": "rule_tried",
    "reminders.why_not_person": "why_not",
}
"""They tell more about a person than that they take part: endpoint → code of the page."""

A_LIST = "who takes part, which everybody in the cohort sees"
AT_WORK = (
    "what the trainer and the organisers do for this person; reasons are for them alone (can_read_reasons)"
)
SAID = "what its author said to the whole cohort, among the names of who can be named"
HANDED_IN = "its author handed it in to be read"
FROM_PERSON = "a form that one comes to from the page of the person, which leaves a line"
ROLES = "who has which role; what changes is in the log"

ONLY_NAMES = {
    "cohorts.cohort": A_LIST,
    "cohorts.setup_participants": A_LIST,
    "cohorts.groups": A_LIST,
    "cohorts.propose_groups": A_LIST,
    "cohorts.meeting": A_LIST,
    "cohorts.meeting_actions": A_LIST,
    "cohorts.attendance": AT_WORK,
    "certificates.verify": "what its owner shows to whoever holds the code",
    "cohorts.extend": AT_WORK,
    "cohorts.leave": AT_WORK,
    "coursework.review_queue": HANDED_IN,
    "coursework.review_overview": HANDED_IN,
    "coursework.review": HANDED_IN,
    "coursework.review_calibrations": HANDED_IN,
    "coursework.review_calibrate": HANDED_IN,
    "coursework.review_calibration": HANDED_IN,
    "coursework.reflection_read": HANDED_IN,
    "coursework.reflection_version": HANDED_IN,
    "coursework.consent": "who asks something of this person, by name",
    "coursework.portfolio": "who reacted to this person, or asks them something",
    "discussion.module_threads": SAID,
    "discussion.meeting_threads": SAID,
    "discussion.start_at_module": A_LIST,
    "discussion.start_at_meeting": A_LIST,
    "discussion.thread": SAID,
    "identity.people": "a list to find somebody in",
    "identity.work_change": FROM_PERSON,
    "identity.work_correct": FROM_PERSON,
    "identity.person_edit": FROM_PERSON,
    "identity.person_close": FROM_PERSON,
    "identity.roles_of": ROLES,
    "identity.factor_reset": ROLES,
    "privacy.audit": "what was done, and by whom; to read it is what an administrator is for",
    "privacy.erase": "asks first; what it does is in the log",
    "privacy.on_behalf": "asks why first; what is behind it leaves a line",
    "profiles.profile": "what its owner chose to show",
    "reminders.coming": "one's own messages, as they will come by mail",
    "reminders.in_doubt": "to whom a message did not go; what is decided is in the log",
}
"""Endpoint → why it needs no line."""
