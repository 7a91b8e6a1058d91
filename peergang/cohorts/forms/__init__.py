"""The shape of what organisers and trainers fill in about cohorts, a file per subject."""

from peergang.cohorts.forms.details import DetailsForm
from peergang.cohorts.forms.meetings import ActivityDateForm, MeetingForm, ModuleDatesForm, ProposalForm
from peergang.cohorts.forms.people import ParticipantForm, TrainerForm
from peergang.cohorts.forms.planning import CopyForm, ExtensionForm, FreePeriodForm

__all__ = [
    "ActivityDateForm",
    "CopyForm",
    "DetailsForm",
    "ExtensionForm",
    "FreePeriodForm",
    "MeetingForm",
    "ModuleDatesForm",
    "ParticipantForm",
    "ProposalForm",
    "TrainerForm",
]
