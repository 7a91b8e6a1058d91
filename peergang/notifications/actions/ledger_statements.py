"""How notices are taken out of the ledger and written back, in SQL: each statement is run for every batch or every mail."""

from sqlalchemy import text

# Each part about what is held back is asked once for the whole statement, not once a row.
DUE = """
    state = 'queued' AND not_before <= :now AND expires_at > :now
    AND NOT EXISTS (SELECT FROM sending_pause WHERE scope = 'all')
    AND rule <> ALL (ARRAY(SELECT key FROM sending_pause WHERE scope = 'rule'))
    AND coalesce(cohort_id::text, '') <> ALL (ARRAY(SELECT key FROM sending_pause WHERE scope = 'cohort'))
"""
"""What goes now: due, of use, and held back by no operator."""

# Everything that is due for somebody goes to one worker, which can put it into one message and knows what fits in their
# week. Whose notices another worker holds at this moment comes along the next time; an account mail waits for nobody.
FREE = """
    (urgency = 4 OR NOT EXISTS (
        SELECT FROM notice AS held WHERE held.recipient_id = notice.recipient_id AND held.state = 'claimed'))
"""
LOCK_PEOPLE = text(f"""
    WITH due AS (
        SELECT recipient_id FROM notice
        WHERE {DUE} AND {FREE} ORDER BY not_before, id LIMIT :size FOR UPDATE SKIP LOCKED
    )
    SELECT recipient_id FROM (SELECT DISTINCT recipient_id FROM due) AS people
    WHERE pg_try_advisory_xact_lock(hashtextextended('notices of ' || recipient_id, 0))
""")  # noqa: S608 the condition is ours

CLAIM = text(f"""
    WITH due AS (
        SELECT id FROM notice
        WHERE recipient_id = ANY(CAST(:people AS uuid[])) AND {DUE} AND {FREE} FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE notice SET state = 'claimed', claimed_by = :token, claimed_at = :now, handed_over_at = NULL
        WHERE id = ANY(ARRAY(SELECT id FROM due))
        RETURNING notice.id, rule, subject_id, recipient_id, occurrence, attempts, urgency, ready_at, expires_at,
            mail_id, read_at, not_before
    )
    SELECT id, rule, subject_id, recipient_id, occurrence, attempts, urgency, ready_at, expires_at, mail_id,
        read_at
    FROM claimed ORDER BY not_before, id
""")  # noqa: S608 the condition is ours

MINE = """
    SELECT id FROM notice WHERE id = ANY(:ids) AND state = 'claimed' AND claimed_by = :token ORDER BY id FOR UPDATE
"""
"""In the order in which a reader's "mark all as read" locks them too, so that neither waits for the other crosswise."""

SUPPRESS = text(f"""
    UPDATE notice SET state = 'suppressed', reason = :reason, finished_at = :now
    WHERE id = ANY(ARRAY({MINE}))
""")  # noqa: S608 the condition is ours

RELEASE = text(f"""
    UPDATE notice SET state = 'queued', claimed_by = '', claimed_at = NULL, handed_over_at = NULL,
        not_before = greatest(not_before, :until), mail_id = CASE WHEN id = ANY(:again) THEN mail_id END
    WHERE id = ANY(ARRAY({MINE}))
""")  # noqa: S608 the condition is ours

POSTPONE = text(f"""
    UPDATE notice SET state = 'queued', reason = :reason, claimed_by = '', claimed_at = NULL, handed_over_at = NULL,
        not_before = :until, due_from = :until, mail_id = CASE WHEN id = ANY(:again) THEN mail_id END
    WHERE id = ANY(ARRAY({MINE}))
""")  # noqa: S608 the condition is ours

# The rest in the driver's own words, because they run for every mail, and preparing them costs more than the update.

HAND_OVER = """
    UPDATE notice SET handed_over_at = $3::timestamptz, mail_id = message.mail_id
    FROM unnest($1::uuid[], $2::uuid[]) AS message (id, mail_id)
    WHERE notice.id = message.id AND notice.id = ANY(ARRAY(
        SELECT id FROM notice WHERE id = ANY($1::uuid[]) AND state = 'claimed' AND claimed_by = $4
            AND expires_at > $3::timestamptz
        ORDER BY id FOR UPDATE))
    RETURNING notice.id
"""

# A worker that was slow finds its notice uncertain; what it knows is better than not knowing.
FINISH = """
    UPDATE notice SET state = $1, reason = $2, attempts = attempts + 1, finished_at = $3::timestamptz
    WHERE id = ANY($4::uuid[]) AND claimed_by = $5 AND state IN ('claimed', 'uncertain')
"""

RETRY = """
    UPDATE notice SET state = 'queued', reason = %(reason)s, attempts = attempts + 1, not_before = %(until)s,
        finished_at = NULL, claimed_by = '', claimed_at = NULL, handed_over_at = NULL,
        mail_id = CASE WHEN %(keep)s THEN mail_id END
    WHERE id = %(id)s AND claimed_by = %(token)s AND state IN ('claimed', 'uncertain')
"""
