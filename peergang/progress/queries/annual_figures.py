"""Everything on the page of network figures, read in a constant number of statements."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from peergang.progress.queries.annual import (
    list_cohorts_of,
    list_institutions_of,
    list_meeting_minutes,
    list_study_minutes,
)
from peergang.progress.queries.annual_feedback import list_feedback_of_year
from peergang.progress.queries.annual_modules import list_modules_of_year
from peergang.progress.queries.annual_practice import list_examples_of
from peergang.progress.rules.annual import Annual, Read, add_up_year
from peergang.progress.rules.years import Year

CountCertificates = Callable[[Session, Year], int]

_certificates: list[CountCertificates] = []


def register_certificates(count: CountCertificates) -> None:
    """Let the feature of certificates say how many it gave in a year; without it the page has no such figure."""
    if count not in _certificates:
        _certificates.append(count)


def get_annual(session: Session, year: Year) -> Annual:
    """The figures of a year: sums, and names of institutions, cohorts, modules and published examples."""
    total, schools = list_institutions_of(session, year)
    read = Read(
        total=total,
        schools=schools,
        cohorts=list_cohorts_of(session, year),
        study=list_study_minutes(session, year),
        meetings=list_meeting_minutes(session, year),
        examples=list_examples_of(session, year),
        feedback=list_feedback_of_year(session, year),
        modules=list_modules_of_year(session, year),
        certificates=sum(count(session, year) for count in _certificates) if _certificates else None,
    )
    return add_up_year(read, year.last)
