"""The shape of what organisers and trainers fill in about cohorts, a file per subject."""

from peergang.cohorts.forms.details import DetailsForm
from peergang.cohorts.forms.meetings import MeetingForm, ModuleDatesForm, ProposalForm
from peergang.cohorts.forms.people import ParticipantForm, TrainerForm

__all__ = ["DetailsForm", "MeetingForm", "ModuleDatesForm", "ParticipantForm", "ProposalForm", "TrainerForm"]
