"""Who may do what with a reflection (invariant 3). Organisers, admins and contacts have no place here on purpose: only
the author, and the audience the author chose.
"""

from peergang.cohorts.rules import EnrolmentState
from peergang.core.permissions import Actor
from peergang.coursework.queries.access import ReflectionAccess
from peergang.coursework.queries.conversation import ConversationPlace
from peergang.coursework.queries.given_feedback import FeedbackPlace
from peergang.coursework.queries.topics import ReadingPlace
from peergang.coursework.queries.writing import WritingPlace
from peergang.coursework.rules import PEER_AUDIENCES, READABLE, Audience, ReflectionState


def is_author(actor: Actor, access: ReflectionAccess) -> bool:
    """Whether the actor wrote it."""
    return actor.user_id is not None and actor.user_id == access.author_id


def can_write_reflection(actor: Actor, place: WritingPlace) -> bool:
    """Write, save and submit: the participant whose place it is (the query gives nobody else's)."""
    return actor.user_id is not None and actor.user_id == place.author_id


def can_change_reflection(actor: Actor, access: ReflectionAccess) -> bool:
    """Submit, withdraw, reopen: the author, as long as they take part in the cohort."""
    return is_author(actor, access) and access.takes_part


def can_choose_audience(actor: Actor, access: ReflectionAccess) -> bool:
    """Say who may read it: the author, also long after leaving the cohort."""
    return is_author(actor, access)


def _is_shared(access: ReflectionAccess) -> bool:
    return access.state in READABLE and access.latest > 0 and access.audience not in {None, Audience.PRIVATE}


def can_read_reflection(actor: Actor, access: ReflectionAccess) -> bool:
    """Read the submitted versions: the author, and whom the author's choice of audience lets in."""
    if is_author(actor, access):
        return True
    if actor.user_id is None or not _is_shared(access):
        return False
    if access.cohort_id in actor.trains:
        return True
    if access.audience == Audience.PEER_GROUP:
        return access.shares_group
    return access.audience == Audience.COHORT and access.own_enrolment_id is not None


def can_read_attachment(actor: Actor, access: ReflectionAccess, is_submitted: bool) -> bool:
    """Open a file of a reflection: the author, and who may read a version that holds it."""
    return is_author(actor, access) or (is_submitted and can_read_reflection(actor, access))


def can_read_reactions(actor: Actor, access: ReflectionAccess) -> bool:
    """Read what peers and trainers gave back: the author, and the trainers of the cohort who may read the text."""
    return is_author(actor, access) or can_review_reflection(actor, access)


def can_review_reflection(actor: Actor, access: ReflectionAccess) -> bool:
    """Pick up, comment on and decide about: the trainers of the cohort, never about their own work."""
    return (
        actor.user_id is not None
        and access.cohort_id in actor.trains
        and not is_author(actor, access)
        and _is_shared(access)
    )


def can_give_feedback(actor: Actor, access: ReflectionAccess) -> bool:
    """Give peer feedback: who shares a peer group with the author now, when the audience holds that group."""
    return (
        not is_author(actor, access)
        and access.own_enrolment_id is not None
        and access.shares_group
        and access.audience in PEER_AUDIENCES
        and _is_shared(access)
    )


def can_answer_feedback(actor: Actor, place: FeedbackPlace) -> bool:
    """Say whether feedback helped, and thank for it: who received it. Trainers neither say so nor see it."""
    return actor.user_id is not None and actor.user_id == place.author_id


def can_look_back_at_feedback(actor: Actor, place: FeedbackPlace) -> bool:
    """Read back what one gave, what its receiver said of it, and the thanks: who gave it."""
    return actor.user_id is not None and actor.user_id == place.giver_user_id


def can_comment_on_reflection(actor: Actor, access: ReflectionAccess) -> bool:
    """Put comments at the words: who reviews it, and who gives feedback on it."""
    return can_review_reflection(actor, access) or can_give_feedback(actor, access)


def can_calibrate(actor: Actor, access: ReflectionAccess) -> bool:
    """Put a version forward for judging it together, and judge it: who may review it. The audience decides each time."""
    return can_review_reflection(actor, access)


def can_list_reviews(actor: Actor) -> bool:
    """See a queue to review: who trains a cohort."""
    return actor.is_trainer


def can_plan_absence(actor: Actor) -> bool:
    """Say when one is away: who trains a cohort, for themselves."""
    return actor.is_trainer


def can_mark_topic_read(actor: Actor, place: ReadingPlace) -> bool:
    """Mark a topic as read and take the mark off: the participant, as long as the place is active."""
    return actor.user_id == place.user_id and place.state == EnrolmentState.ACTIVE


def can_log_conversation(actor: Actor, place: ConversationPlace) -> bool:
    """Log the conversation that an activity asks for: the participant, as long as the place is active."""
    return actor.user_id == place.user_id and place.state == EnrolmentState.ACTIVE


def can_promote_reflection(actor: Actor, access: ReflectionAccess) -> bool:
    """Make a practice example of it: the author, once a trainer approved it, also long after the cohort."""
    return is_author(actor, access) and access.state == ReflectionState.APPROVED
