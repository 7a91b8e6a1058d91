"""What somebody completed and read counts for the same things in another edition: one statement a table.

What is the same thing has the same slug, and an activity must be of the same kind as well. All editions of the programme
count: what an earlier edition knew and the last one did not, counts again when it comes back.
"""

# ruff: noqa: S608 the statements are put together from the words of this file and of its callers alone

from sqlalchemy import TextClause, text

_SAME = """
    JOIN activity a ON a.id = done.activity_id
    JOIN edition was ON was.id = a.edition_id
    JOIN edition becomes ON becomes.id = :new AND becomes.programme_id = was.programme_id
    JOIN activity b ON b.edition_id = becomes.id AND b.slug = a.slug AND b.kind = a.kind
"""
_FACT = "enrolment_id, activity_id, completed_at, evidence_kind, evidence_id, rule_version"
_OVERRIDES = f"""
    INSERT INTO completion_override (enrolment_id, activity_id, reason, made_by_id, made_at, carried_from_id)
    SELECT DISTINCT ON (pair.new_id, b.id)
        pair.new_id, b.id, basis.reason, basis.made_by_id, basis.made_at, basis.id
    FROM ({{pairs}}) pair
    JOIN activity_completion done ON done.enrolment_id = pair.old_id AND done.evidence_kind = 'override'
    JOIN completion_override basis ON basis.id = done.evidence_id
    {_SAME}
    WHERE pair.old_id <> pair.new_id
    AND NOT EXISTS (
        SELECT FROM activity_completion own WHERE own.enrolment_id = pair.new_id AND own.activity_id = b.id
    )
    ORDER BY pair.new_id, b.id, done.completed_at
    ON CONFLICT DO NOTHING
"""
_COMPLETIONS = f"""
    INSERT INTO activity_completion ({_FACT})
    SELECT DISTINCT ON (pair.new_id, b.id)
        pair.new_id, b.id, done.completed_at, done.evidence_kind, coalesce(basis.id, done.evidence_id), done.rule_version
    FROM ({{pairs}}) pair
    JOIN activity_completion done ON done.enrolment_id = pair.old_id
    {_SAME}
    LEFT JOIN completion_override basis ON done.evidence_kind = 'override'
        AND basis.carried_from_id = done.evidence_id AND basis.enrolment_id = pair.new_id AND basis.taken_back_at IS NULL
    WHERE done.evidence_kind <> 'override' OR pair.old_id = pair.new_id OR basis.id IS NOT NULL
    ORDER BY pair.new_id, b.id, done.completed_at
    ON CONFLICT DO NOTHING
"""
_WAITING = f"""
    INSERT INTO waiting_evidence ({_FACT})
    SELECT DISTINCT ON (pair.new_id, b.id)
        pair.new_id, b.id, done.completed_at, done.evidence_kind, done.evidence_id, done.rule_version
    FROM ({{pairs}}) pair
    JOIN (
        SELECT {_FACT} FROM waiting_evidence
        UNION ALL SELECT {_FACT} FROM activity_completion WHERE evidence_kind <> 'override'
    ) done ON done.enrolment_id = pair.old_id
    {_SAME}
    JOIN activity_completion stands ON stands.enrolment_id = pair.new_id AND stands.activity_id = b.id
        AND stands.evidence_kind = 'override'
    ORDER BY pair.new_id, b.id, done.completed_at
    ON CONFLICT DO NOTHING
"""
_TOPICS = """
    INSERT INTO topic_read (enrolment_id, topic_id, read_at)
    SELECT DISTINCT ON (pair.new_id, b.id) pair.new_id, b.id, done.read_at
    FROM ({pairs}) pair
    JOIN topic_read done ON done.enrolment_id = pair.old_id
    JOIN topic a ON a.id = done.topic_id
    JOIN module m ON m.id = a.module_id
    JOIN edition was ON was.id = m.edition_id
    JOIN edition becomes ON becomes.id = :new AND becomes.programme_id = was.programme_id
    JOIN module n ON n.edition_id = becomes.id AND n.slug = m.slug
    JOIN topic b ON b.module_id = n.id AND b.slug = a.slug
    ORDER BY pair.new_id, b.id, done.read_at
    ON CONFLICT DO NOTHING
"""


def carry_facts(pairs: str) -> tuple[TextClause, ...]:
    """The statements that give facts to enrolments, for completed activities and for topics read.

    A completion by judgment that goes to another enrolment gets an override there that says where it came from. Evidence that
    meets an override there, or waits behind one here, waits there.

    `pairs` is a select of (old_id, new_id): whose facts, and the enrolment that gets them, which may be the same one. The
    statements take its parameters and `:new`, the edition in which the facts are to count.
    """
    statements = (_OVERRIDES, _COMPLETIONS, _WAITING, _TOPICS)
    return tuple(text(one.format(pairs=pairs)) for one in statements)
