"""What somebody's own path says about the certificate: what there is still to do for it, and how far that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.certificates.queries.candidates import find_line
from peergang.certificates.views.words import progress_of


@dataclass(frozen=True, slots=True)
class ToldLine:
    """The line in words: `left` holds what is still to do, and is empty when everything was done."""

    has: bool
    is_withdrawn: bool
    left: Sequence[str]


def tell_line(session: Session, enrolment_id: UUID) -> ToldLine | None:
    """The certificate of one enrolment; None when its programme gives none."""
    line = find_line(session, enrolment_id)
    if line is None:
        return None
    return ToldLine(line.has, line.is_withdrawn, [progress_of(one) for one in line.lines if not one.is_met])
