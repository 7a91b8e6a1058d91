"""What every act needs: the session, the people as actors, the cohorts, and the words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import list_roles as list_cohort_roles
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.storage import Files
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.demo.calendar import Calendar, find_calendar
from peergang.demo.cast import PEOPLE, SCHOOLS
from peergang.demo.events import Event
from peergang.demo.story import Story
from peergang.demo.words import Words
from peergang.identity.models import Institution, User
from peergang.identity.queries import list_roles


@dataclass(slots=True)
class Known:
    """What stays the same from one transaction to the next. Forgotten as a whole when a transaction fails."""

    stories: dict[str, Story]
    words: Words
    files: Files
    users: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)


@dataclass(slots=True)
class Stage:
    """One transaction of the demo."""

    session: Session
    known: Known

    def user_id(self, who: str) -> UUID:
        """The account of somebody of the cast.

        Raises:
            NotFound: they have none, for instance because a visitor changed their address.
        """
        if who not in self.known.users:
            found = self.session.scalar(select(User.id).where(User.email == PEOPLE[who].email))
            if found is None:
                raise NotFound
            self.known.users[who] = found
        return self.known.users[who]

    def actor(self, who: str) -> Actor:
        """Somebody of the cast with the roles they hold now."""
        if who not in self.known.actors:
            self.known.actors[who] = self._collect(self.user_id(who))
        return self.known.actors[who]

    def roles_changed(self) -> None:
        """Read everybody's roles again: somebody came or went."""
        self.known.actors.clear()

    def _collect(self, user_id: UUID) -> Actor:
        # The web layer collects the same from the sources that features registered with it; here is no web layer.
        found = [*list_roles(self.session, user_id), *list_cohort_roles(self.session, user_id)]

        def ids(role: str) -> frozenset[UUID]:
            return frozenset(scope for name, scope in found if name == role and scope is not None)

        names = {name for name, _ in found}
        return Actor(
            user_id,
            is_admin="admin" in names,
            is_organiser="organiser" in names,
            contact_of=ids("contact"),
            trains=ids("trainer"),
            follows=ids("participant"),
        )

    def story(self, event: Event) -> Story:
        """The story an event belongs to."""
        return self.known.stories[event.story]

    def calendar(self, event: Event) -> Calendar:
        """The cohort an event belongs to.

        Raises:
            NotFound: it does not exist.
        """
        if event.story not in self.known.calendars:
            story = self.story(event)
            calendar = find_calendar(self.session, story.name, story.programme)
            if calendar is None:
                raise NotFound
            self.known.calendars[event.story] = calendar
        return self.known.calendars[event.story]

    def enrolment(self, event: Event, who: str, role: str = "participant") -> Enrolment:
        """Somebody's place in the cohort of an event.

        Raises:
            NotFound: they have none.
        """
        found = self.session.scalar(
            select(Enrolment).where(
                Enrolment.cohort_id == self.calendar(event).cohort_id,
                Enrolment.user_id == self.user_id(who),
                Enrolment.role == role,
            )
        )
        if found is None:
            raise NotFound
        return found

    def school_id(self, key: str) -> UUID:
        """An institution of the cast.

        Raises:
            NotFound: a visitor gave it another BRIN.
        """
        brin = next(one.brin for one in SCHOOLS if one.key == key)
        found = self.session.scalar(select(Institution.id).where(Institution.brin == brin))
        if found is None:
            raise NotFound
        return found

    def reflection(self, event: Event) -> Reflection:
        """The reflection that an event is about.

        Raises:
            NotFound: it was not begun.
        """
        task = self.calendar(event).find(event.more["slug"])
        author = self.user_id(event.more["author"])
        found = self.session.scalar(
            select(Reflection)
            .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
            .where(
                Reflection.activity_id == task.id,
                Enrolment.user_id == author,
                Enrolment.cohort_id == self.calendar(event).cohort_id,
            )
            .execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFound
        return found

    def latest_version(self, reflection: Reflection) -> ReflectionVersion | None:
        """The version that was submitted last."""
        return self.session.scalar(
            select(ReflectionVersion)
            .where(ReflectionVersion.reflection_id == reflection.id)
            .order_by(ReflectionVersion.number.desc())
            .limit(1)
        )


Act = Callable[[Stage, Event], bool]
"""Does what an event says, at its moment. Gives False when there was nothing (more) to do, because a visitor did it."""
