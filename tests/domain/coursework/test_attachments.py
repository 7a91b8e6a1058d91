"""Files go along with a reflection as its words do: whole, once submitted for ever, and for the same readers."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions.editions import upgrade_edition, when_upgraded
from peergang.core import db
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.storage import Files
from peergang.coursework import personal_data
from peergang.coursework.actions.attachment_cleaning import (
    KEPT,
    erase_attachments,
    forget_removed_attachments,
    remove_orphans,
)
from peergang.coursework.actions.attachments import (
    add_attachment,
    describe_attachments,
    remove_attachment,
    restore_attachment,
)
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.editions import follow_edition
from peergang.coursework.actions.submission import submit_reflection, withdraw_reflection
from peergang.coursework.models import Attachment, Reflection, VersionAttachment
from peergang.coursework.queries.attachments import (
    count_usage,
    list_draft_attachments,
    list_version_attachments,
)
from peergang.coursework.rules.drafts import DraftText
from peergang.coursework.rules.files.kinds import MAX_FILES, MAX_KEPT, MAX_TOTAL
from peergang.curriculum.models import Edition
from tests.factories.coursework import (
    ANSWERS,
    Class,
    actor_of,
    find_activity,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)
from tests.factories.curriculum import make_next_edition
from tests.factories.files import attach, make_office, make_pdf, make_photo, store
from tests.factories.identity import make_organiser


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path / "files"))


def names(session: Session, version_id: object) -> list[str]:
    return [one.name for one in list_version_attachments(session, version_id)]


def pdf(number: int) -> bytes:
    return make_pdf(words=f"% {number}\n".encode())


def test_a_first_file_begins_the_reflection_and_leaves_the_text_alone(session, room, now) -> None:
    activity = find_activity(session, room.cohort)
    made = attach(session, room.author, activity.id, now)
    reflection = session.get_one(Reflection, made.reflection_id)
    assert (reflection.state, reflection.draft_revision, reflection.enrolment_id) == (
        "draft",
        0,
        room.author.id,
    )
    # An editor that was open before knows revision 0, and its next save goes through.
    actor = actor_of(session, room.author)
    saved = save_draft(
        session, actor, activity.id, DraftText("T", "trainer", ANSWERS), expected_revision=0, now=now
    )
    assert (saved.reflection_id, saved.revision) == (reflection.id, 1)
    attach(session, room.author, activity.id, now, make_pdf(), "b.pdf")
    session.refresh(reflection)
    assert reflection.draft_revision == 1


def test_readers_of_a_version_see_what_it_had(session, room, now) -> None:
    reflection = make_reflection(session, room.author, now)
    actor, activity = actor_of(session, room.author), reflection.activity_id
    photo = attach(session, room.author, activity, now)
    describe_attachments(session, actor, reflection.id, {photo.id: " Het  bord\nmet drie vragen "}, now=now)
    first = submit(session, reflection, now)
    remove_attachment(session, actor, photo.id, now=now)
    attach(session, room.author, activity, now, make_office(), "plan.docx")
    second = submit(session, reflection, now)
    restore_attachment(session, actor, photo.id, now=now)
    describe_attachments(session, actor, reflection.id, {photo.id: "Iets anders"}, now=now)
    assert names(session, first.id) == ["bord.jpg"]
    assert names(session, second.id) == ["plan.docx"]
    (shown,) = list_version_attachments(session, first.id)
    assert shown.description == "Het bord met drie vragen"
    assert shown.removed_at is None


def test_other_files_are_a_change_and_the_same_files_are_none(session, room, now) -> None:
    reflection = make_reflection(session, room.author, now)
    photo = attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    with pytest.raises(Invalid, match="unchanged"):
        submit(session, reflection, now)
    remove_attachment(session, actor_of(session, room.author), photo.id, now=now)
    assert submit(session, reflection, now).number == 2
    restore_attachment(session, actor_of(session, room.author), photo.id, now=now)
    assert submit(session, reflection, now).number == 3


def test_there_is_an_end_to_what_fits(session, room, now) -> None:
    activity = find_activity(session, room.cohort).id
    made = [attach(session, room.author, activity, now, pdf(number), "a.pdf") for number in range(MAX_FILES)]
    with pytest.raises(Invalid, match="too_many"):
        attach(session, room.author, activity, now, pdf(99))
    actor = actor_of(session, room.author)
    remove_attachment(session, actor, made[0].id, now=now)
    attach(session, room.author, activity, now, pdf(99))
    with pytest.raises(Invalid, match="too_many"):
        restore_attachment(session, actor, made[0].id, now=now)
    assert count_usage(session, made[0].reflection_id).files == MAX_FILES


def test_their_sum_has_an_end_and_so_has_adding_and_removing(session, room, now) -> None:
    activity = find_activity(session, room.cohort).id
    first = attach(session, room.author, activity, now)
    row = {
        "reflection_id": first.reflection_id,
        "name": "x.pdf",
        "media_type": "application/pdf",
        "sha256": "x",
        "uploaded_at": now,
    }
    session.add(Attachment(**row, size=MAX_TOTAL - first.size, storage_key="groot"))
    session.flush()
    with pytest.raises(Invalid, match="total_too_large"):
        attach(session, room.author, activity, now, make_pdf())
    session.execute(sa.update(Attachment).values(removed_at=now))
    for number in range(MAX_KEPT - 2):
        session.add(Attachment(**row, size=1, storage_key=str(number), removed_at=now))
    session.flush()
    with pytest.raises(Invalid, match="too_many_kept"):
        attach(session, room.author, activity, now, make_pdf())
    restore_attachment(session, actor_of(session, room.author), first.id, now=now)


def test_the_same_file_twice_is_one(session, room, now) -> None:
    activity = find_activity(session, room.cohort).id
    first = attach(session, room.author, activity, now)
    with pytest.raises(Invalid, match="twice"):
        attach(session, room.author, activity, now, name="anders.jpg")
    remove_attachment(session, actor_of(session, room.author), first.id, now=now)
    attach(session, room.author, activity, now)


@pytest.mark.parametrize("who", ["peer", "outside", "trainer", "organiser"])
def test_nobody_else_changes_them(session, room, now, who) -> None:
    reflection = make_reflection(session, room.author, now)
    photo = attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    stranger = actor_of(session, make_organiser(session) if who == "organiser" else getattr(room, who))
    for act in (
        lambda: remove_attachment(session, stranger, photo.id, now=now),
        lambda: restore_attachment(session, stranger, photo.id, now=now),
        lambda: describe_attachments(session, stranger, reflection.id, {photo.id: "x"}, now=now),
    ):
        with pytest.raises((Forbidden, NotFound)):
            act()
    session.refresh(photo)
    assert (photo.removed_at, photo.description) == (None, "")


def test_a_description_reaches_only_files_of_that_reflection(session, room, now) -> None:
    activity = find_activity(session, room.cohort).id
    mine, theirs = (attach(session, who, activity, now) for who in (room.author, room.peer))
    actor = actor_of(session, room.author)
    describe_attachments(session, actor, mine.reflection_id, {theirs.id: "van mij", mine.id: "mijn"}, now=now)
    session.refresh(theirs)
    assert (mine.description, theirs.description) == ("mijn", "")
    with pytest.raises(Invalid, match="description_long"):
        describe_attachments(session, actor, mine.reflection_id, {mine.id: "x" * 301}, now=now)


def test_what_is_not_being_written_gets_no_files(session, room, now) -> None:
    version = make_submitted(session, room.author, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    photo = attach(session, room.author, reflection.activity_id, now)
    actor = actor_of(session, room.author)
    review(session, room.trainer, version, now)
    session.refresh(reflection)
    assert reflection.state == "approved"
    for act in (
        lambda: attach(session, room.author, reflection.activity_id, now, make_pdf()),
        lambda: remove_attachment(session, actor, photo.id, now=now),
        lambda: restore_attachment(session, actor, photo.id, now=now),
        lambda: describe_attachments(session, actor, reflection.id, {photo.id: "x"}, now=now),
    ):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(NotFound):
        add_attachment(
            session, actor_of(session, room.trainer), reflection.activity_id, store(make_photo()), now=now
        )
    with pytest.raises(NotFound):
        remove_attachment(session, actor, uuid4(), now=now)


def test_the_database_refuses_to_change_what_was_submitted(session, room, now) -> None:
    reflection = make_reflection(session, room.author, now)
    photo = attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    for statement in (
        sa.delete(VersionAttachment),
        sa.update(VersionAttachment).values(description="anders"),
        sa.update(Attachment).values(storage_key="anders"),
        sa.update(Attachment).values(name="anders.pdf"),
        sa.delete(Attachment).where(Attachment.id == photo.id),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(statement, execution_options={"synchronize_session": False})


def test_files_go_along_to_a_newer_edition(session, room, now) -> None:
    when_upgraded(follow_edition)
    reflection = make_reflection(session, room.author, now)
    attach(session, room.author, reflection.activity_id, now)
    version = submit(session, reflection, now)
    old = room.cohort.edition_id
    newer = make_next_edition(session, session.get_one(Edition, old))
    organiser = actor_of(session, make_organiser(session))
    upgrade_edition(session, organiser, room.cohort.id, from_edition_id=old, to_edition_id=newer.id, now=now)
    session.expire_all()
    activity = find_activity(session, room.cohort).id
    assert session.get_one(Reflection, reflection.id).activity_id == activity
    assert names(session, version.id) == ["bord.jpg"]
    attach(session, room.author, activity, now, make_pdf(), "b.pdf")
    assert len(list_draft_attachments(session, reflection.id, removed_since=now)) == 2


def test_what_was_taken_away_and_never_submitted_goes_after_a_month(session, room, now, files) -> None:
    reflection = make_reflection(session, room.author, now)
    actor, activity = actor_of(session, room.author), reflection.activity_id
    submitted = attach(session, room.author, activity, now, files=files)
    submit(session, reflection, now)
    passing = attach(session, room.author, activity, now, make_photo("PNG"), files=files)
    stays = attach(session, room.author, activity, now, make_pdf(), files=files)
    for one in (submitted, passing):
        remove_attachment(session, actor, one.id, now=now)
    assert forget_removed_attachments(session, now=now + KEPT) == []
    gone = forget_removed_attachments(session, now=now + KEPT + timedelta(seconds=1))
    assert set(gone) == {passing.storage_key, passing.preview_key}
    assert files.delete(gone) == 2
    assert {one.key for one in files.walk()} == {
        submitted.storage_key,
        submitted.preview_key,
        stays.storage_key,
    }
    with pytest.raises(NotFound):
        restore_attachment(session, actor, passing.id, now=now)


def test_a_file_whose_row_never_came_is_found(session, room, now, files) -> None:
    """The process died between storing and the commit."""
    kept = attach(session, room.author, find_activity(session, room.cohort).id, now, files=files)
    orphan = store(make_photo("PNG"), files=files)
    moments = [one.since for one in files.walk()]
    assert remove_orphans(session, files, now=min(moments) + KEPT) == 0, "a backup may still know it"
    assert remove_orphans(session, files, now=max(moments) + KEPT + timedelta(minutes=1)) == 2
    left = {one.key for one in files.walk()}
    assert left == {kept.storage_key, kept.preview_key}
    assert orphan.storage_key not in left


@pytest.mark.parametrize("number", [3, 30])
def test_an_empty_database_does_not_empty_the_folder(session, now, files, number: int) -> None:
    for one in range(number):
        files.put(io.BytesIO(b"%d" % one))
    assert remove_orphans(session, files, now=datetime.now(now.tzinfo) + 2 * KEPT) == 0
    assert len(list(files.walk())) == number


def test_erasing_removes_rows_and_files_of_all_versions_and_of_nobody_else(session, room, now, files) -> None:
    reflection = make_reflection(session, room.author, now)
    attach(session, room.author, reflection.activity_id, now, files=files)
    version = submit(session, reflection, now)
    other = attach(session, room.peer, reflection.activity_id, now, make_pdf(), files=files)
    exported = personal_data.export(session, room.author.user_id)["attachments"]
    assert [(row["name"], row["address"][:10]) for row in exported] == [("bord.jpg", "/bijlagen/")]
    files.delete(erase_attachments(session, room.author.user_id))
    assert names(session, version.id) == []
    assert session.scalars(sa.select(Attachment.id)).all() == [other.id]
    assert {one.key for one in files.walk()} == {other.storage_key}
    assert personal_data.export(session, room.author.user_id)["attachments"] == []
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(Attachment).values(name="x"))  # the exception ended with erasing


def at_once(engine: sa.Engine, *actions: Callable[[Session], object]) -> list[str]:
    barrier = Barrier(len(actions))

    def run(action: Callable[[Session], object]) -> str:
        try:
            with db.transaction(engine) as session:
                barrier.wait(10)
                action(session)
        except Invalid as error:
            return error.problems["file"]
        except Conflict as error:
            return error.reason
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


@pytest.mark.committed
def test_of_six_files_for_two_places_two_get_in(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        activity, actor = find_activity(session, room.cohort).id, actor_of(session, room.author)
        for number in range(MAX_FILES - 2):
            attach(session, room.author, activity, now, pdf(number))
    new = [store(pdf(100 + number)) for number in range(6)]
    found = at_once(
        committed, *(lambda s, one=one: add_attachment(s, actor, activity, one, now=now) for one in new)
    )
    assert found == ["done"] * 2 + ["too_many"] * 4
    with db.reading(committed) as session:
        assert session.query(Attachment).count() == MAX_FILES


@pytest.mark.committed
def test_two_first_files_make_one_reflection(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        activity, actor = find_activity(session, room.cohort).id, actor_of(session, room.author)
    new = [store(pdf(number)) for number in range(4)]
    found = at_once(
        committed, *(lambda s, one=one: add_attachment(s, actor, activity, one, now=now) for one in new)
    )
    assert found == ["done"] * 4
    with db.reading(committed) as session:
        assert session.query(Reflection).one().draft_revision == 0


@pytest.mark.committed
def test_a_file_that_comes_while_submitting_is_in_the_version_or_after_it(
    committed: sa.Engine, now: datetime
) -> None:
    with db.transaction(committed) as session:
        room = make_class(session, now)
        actor, reflection = actor_of(session, room.author), make_reflection(session, room.author, now)
    new = store(make_pdf())
    assert at_once(
        committed,
        lambda s: add_attachment(s, actor, reflection.activity_id, new, now=now),
        lambda s: submit_reflection(s, actor, reflection.id, expected_revision=1, now=now),
    ) == ["done", "done"]
    with db.reading(committed) as session:
        assert session.query(Attachment).count() == 1
        assert session.query(VersionAttachment).count() in {0, 1}


def test_withdrawing_keeps_the_files_for_the_author(session, room, now) -> None:
    reflection = make_reflection(session, room.author, now)
    attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    withdraw_reflection(session, actor_of(session, room.author), reflection.id, now=now)
    assert count_usage(session, reflection.id).files == 1
