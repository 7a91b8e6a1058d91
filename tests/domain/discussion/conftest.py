"""The ledger of the reminders serves here as well."""

from tests.domain.reminders.conftest import ledger, words

__all__ = ["ledger", "words"]
