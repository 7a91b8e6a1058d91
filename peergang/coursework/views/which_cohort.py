"""The cohort that an address may name."""

from typing import Any
from uuid import UUID

from flask import request


def cohort_named() -> UUID | None:
    """The cohort that the address or the form names; people who are in one cohort never need it."""
    return request.values.get("cohort", type=UUID)


def keep_cohort() -> dict[str, Any]:
    """Carries the cohort from address to address, where it was named."""
    cohort_id = cohort_named()
    return {"cohort": cohort_id} if cohort_id else {}
