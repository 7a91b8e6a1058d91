"""Which columns can hold words of or about a person, from the tables as they are: a new column has to be planted or named."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from peergang.tables import load_metadata

ABOUT_NOBODY = frozenset(
    # What the programme, the network and the platform itself hold.
    [
        "activity",
        "address_file",
        "cohort",
        "conversation_question",
        "edition",
        "free_period",
        "institution",
        "mail_rate",
        "meeting",
        "meeting_agenda_item",
        "meeting_check_in_code",
        "module",
        "peer_group",
        "programme",
        "reading",
        "sending_pause",
        "topic",
        "worker_heartbeat",
    ]
)

A_CHOICE_OF_OURS = frozenset(
    # Codes, keys and addresses of our own making, in any table.
    [
        "audience",
        "decision",
        "delivery",
        "evidence_kind",
        "figure",
        "format",
        "kind",
        "level",
        "licence",
        "locale",
        "main_question",
        "media_type",
        "method",
        "outcome",
        "phase",
        "prompt",
        "prompt_set",
        "prompts",
        "kept_prompts",
        "asked",
        "provider",
        "purpose",
        "push_state",
        "rhythm",
        "role",
        "rule",
        "sector",
        "sha256",
        "slug",
        "state",
        "storage_key",
        "preview_key",
        "subject_type",
        "target",
        "themes",
        "theme",
        "time_zone",
        "topic_code",
        "transports",
        "verb",
        "visibility",
        "withdrawn_reason",
        "occurrence",
        "origin",
        "claimed_by",
        "password_hash",
        "helpfulness",
        "nonce",
        "verifier",
        "criteria",
        "code",
        "source",
        "answer",
    ]
)

OF_OTHERS = {
    "certificate.issuer": "the network's own name",
    "certificate.language": "nl or en",
    "compile_run.reason": "one of our codes",
    "feedback_assignment.reason": "one of our codes",
    "notice.reason": "one of our codes",
    "address_suspension.reason": "what the mail server said, and it goes with the row",
    "mail_bounce.report": "a number of the report, and it goes with the row",
    "data_opening.page": "the name of a page",
    "data_opening.reason": "what an administrator typed about somebody else, removed with the row",
    "report_file.key": "where a file is kept; no name is in it",
    "institution_account.issuer": "an address of the provider",
    "institution_account.organisation": "a school, removed with the row",
    "institution_arrival.issuer": "as above",
    "institution_arrival.subject": "removed by its address",
    "institution_arrival.organisation": "as above",
    "institution_arrival.email": "waits for a proof; removed by this very address",
    "institution_arrival.given_name": "as above",
    "institution_arrival.name_particle": "as above",
    "institution_arrival.family_name": "as above",
    "roster_import.file_name": "emptied when the import is done",
    "roster_import.rows": "as above",
    "roster_import.cells": "as above",
    "roster_import.columns": "as above",
    "roster_import.leaving": "as above",
    "meeting_action.text": "agreed with others, kept under a person without a name",
    "meeting_page.notes": "the cohort's",
    "meeting_page.notes_html": "the cohort's",
    "report.people": "who is named in the file; a test of its own holds that it is emptied",
    "report.reason": "one of our codes",
    "report_subscription.ended_because": "one of our codes",
    "risk_signal.cause": "what ties a false alarm to the same thing: codes, days and ids",
    "risk_dismissal.cause": "as above",
    "risk_signal.values": "the figures of the sentence",
    "peer_feedback.answers": "what was sent is its receiver's; a test of its own holds what was not",
}
"""Columns with words that are not taken out by erasing their writer, each with its reason."""


def list_word_columns() -> set[str]:
    """Every column of ours with a type that can hold words, as table.column."""
    kinds = (sa.String, sa.Text, JSONB, sa.JSON, sa.ARRAY)
    return {
        f"{table.name}.{column.name}"
        for table in load_metadata().sorted_tables
        if table.name not in ABOUT_NOBODY
        for column in table.columns
        if isinstance(column.type, kinds) and not column.foreign_keys and column.name not in A_CHOICE_OF_OURS
    }
