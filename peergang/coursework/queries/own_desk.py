"""What a trainer keeps and did for reviewing, as statements for their download."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from peergang.coursework.models import (
    Calibration,
    CalibrationJudgement,
    HandOver,
    Reflection,
    ReflectionVersion,
    ReviewPhrase,
    TrainerAbsence,
)
from peergang.curriculum.models import Activity


def select_about_versions(*columns: Any) -> Select[*tuple[Any, ...]]:
    """`columns` of versions, with the title of the activity."""
    return (
        select(Activity.title.label("activity"), *columns)
        .select_from(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
    )


def select_for_the_desk(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    """What a trainer keeps for reviewing: phrases, and what they made of samples."""
    return {
        "review_phrases": select(ReviewPhrase.title, ReviewPhrase.text, ReviewPhrase.used)
        .where(ReviewPhrase.user_id == user_id)
        .order_by(ReviewPhrase.position),
        "calibrations": select_about_versions(
            CalibrationJudgement.asked_at,
            CalibrationJudgement.criteria,
            CalibrationJudgement.decision,
            CalibrationJudgement.note,
            CalibrationJudgement.sent_at,
        )
        .join(Calibration, Calibration.version_id == ReflectionVersion.id)
        .join(CalibrationJudgement, CalibrationJudgement.calibration_id == Calibration.id)
        .where(CalibrationJudgement.trainer_id == user_id)
        .order_by(CalibrationJudgement.asked_at),
    }


def select_in_the_queue(user_id: UUID) -> dict[str, Select[*tuple[Any, ...]]]:
    """When the person was away, and what they handed over or were asked to take. A note is its writer's."""
    handed = select(Activity.title.label("activity"), HandOver.made_at)
    handed = handed.join(Reflection, Reflection.id == HandOver.reflection_id).join(
        Activity, Activity.id == Reflection.activity_id
    )
    return {
        "absences": select(TrainerAbsence.starts_on, TrainerAbsence.ends_on, TrainerAbsence.made_at)
        .where(TrainerAbsence.user_id == user_id)
        .order_by(TrainerAbsence.starts_on),
        "handed_over": handed.add_columns(HandOver.note)
        .where(HandOver.from_id == user_id)
        .order_by(HandOver.made_at),
        "handed_to_me": handed.where(HandOver.to_id == user_id).order_by(HandOver.made_at),
    }
