"""What happens in groups and conversations, and to accounts; and two ways to make anything over."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from peergang.cohorts.models import (
    JoinRequest,
    PeerGroupChange,
    PeerGroupMembership,
)
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.identity.models import AuditEvent, EmailChange, SingleUseToken
from peergang.notifications.models import MailBounce, NoticeChoice
from tests.domain.reminders.happening.cohorts import came_in
from tests.domain.reminders.world import MONDAY, World
from tests.factories.cohorts import make_peer_group
from tests.factories.coursework import find_activity

A_DAY = timedelta(days=1)
TUESDAY = MONDAY + A_DAY


def change_groups(world: World) -> None:
    for cohort in world.cohorts.values():
        members = [place for of, place in world.participants() if of is cohort]
        group = make_peer_group(world.session, cohort, *members, since=MONDAY)
        change = PeerGroupChange(cohort_id=cohort.id, kind="divided", made_at=MONDAY, number=1)
        world.session.add(change)
        world.session.flush()
        world.session.execute(
            sa.update(PeerGroupMembership)
            .where(PeerGroupMembership.peer_group_id == group.id)
            .values(joined_by_id=change.id)
        )


def change_again(world: World) -> None:
    """Another change tells what holds now."""
    for cohort in world.cohorts.values():
        change = PeerGroupChange(cohort_id=cohort.id, kind="moved", made_at=MONDAY, number=2)
        world.session.add(change)
        world.session.flush()
        groups = sa.update(PeerGroupMembership).where(PeerGroupMembership.cohort_id == cohort.id)
        world.session.execute(groups.values(joined_by_id=change.id))


def say(world: World) -> None:
    """Somebody from outside said something yesterday that names everybody, in what everybody follows."""
    for cohort in world.cohorts.values():
        thread = Thread(
            cohort_id=cohort.id,
            module_id=find_activity(world.session, cohort).module_id,
            author_id=world.person("outsider").id,
            title="Gesprek",
            created_at=MONDAY - 3 * A_DAY,
            last_number=1,
            last_post_at=MONDAY - 3 * A_DAY,
        )
        world.session.add(thread)
        world.session.flush()
        post = Post(
            thread_id=thread.id,
            number=1,
            author_id=thread.author_id,
            body="Geheim",
            body_html="Geheim",
            created_at=MONDAY - 3 * A_DAY,
        )
        world.session.add(post)
        world.session.flush()
        for user in world.people.values():
            if user is not world.person("outsider"):
                world.session.add(Reader(thread_id=thread.id, user_id=user.id, level="follow"))
                world.session.add(Mention(post_id=post.id, user_id=user.id, created_at=MONDAY - 3 * A_DAY))


def hide(world: World) -> None:
    world.session.execute(sa.update(Post).values(state="removed", body="", body_html=""))


def write_down(world: World) -> None:
    for user in world.people.values():
        world.session.add(
            AuditEvent(at=MONDAY, verb="password_changed", subject_type="user", subject_id=user.id)
        )


def correct_address(world: World) -> None:
    for user in world.people.values():
        world.session.add(EmailChange(user_id=user.id, old_email=f"oud.{user.email}", changed_at=MONDAY))


def try_address(world: World) -> None:
    for user in world.people.values():
        codes = {"report": "r", "kind": "hard", "code": "5.1.1", "source": "smtp"}
        moments = {"at": MONDAY - A_DAY, "forgiven_at": MONDAY}
        world.session.add(MailBounce(address=user.email, user_id=user.id, **codes, **moments))


def change_address(world: World) -> None:
    for user in world.people.values():
        user.email = f"nieuw.{user.email}"


def ask_link(purpose: str) -> Callable[[World], None]:
    def happens(world: World) -> None:
        for user in world.people.values():
            moments = {"requested_at": MONDAY, "expires_at": MONDAY + A_DAY}
            if purpose == "address_proof":
                moments["address"] = f"nieuw.{user.email}"
            world.session.add(SingleUseToken(user_id=user.id, purpose=purpose, **moments))

    return happens


def decline(world: World) -> None:
    empty = ("given_name", "particle", "family_name", "institution_text", "job_title", "motivation")
    for user in world.people.values():
        world.session.add(
            JoinRequest(
                cohort_id=world.cohorts["here"].id,
                user_id=user.id,
                email=user.email,
                state="declined",
                requested_at=MONDAY,
                decided_at=MONDAY,
                **dict.fromkeys(empty, ""),
            )
        )


def refuse_overview(world: World) -> None:
    came_in(22)(world)
    for user in world.people.values():
        world.session.add(NoticeChoice(user_id=user.id, rule="trainer_monday", delivery="off", since=MONDAY))


def nothing(_: World) -> None:
    """Nothing plans it."""


def set_all(table: type, **values: object) -> Callable[[World], None]:
    def happens(world: World) -> None:
        world.session.execute(sa.update(table).values(**values))

    return happens


def remove_all(table: type) -> Callable[[World], None]:
    def happens(world: World) -> None:
        world.session.execute(sa.delete(table))

    return happens
