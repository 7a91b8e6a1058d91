"""What goes along when a cohort goes over to a newer edition: one statement a table, whatever the number of people.

`:cohort` goes from the edition `:old` to `:new`. What is the same thing in both has the same slug; an activity must be of
the same kind as well.
"""

# ruff: noqa: S608 the statements are put together from the words of this file alone

from sqlalchemy import text

from peergang.cohorts.actions.carrying import carry_facts

_ACTIVITIES = """(
    SELECT a.id AS old_id, b.id AS new_id FROM activity a JOIN activity b ON b.slug = a.slug AND b.kind = a.kind
    WHERE a.edition_id = :old AND b.edition_id = :new
)"""
_MODULES = """(
    SELECT a.id AS old_id, b.id AS new_id FROM module a JOIN module b ON b.slug = a.slug
    WHERE a.edition_id = :old AND b.edition_id = :new
)"""
_TOPICS = """(
    SELECT a.id AS old_id, b.id AS new_id
    FROM topic a JOIN module m ON m.id = a.module_id
    JOIN module n ON n.slug = m.slug JOIN topic b ON b.module_id = n.id AND b.slug = a.slug
    WHERE m.edition_id = :old AND n.edition_id = :new
)"""

# A meeting whose activity has another slug now takes the meeting of its module; without a module it is one by itself.
_MEETINGS = f"""
    UPDATE meeting SET
        activity_id = coalesce(
            (SELECT new_id FROM {_ACTIVITIES} same WHERE same.old_id = meeting.activity_id),
            (SELECT b.id FROM {_MODULES} same JOIN activity b ON b.module_id = same.new_id AND b.kind = 'meeting'
             WHERE same.old_id = meeting.module_id ORDER BY b.position LIMIT 1)
        ),
        module_id = (SELECT new_id FROM {_MODULES} same WHERE same.old_id = meeting.module_id)
    WHERE cohort_id = :cohort
"""
# What the last change of a meeting replaced, and taking that back would bring back.
_PREVIOUS = f"""
    UPDATE meeting SET previous = jsonb_set(
        previous, '{{module_id}}',
        coalesce(
            (SELECT to_jsonb(new_id::text) FROM {_MODULES} same WHERE same.old_id::text = previous->>'module_id'),
            'null'::jsonb
        )
    )
    WHERE cohort_id = :cohort AND previous IS NOT NULL
"""
_WAS_THERE = """
    SELECT DISTINCT ON (attendance.enrolment_id, meeting.activity_id)
        attendance.enrolment_id, meeting.activity_id, least(meeting.ends_at, attendance.recorded_at) AS completed_at,
        'attendance' AS evidence_kind, meeting.id AS evidence_id, CAST(:meeting_rule AS smallint) AS rule_version
    FROM attendance JOIN meeting ON meeting.id = attendance.meeting_id
    JOIN enrolment ON enrolment.id = attendance.enrolment_id
        AND (enrolment.state IN ('active', 'completed') OR enrolment.activated_at IS NOT NULL)
    WHERE meeting.cohort_id = :cohort AND attendance.state = 'present' AND meeting.activity_id IS NOT NULL
    ORDER BY attendance.enrolment_id, meeting.activity_id, meeting.ends_at
"""
_INTO = "(enrolment_id, activity_id, completed_at, evidence_kind, evidence_id, rule_version)"
_ATTENDED = f"INSERT INTO activity_completion {_INTO} {_WAS_THERE} ON CONFLICT DO NOTHING"
# What the trainer's judgment completed keeps its date; that they were there counts once that is taken back.
_ATTENDED_TOO = f"""
    INSERT INTO waiting_evidence {_INTO}
    SELECT there.* FROM ({_WAS_THERE}) there
    JOIN activity_completion stands USING (enrolment_id, activity_id)
    WHERE stands.evidence_kind = 'override'
    ON CONFLICT DO NOTHING
"""


def _follow(table: str, column: str, same: str) -> tuple[str, str]:
    """Let the rows of a cohort point at what took the place, and drop those of what is no more."""
    update = f"""
        UPDATE {table} SET {column} = same.new_id FROM {same} same
        WHERE {table}.cohort_id = :cohort AND {table}.{column} = same.old_id
    """
    delete = (
        f"DELETE FROM {table} WHERE cohort_id = :cohort AND {column} NOT IN (SELECT new_id FROM {same} same)"
    )
    return update, delete


_EXTENSIONS = f"""
    UPDATE extension SET activity_id = same.new_id FROM {_ACTIVITIES} same, enrolment
    WHERE enrolment.id = extension.enrolment_id AND enrolment.cohort_id = :cohort AND extension.activity_id = same.old_id
"""
_AGENDA = f"""
    UPDATE meeting_agenda_item item SET
        activity_id = coalesce(
            (SELECT new_id FROM {_ACTIVITIES} same WHERE same.old_id = item.activity_id), item.activity_id),
        topic_id = coalesce((SELECT new_id FROM {_TOPICS} same WHERE same.old_id = item.topic_id), item.topic_id)
    FROM meeting WHERE meeting.id = item.meeting_id AND meeting.cohort_id = :cohort
"""

_FACTS = carry_facts("SELECT id AS old_id, id AS new_id FROM enrolment WHERE cohort_id = :cohort")

STATEMENTS = _FACTS + tuple(
    text(one)
    for one in (
        _MEETINGS,
        _PREVIOUS,
        _ATTENDED,
        _ATTENDED_TOO,
        *_follow("cohort_module", "module_id", _MODULES),
        *_follow("cohort_activity", "activity_id", _ACTIVITIES),
        _EXTENSIONS,
        _AGENDA,
    )
)
"""In this order: attendance is counted for the activities that the meetings have by then."""
