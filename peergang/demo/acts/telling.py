"""What people tell about themselves, and what changes around them: profiles, another school, a merger."""

from peergang.cohorts.actions.joining import Asking, ask_place, set_joining
from peergang.core.clock import local_date
from peergang.demo.cast import ASKS, SCHOOLS, SUCCESSOR
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.actions.institutions import create_institution
from peergang.identity.actions.mergers import merge_institutions
from peergang.profiles.actions import save_profile


def tell(stage: Stage, event: Event) -> bool:
    """Fill in one's profile, and choose who sees it."""
    more = event.more
    save_profile(
        stage.session,
        stage.actor(event.who),
        stage.user_id(event.who),
        about=more["about"],
        contact="",
        visibility=more["visibility"],
        expertise=more["expertise"],
        interest=more["interest"],
        now=event.at,
    )
    return True


def change_school(stage: Stage, event: Event) -> bool:
    """The organiser writes down that somebody works elsewhere since a while."""
    change_affiliation(
        stage.session,
        stage.actor(event.who),
        stage.user_id(event.more["person"]),
        stage.school_id(event.more["to"]),
        since=event.more["since"],
        job_title=event.more["job"],
        now=event.at,
    )
    return True


def merge(stage: Stage, event: Event) -> bool:
    """Two schools go on as a new one."""
    organiser = stage.actor(event.who)
    made = create_institution(
        stage.session,
        organiser,
        brin=SUCCESSOR.brin,
        name=SUCCESSOR.name,
        aliases=SUCCESSOR.aliases,
        place=SUCCESSOR.place,
        now=event.at,
    )
    parts = [stage.school_id(key) for key in event.more["schools"]]
    merge_institutions(stage.session, organiser, parts, made.id, merged_on=local_date(event.at), now=event.at)
    return True


def open_joining(stage: Stage, event: Event) -> bool:
    """The organiser opens the link with which people ask for a place."""
    cohort_id = stage.calendar(event).cohort_id
    until = stage.story(event).starts_on
    set_joining(stage.session, stage.actor(event.who), cohort_id, is_open=True, until=until, now=event.at)
    return True


def ask(stage: Stage, event: Event) -> bool:
    """Somebody without an account asks for a place by the link."""
    school = next(one for one in SCHOOLS if one.key == ASKS.school)
    asking = Asking(
        ASKS.given_name,
        ASKS.particle,
        ASKS.family_name,
        ASKS.email,
        school.name,
        ASKS.job,
        event.more["motivation"],
    )
    ask_place(stage.session, stage.calendar(event).cohort_id, 0, asking, now=event.at)
    return True
