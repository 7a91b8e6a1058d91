"""Every column that points at a person is covered by the personal_data.py of its feature (check 10 of the house)."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.privacy.registry import list_personal_data
from peergang.tables import load_metadata
from tests.factories.identity import make_user

PERSON_TABLES = ("user", "affiliation", "enrolment", "sign_in_session")
"""Who has the id of one of these has the person."""


def pointing_columns() -> dict[str, str]:
    """Columns that point at a person, as "table.column" → the table they point at."""
    found = {}
    for table in load_metadata().sorted_tables:
        for column in table.columns:
            targets = {key.column.table.name for key in column.foreign_keys if key.column.name == "id"}
            # The few that carry no foreign key, for speed, are known by their name.
            targets |= {name for name in PERSON_TABLES if column.name == f"{name}_id"}
            for target in sorted(targets & set(PERSON_TABLES)):
                found[f"{table.name}.{column.name}"] = target
    return found


def covered() -> dict[str, str]:
    """Columns that some feature covers, as "table.column" → the feature."""
    return {column: name for name, module in list_personal_data().items() for column in module.COLUMNS}


def owners() -> dict[str, str]:
    """Tables and the feature whose models.py holds them."""
    from peergang.core.db import Base

    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers
    }


def test_the_search_for_columns_finds_the_known_kinds() -> None:
    found = pointing_columns()
    assert found["affiliation.user_id"] == "user"
    assert found["reflection.enrolment_id"] == "enrolment"
    assert found["peer_group_membership.enrolment_id"] == "enrolment"
    assert found["progress_dirty.enrolment_id"] == "enrolment"


def test_every_column_that_points_at_a_person_is_covered() -> None:
    owner = owners()
    missing = sorted(set(pointing_columns()) - set(covered()))
    lines = [f"  peergang/{owner[column.split('.')[0]]}/personal_data.py: {column}" for column in missing]
    assert not missing, "add to COLUMNS, and to export() where it is the person's own:\n" + "\n".join(lines)


def test_no_column_is_covered_that_does_not_exist() -> None:
    known = {
        f"{table.name}.{column.name}" for table in load_metadata().sorted_tables for column in table.columns
    }
    assert sorted(set(covered()) - known) == []


def test_every_feature_says_what_happens_in_a_sentence() -> None:
    texts = [text for module in list_personal_data().values() for text in module.COLUMNS.values()]
    assert all(text.endswith(".") and len(text) > 10 for text in texts)


@pytest.mark.database
def test_every_export_gives_plain_rows_in_few_statements(session: Session) -> None:
    user = make_user(session)
    session.flush()
    counted: list[str] = []
    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", lambda *args: counted.append(args[2]))
    for name, module in list_personal_data().items():
        counted.clear()
        exported = module.export(session, user.id)
        assert all(isinstance(row, dict) for rows in exported.values() for row in rows), name
        json.dumps(exported, default=str)
        assert len(counted) <= 20, f"{name} takes {len(counted)} statements"
