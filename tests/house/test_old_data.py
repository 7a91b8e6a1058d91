"""The migrations on a database that is in use: what was there keeps its meaning, and the way back works."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from peergang.core.embedded import temporary_postgres

BEFORE = "0380"
"""The last revision before reflections had groups, promises and questions of their own."""

THEN = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""Late in the evening: in Amsterdam it is the next day."""

STATES = ("draft", "submitted", "in_review", "returned", "approved", "withdrawn")
PLAIN: dict[str, Any] = {
    "uuid": uuid4,
    "timestamp with time zone": lambda: THEN,
    "date": THEN.date,
    "boolean": lambda: False,
    "jsonb": lambda: "{}",
}
pytestmark = pytest.mark.slow


class Old:
    """Bare rows in the tables of that time; what is not said and may not be empty gets any value of its type."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        # The rows here are about coursework alone; what they belong to has no part in it.
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))

    def add(self, table: str, **values: Any) -> UUID:
        values.setdefault("id", uuid4())
        self.add_part(table, **values)
        found: UUID = values["id"]
        return found

    def add_part(self, table: str, **values: Any) -> None:
        """A row in a table whose rows have no id of their own."""
        needed = self.connection.execute(
            sa.text(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table"
                " AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'"
            ),
            {"table": table},
        )
        for name, kind in needed:
            if name not in values:
                values[name] = PLAIN[kind]() if kind in PLAIN else 1 if "int" in kind else f"{name} {uuid4()}"
        columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        self.connection.execute(sa.text(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'), values)


def alembic(url: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        env=os.environ | {"PEERGANG_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture
def server() -> Iterator[str]:
    with temporary_postgres() as server:
        yield server.url


def fill(old: Old) -> dict[str, UUID]:
    """One reflection in every state, and a second in review that waits for a talk; by state."""
    trainer = old.add("user", email="t@voorbeeld.example")
    asked = '{"prompts": [{"slug": "a", "question": "Wat deed je?", "hint": "Kort"}, {"slug": "b", "question": "En?"}]}'
    author, giver = (old.add("enrolment", role="trainer", state="active") for _ in range(2))
    found = {}
    for state in (*STATES, "talk"):
        activity = old.add("activity", kind="reflection", settings=asked)
        values: dict[str, Any] = {
            "enrolment_id": author,
            "state": "in_review" if state == "talk" else state,
            "audience": "peer_group",
            "activity_id": activity,
            "kept_prompts": '[{"slug": "c", "question": "Van vroeger"}]',
            "submitted_at": None if state == "draft" else THEN,
            "reviewer_id": trainer if state in ("in_review", "talk") else None,
        }
        found[state] = old.add("reflection", **values)
        if state == "draft":
            continue
        version = old.add(
            "reflection_version",
            reflection_id=found[state],
            number=1,
            answers='{"a": "Gekeken.", "c": "Nog steeds.", "onbekend": "Kwijt"}',
        )
        feedback = {
            "version_id": version,
            "giver_id": giver,
            "sent_at": THEN,
            "revision": 1,
            "answers": '{"top": "Mooi."}',
        }
        old.add("peer_feedback", **feedback, read_at=THEN if state == "approved" else None)
        if state == "talk":
            review = {"version_id": version, "reviewer_id": trainer, "decision": "talk_first"}
            old.add("review", **review, sent_at=THEN, revision=1)
    return found


def see(connection: sa.Connection, statement: str, **values: Any) -> Any:
    return connection.execute(sa.text(statement), values).one()


def check(connection: sa.Connection, found: dict[str, UUID]) -> None:
    for state, key in found.items():
        row = see(connection, "SELECT * FROM reflection WHERE id = :id", id=key)
        sent, waits = state not in ("draft", "withdrawn"), state in ("submitted", "in_review", "talk")
        assert row.for_trainer_at == (THEN if sent else None), (
            f"{state}: with the trainer since it was handed in"
        )
        assert row.promised_on == (date(2026, 3, 10) if waits else None), f"{state}: a week, by Dutch days"
        assert (row.lease_until is not None) == (state == "in_review"), (
            f"{state}: only what is in hand runs out"
        )
        assert row.suggested_reviewer_id == (row.reviewer_id if waits else None), state
        assert row.prompt_set == ""
        if state == "draft":
            continue
        version = see(connection, "SELECT * FROM reflection_version WHERE reflection_id = :id", id=key)
        assert version.prompts == [
            {"slug": "a", "question": "Wat deed je?", "hint": "Kort"},
            {"slug": "c", "question": "Van vroeger", "hint": ""},
        ], "what was answered is what was asked, also by an earlier edition"
        feedback = see(connection, "SELECT * FROM peer_feedback WHERE version_id = :id", id=version.id)
        assert feedback.read_at == (THEN if state == "approved" else None)
        assert (feedback.asked, feedback.criteria, feedback.thanks, feedback.helpfulness) == (
            {},
            {},
            "",
            None,
        )


def test_what_was_there_keeps_its_meaning_on_the_way_there_and_back(server: str) -> None:
    alembic(server, "upgrade", BEFORE)
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.begin() as connection:
        found = fill(Old(connection))
    for way in ("there", "and there again"):
        alembic(server, "upgrade", "head")
        with engine.begin() as connection:
            check(connection, found)
            # Sent feedback may change until it is read, and what was read never.
            update = 'UPDATE peer_feedback SET answers = \'{"top": "Anders."}\' WHERE read_at IS'
            assert connection.execute(sa.text(f"{update} NULL")).rowcount == len(STATES) - 1, way
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
            connection.execute(sa.text(f"{update} NOT NULL"))
        alembic(server, "downgrade", BEFORE)
        # Now what was sent stays as it is again.
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
            connection.execute(sa.text("UPDATE peer_feedback SET answers = '{}' WHERE read_at IS NULL"))


BEFORE_SIGHT = "0550"
"""The last revision before overrides, runs, history, signals, hours, reports and certificates."""

NEW_MAILS = ("trainer_reminder", "report_failed", "report_ready", "scheduled_report", "certificate_ready")


def fill_sight(old: Old) -> dict[str, UUID]:
    """Something in every table that came with seeing how people are doing. Gives two facts by judgment."""
    user, cohort = old.add("user", email="a@voorbeeld.example"), old.add("cohort")
    # A fact would mark progress, which is written by triggers that are off here.
    works = old.add("affiliation", user_id=user)
    belongs = {"user_id": user, "cohort_id": cohort, "affiliation_id": works}
    place = old.add("enrolment", role="participant", state="active", **belongs)
    about = {"enrolment_id": place, "cohort_id": cohort}
    old.add("risk_signal", **about)
    old.add("risk_dismissal", **about)
    old.add("call_note", **about)
    run = old.add("compile_run", started_at=THEN, state="done", origin="night")
    old.add("compile_run", started_at=THEN, state="stopped", origin="button", started_by_id=user)
    old.add("compile_difference", run_id=run, enrolment_id=place)
    old.add("nudge", enrolment_id=place)
    old.add("own_hours", user_id=user, kind="course", quarters=2)
    weekly = old.add("report_subscription", user_id=user, format="csv", weekday=1)
    old.add("report", user_id=user, format="csv", subscription_id=weekly, for_day=THEN.date())
    certificate = old.add("certificate", enrolment_id=place, code="0" * 20, language="nl", hours=40)
    old.add_part("certificate_document", certificate_id=certificate, number=1)
    for rule in NEW_MAILS:
        old.add("notice", rule=rule, recipient_id=user)
    facts = {}
    for name in ("judged", "also done"):
        activity = old.add("activity", kind="reading")
        basis = {"enrolment_id": place, "activity_id": activity}
        evidence = old.add("completion_override", **basis)
        facts[name] = activity
        old.add_part("activity_completion", **basis, evidence_kind="override", evidence_id=evidence)
        if name == "also done":
            old.add_part("waiting_evidence", **basis, evidence_kind="reading", completed_at=THEN)
    return facts


def test_there_is_a_way_back_for_who_has_seen_how_people_are_doing(server: str) -> None:
    alembic(server, "upgrade", "head")
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.begin() as connection:
        facts = fill_sight(Old(connection))
    alembic(server, "downgrade", BEFORE_SIGHT)
    with engine.begin() as connection:
        kinds = connection.execute(sa.text("SELECT activity_id, evidence_kind FROM activity_completion"))
        assert {row.activity_id: row.evidence_kind for row in kinds} == {
            facts["judged"]: "override",
            facts["also done"]: "reading",
        }
        assert see(connection, "SELECT count(*) FROM compile_run").count == 1, "one moment is one run again"
        assert see(connection, "SELECT count(*) FROM notice").count == 0, "nobody knows how to write these"
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.text("UPDATE activity_completion SET evidence_kind = 'reading'"))
    alembic(server, "upgrade", "head")
    with engine.begin() as connection:
        assert see(connection, "SELECT count(*) FROM activity_completion").count == len(facts)


def test_the_link_that_ends_a_report_is_kept_as_its_hash(server: str) -> None:
    """Whoever reads a backup cannot end anything; who has the mail still can."""
    alembic(server, "upgrade", "0700")
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.begin() as connection:
        old = Old(connection)
        user = old.add("user", email="a@voorbeeld.example")
        for kind, token in (("people", "een-oude-link"), ("grid", "nog één")):
            old.add("report_subscription", user_id=user, kind=kind, format="csv", end_token=token)
    alembic(server, "upgrade", "head")
    kept = "SELECT old_end_token FROM report_subscription WHERE kind = 'people'"
    with engine.begin() as connection:
        assert see(connection, kept).old_end_token == sha256(b"een-oude-link").digest()
        row = connection.execute(sa.text("SELECT * FROM report_subscription WHERE kind = 'people'")).one()
        assert "een-oude-link" not in map(str, row)
    alembic(server, "downgrade", "0700")
    with engine.begin() as connection:
        tokens = connection.scalars(sa.text("SELECT end_token FROM report_subscription")).all()
        assert len(set(tokens)) == 2
        assert min(map(len, tokens)) >= 64
    alembic(server, "upgrade", "head")
