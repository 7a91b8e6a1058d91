"""When tests play."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
"""A Tuesday in term time, ten o'clock in Amsterdam: the moment most tests play at."""
