"""Samples that trainers judge apart from each other. The texts are read as reflections are: the policy decides each time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Calibration, CalibrationJudgement, Reflection, ReflectionVersion
from peergang.coursework.queries.access import ME
from peergang.coursework.rules import READABLE, Audience
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name


class Sample(NamedTuple):
    """A version that was put forward."""

    calibration_id: UUID
    reflection_id: UUID
    version_id: UUID
    version_number: int
    cohort_id: UUID
    opened_by_id: UUID
    opened_at: datetime
    closed_at: datetime | None


_SAMPLE = Prepared(
    select(
        Calibration.id,
        ReflectionVersion.reflection_id,
        Calibration.version_id,
        ReflectionVersion.number,
        Calibration.cohort_id,
        Calibration.opened_by_id,
        Calibration.opened_at,
        Calibration.closed_at,
    )
    .join(ReflectionVersion, ReflectionVersion.id == Calibration.version_id)
    .where(Calibration.id == bindparam("calibration_id"))
)


def get_sample(session: Session, calibration_id: UUID) -> Sample:
    """One sample; ask the policy about its reflection first.

    Raises:
        NotFound: when there is no such one.
    """
    found = _SAMPLE.each(Sample, session, calibration_id=calibration_id)
    if not found:
        raise NotFound
    return found[0]


def trains_still(session: Session, sample: Sample | Calibration) -> bool:
    """Whether who put it forward still trains its cohort."""
    place = select(Enrolment.id).where(
        Enrolment.cohort_id == sample.cohort_id,
        Enrolment.user_id == sample.opened_by_id,
        Enrolment.role == EnrolmentRole.TRAINER,
        Enrolment.state.in_(TAKES_PART),
    )
    return session.scalar(place) is not None


class Judged(NamedTuple):
    """What one trainer makes of it."""

    trainer_id: UUID
    given_name: str
    particle: str
    family_name: str
    criteria: Mapping[str, str]
    decision: str | None
    note: str
    sent_at: datetime | None

    @property
    def name(self) -> str:
        """Who judged."""
        return full_name(self.given_name, self.particle, self.family_name)


_JUDGED = Prepared(
    select(
        CalibrationJudgement.trainer_id,
        User.given_name,
        User.name_particle,
        User.family_name,
        CalibrationJudgement.criteria,
        CalibrationJudgement.decision,
        CalibrationJudgement.note,
        CalibrationJudgement.sent_at,
    )
    .join(User, User.id == CalibrationJudgement.trainer_id)
    .where(CalibrationJudgement.calibration_id == bindparam("calibration_id"))
    .order_by(CalibrationJudgement.sent_at.asc().nulls_last(), User.sort_key, User.id)
)


def list_judged(session: Session, calibration_id: UUID, reader_id: UUID | None) -> Sequence[Judged]:
    """Everybody who was asked, those who sent something first, as far as `reader_id` may know it: what others make of it
    only when it was sent, and after the reader sent their own.
    """
    found = _JUDGED.each(Judged, session, calibration_id=calibration_id)
    sent = any(one.trainer_id == reader_id and one.sent_at for one in found)
    return [one if one.trainer_id == reader_id or (sent and one.sent_at) else _veiled(one) for one in found]


def _veiled(one: Judged) -> Judged:
    return one._replace(criteria={}, decision=None, note="")


class SampleLine(NamedTuple):
    """A sample in the list. `own_sent_at` and `asked` are about the reader."""

    calibration_id: UUID
    title: str
    version_number: int
    module_code: str
    cohort_id: UUID
    given_name: str
    particle: str
    family_name: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    people: int
    sent: int
    asked: bool
    own_sent_at: datetime | None

    @property
    def author_name(self) -> str:
        """Who wrote the text."""
        return full_name(self.given_name, self.particle, self.family_name)


_opener, _own, _all = aliased(User), aliased(CalibrationJudgement), aliased(CalibrationJudgement)
_about = _all.calibration_id == Calibration.id
_LIST = Prepared(
    select(
        Calibration.id,
        ReflectionVersion.title,
        ReflectionVersion.number,
        Module.code,
        Calibration.cohort_id,
        User.given_name,
        User.name_particle,
        User.family_name,
        _opener.given_name,
        Calibration.opened_at,
        Calibration.closed_at,
        select(func.count()).select_from(_all).where(_about).scalar_subquery(),
        select(func.count()).select_from(_all).where(_about, _all.sent_at.is_not(None)).scalar_subquery(),
        _own.id.is_not(None),
        _own.sent_at,
    )
    .join(ReflectionVersion, ReflectionVersion.id == Calibration.version_id)
    .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .join(User, User.id == Enrolment.user_id)
    .join(Activity, Activity.id == Reflection.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .join(_opener, _opener.id == Calibration.opened_by_id)
    .outerjoin(_own, (_own.calibration_id == Calibration.id) & (_own.trainer_id == ME))
    .where(
        Calibration.cohort_id == any_(bindparam("trains", type_=ARRAY(Uuid()))),
        Enrolment.user_id != ME,
        # As the policy says it about one: what its author took back or keeps to themselves is not listed either.
        Reflection.state.in_(READABLE),
        Reflection.audience != Audience.PRIVATE,
    )
    .order_by(Calibration.closed_at.is_not(None), Calibration.opened_at.desc(), Calibration.id)
    .limit(100)
)


def list_samples(session: Session, actor: Actor) -> Sequence[SampleLine]:
    """The samples in the cohorts the actor trains, open ones first; at most a hundred."""
    return _LIST.each(SampleLine, session, user_id=actor.user_id, trains=list(actor.trains))


_COLLEAGUES = Prepared(
    select(User.id, User.given_name, User.name_particle, User.family_name)
    .join(Enrolment, Enrolment.user_id == User.id)
    .where(
        Enrolment.cohort_id == bindparam("cohort_id", type_=Uuid()),
        Enrolment.role == EnrolmentRole.TRAINER,
        Enrolment.state.in_(TAKES_PART),
        User.deactivated_at.is_(None),
        User.id != ME,
        User.id != bindparam("author_id", type_=Uuid()),
    )
    .order_by(User.sort_key, User.id)
)


def list_colleagues(
    session: Session, actor: Actor, cohort_id: UUID, author_id: UUID
) -> Sequence[tuple[UUID, str]]:
    """(id, name) of the other trainers of a cohort, without the author when they train there as well."""
    rows = _COLLEAGUES.all(session, cohort_id=cohort_id, author_id=author_id, user_id=actor.user_id)
    return [(row[0], full_name(row[1], row[2], row[3])) for row in rows]


_OPEN = Prepared(
    select(Calibration.id).where(
        Calibration.version_id == bindparam("version_id", type_=Uuid()), Calibration.closed_at.is_(None)
    )
)


def find_open(session: Session, version_id: UUID) -> UUID | None:
    """The calibration of a version that is open now."""
    found: UUID | None = _OPEN.scalar(session, version_id=version_id)
    return found
