"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.cohorts.views import (  # noqa: E402
    attendance,  # noqa: F401
    calendar_feed,  # noqa: F401
    copying,  # noqa: F401
    edition,  # noqa: F401
    example_files,  # noqa: F401
    extensions,  # noqa: F401
    free_periods,  # noqa: F401
    group_moves,  # noqa: F401
    group_proposal,  # noqa: F401
    groups,  # noqa: F401
    intervision,  # noqa: F401
    invitations,  # noqa: F401
    joining,  # noqa: F401
    joining_settings,  # noqa: F401
    meeting,  # noqa: F401
    meeting_agenda,  # noqa: F401
    meeting_changes,  # noqa: F401
    meeting_check_in,  # noqa: F401
    meeting_notes,  # noqa: F401
    my_places,  # noqa: F401
    overview,  # noqa: F401
    people,  # noqa: F401
    room,  # noqa: F401
    roster_columns,  # noqa: F401
    setup_check,  # noqa: F401
    setup_dates,  # noqa: F401
    setup_details,  # noqa: F401
    setup_meetings,  # noqa: F401
    setup_participants,  # noqa: F401
    setup_trainers,  # noqa: F401
)
