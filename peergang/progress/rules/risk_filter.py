"""Which signals the page of organisers shows, as it stands in the address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from peergang.progress.rules.risks import RiskState


@dataclass(frozen=True, slots=True)
class RiskFilter:
    """The choices on the page. What an address says that does not exist is read as the default: everything that is open."""

    rule: str = ""
    cohort_id: UUID | None = None
    institution_id: UUID | None = None
    state: RiskState = RiskState.OPEN

    @classmethod
    def parse(cls, values: Mapping[str, str], rules: Collection[str]) -> Self:
        """Read the choices from the address: regel, cohort, instelling, stand."""
        rule, state = values.get("regel", ""), values.get("stand", "")
        return cls(
            rule=rule if rule in rules else "",
            cohort_id=_id(values.get("cohort", "")),
            institution_id=_id(values.get("instelling", "")),
            state=RiskState(state) if state in set(RiskState) else RiskState.OPEN,
        )

    def query(self) -> str:
        """The address behind the question mark; defaults are left out."""
        pairs = {
            "regel": self.rule,
            "cohort": str(self.cohort_id or ""),
            "instelling": str(self.institution_id or ""),
            "stand": "" if self.state == RiskState.OPEN else str(self.state),
        }
        return urlencode({key: value for key, value in pairs.items() if value})

    @property
    def narrows(self) -> bool:
        """Whether something is left out that is open."""
        return bool(self.rule or self.cohort_id or self.institution_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
