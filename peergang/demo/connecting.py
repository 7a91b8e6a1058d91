"""Features that tell each other things, tied together as the application does, for a process without one."""

from peergang.cohorts.actions.editions import when_upgraded
from peergang.cohorts.actions.invitations import activate_invited
from peergang.cohorts.actions.leaving import give_up_places
from peergang.cohorts.actions.lifecycle import when_ended
from peergang.cohorts.actions.memberships import when_groups_changed
from peergang.cohorts.actions.trainers import when_trainer_left
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.departures import release_reviews_of
from peergang.coursework.actions.editions import follow_edition
from peergang.coursework.actions.examples import complete_practice_activity, hold_cohort_of
from peergang.coursework.actions.handing_on import hand_on_what_is_left
from peergang.discussion.actions.following import follow_modules
from peergang.identity.actions.account import when_deactivated
from peergang.identity.actions.links import when_accepted
from peergang.practice.actions.writing import before_publishing, when_published


def connect_features() -> None:
    """Tie the features together as the application does, for a process without one."""
    when_accepted(activate_invited)
    before_publishing(hold_cohort_of)
    when_published(complete_practice_activity)
    when_upgraded(follow_edition)
    when_upgraded(follow_modules)
    when_groups_changed(reallocate_cohort)
    when_ended(hand_on_what_is_left)
    when_trainer_left(release_reviews_of)
    # Places first: whoever holds a cohort may wait for its reflections, never the other way round.
    when_deactivated(give_up_places)
    when_deactivated(release_reviews_of)
