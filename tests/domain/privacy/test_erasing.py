"""Erasing a person (invariant 12): their words, name and address are nowhere any more, and others' comments stay readable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate, CertificateDocument
from peergang.cohorts.actions.leaving import give_up_places
from peergang.cohorts.actions.memberships import when_groups_changed
from peergang.cohorts.models import (
    ActivityCompletion,
    CompletionOverride,
    Enrolment,
    Extension,
    JoinRequest,
    SignOff,
)
from peergang.conversations.models import Conversation
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.core.storage import Files
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.departures import release_reviews_of
from peergang.coursework.actions.erasing import erase_coursework
from peergang.coursework.models import (
    Attachment,
    Calibration,
    CalibrationJudgement,
    Comment,
    HandOver,
    PeerFeedback,
    Promotion,
    PromotionConsent,
    Reflection,
    ReflectionVersion,
    Review,
    ReviewPhrase,
    TrainerAbsence,
)
from peergang.coursework.rules.erasing import ERASED_QUOTE, ERASED_TEXT
from peergang.curriculum.models import Edition
from peergang.discussion.models import Post
from peergang.identity.actions.account import reactivate_user, when_deactivated
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import (
    Affiliation,
    AuditEvent,
    EmailChange,
    InstitutionAccount,
    RoleGrant,
    SignInSession,
    User,
)
from peergang.identity.rules import TokenPurpose
from peergang.identity.rules.names import ERASED_NAME
from peergang.notifications.models import AddressSuspension, MailBounce, PushSubscription
from peergang.practice.models import PracticeExample
from peergang.privacy.actions.erasing import erase_person
from peergang.profiles.models import Profile
from peergang.progress.models import CallNote, OwnHours, RiskDismissal, RiskSignal
from peergang.reports.models import Report, Subscription
from peergang.tables import load_metadata
from tests.domain.privacy.columns import OF_OTHERS, list_word_columns
from tests.factories.cohorts import make_meeting
from tests.factories.coursework import (
    Class,
    actor_of,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)
from tests.factories.discussion import make_thread, reply
from tests.factories.factors import make_passkey
from tests.factories.files import attach, make_photo
from tests.factories.identity import make_token, make_user, sign_in_session
from tests.factories.notifications import make_notice
from tests.factories.practice import make_adoption, make_example
from tests.factories.profiles import make_profile
from tests.factories.progress import list_activities

MARK = "Zwaluwstaart"
"""Stands in the name, the address and every text of whom this is about, and nowhere else."""
REASON = "eigen verzoek van 3 november"
TEXTS = (sa.String, sa.Text, sa.ARRAY)

when_deactivated(give_up_places)
when_deactivated(release_reviews_of)
when_groups_changed(reallocate_cohort)


@dataclass
class Case:
    """A person with something in every table that can hold a person, and who reads along."""

    session: Session
    room: Class
    user: User
    admin: Actor
    files: Files
    folder: Path
    now: datetime

    def erase(self, actor: Actor | None = None, reason: str = REASON, typed: str = "") -> list[str]:
        actor = actor or self.admin
        keys = erase_person(self.session, actor, self.user.id, reason, typed or self.user.email, now=self.now)
        self.session.expire_all()
        return keys


def _w(words: str) -> str:
    return f"{words} {MARK}."


@pytest.fixture
def case(session: Session, now: datetime, tmp_path: Path) -> Case:
    room = make_class(session, now)
    user = session.get_one(User, room.author.user_id)
    user.given_name, user.family_name, user.sort_key = f"Amber{MARK}", MARK, MARK.lower()
    user.email = f"amber.{MARK}@school.example".lower()
    admin = make_user(session, "Bo", "Beheer")
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.flush()
    case = Case(session, room, user, actor_of(session, admin), Files(str(tmp_path)), tmp_path, now)
    _write(case)
    _take_part(case)
    _work_as_trainer(case)
    _everywhere_else(case)
    session.flush()
    return case


def _write(case: Case) -> None:
    session, room, now = case.session, case.room, case.now
    answers = {"bereiken": _w("Ik wilde kijken naar"), "gezien": _w("Ze lachten om")}
    version = make_submitted(session, room.author, now, title=_w("Titel"), answers=answers)
    reflection = session.get_one(Reflection, version.reflection_id)
    attach(session, room.author, reflection.activity_id, now, make_photo(), f"{MARK}.jpg", case.files)
    session.execute(sa.update(Attachment).values(description=MARK))
    given = give_feedback(session, room.peer, version, now)
    comment = Comment(
        version_id=version.id,
        author_id=room.peer.user_id,
        prompt="gezien",
        quote=_w("Ze lachten om"),
        prefix=MARK,
        suffix=MARK,
        body="Waarom lachten ze?",
        created_at=now - timedelta(minutes=1),
    )
    session.add(comment)
    given.read_at = now
    session.flush()
    given.thanks, given.thanked_at = _w("Dank je"), now
    given.helpfulness, given.rated_at, given.helpfulness_note = "helped", now, _w("Hier")
    session.flush()
    review(session, room.trainer, version, now, "return", "Vertel meer over de studenten.")
    submit(session, reflection, now, gezien=_w("En daarna"))
    reflection.draft = {"gezien": _w("Nog een zin")}
    example = make_example(session, case.user, now, state="draft", title=_w("Concept"), context=_w("Waar"))
    promotion = Promotion(example_id=example.id, source_reflection_id=reflection.id, created_at=now)
    shared = make_example(session, make_user(session), now)
    other = Promotion(example_id=shared.id, source_reflection_id=reflection.id, created_at=now)
    session.add_all([promotion, other])
    session.flush()
    session.add_all(
        PromotionConsent(promotion_id=other.id, passages=[_w("Citaat")], asked_at=now, **who)
        for who in ({"outside_name": MARK}, {"outside_name": f"{MARK} 2"}, {"person_id": case.user.id})
    )
    make_adoption(session, shared, case.user, now).note = _w("Ging zo bij")
    session.add(
        Conversation(
            user_id=case.user.id,
            held_on=now.date(),
            figure="board",
            topic_code="1.1",
            notes=_w("Gesproken met"),
            agreements=_w("Afspraak"),
            created_at=now,
        )
    )


def _take_part(case: Case) -> None:
    session, room, now = case.session, case.room, case.now
    session.execute(sa.update(Affiliation).where(Affiliation.user_id == case.user.id).values(job_title=MARK))
    make_profile(session, case.user, now).about = _w("Ik ben")
    thread = make_thread(session, room.author, now, _w("Wie kent"), title=_w("Vraag"))
    reply(session, room.peer, thread, now, "Ik weet het.")
    meeting = make_meeting(session, room.cohort, now + timedelta(days=3))
    enrolment_id = room.author.id
    edition = session.get_one(Edition, room.cohort.edition_id)
    activity = list_activities(session, edition)[0]
    session.add_all(
        [
            SignOff(
                meeting_id=meeting.id,
                enrolment_id=enrolment_id,
                reason=_w("Ziek"),
                signed_off_at=now,
                starts_at=meeting.starts_at,
            ),
            Extension(
                enrolment_id=enrolment_id,
                activity_id=activity.id,
                due_at=now,
                reason=_w("Ziek"),
                granted_at=now,
            ),
            ActivityCompletion(
                enrolment_id=enrolment_id, activity_id=activity.id, completed_at=now, evidence_kind="reading"
            ),
            CompletionOverride(
                enrolment_id=enrolment_id, activity_id=activity.id, reason=_w("Op papier"), made_at=now
            ),
            OwnHours(
                user_id=case.user.id,
                done_on=now.date(),
                kind="course",
                words=_w("Studiedag"),
                quarters=2,
                written_at=now,
                previous={"words": _w("Eerder")},
            ),
            JoinRequest(
                cohort_id=room.cohort.id,
                user_id=case.user.id,
                **dict.fromkeys(("given_name", "particle", "family_name", "institution_text"), MARK),
                email=case.user.email,
                job_title=MARK,
                motivation=_w("Omdat"),
                state="approved",
                requested_at=now,
                decided_at=now,
            ),
        ]
    )
    make_notice(session, case.user, now)
    make_passkey(session, case.user, now, _w("Telefoon"))
    sign_in_session(session, case.user)
    record_audit(
        session, case.admin, "read_on_behalf", "user", case.user.id, {"reason": _w("Vraag van")}, now=now
    )
    record_audit(
        session, case.admin, "waiting_moved_up", "enrolment", enrolment_id, {"reason": MARK}, now=now
    )


def _work_as_trainer(case: Case) -> None:
    """The same person trains another cohort: what they made there for others stays, what is their own goes."""
    session, now = case.session, case.now
    version = make_submitted(session, case.room.peer, now)
    session.add_all(
        [
            ReviewPhrase(user_id=case.user.id, title=MARK, text=_w("Mooi"), position=1),
            TrainerAbsence(user_id=case.user.id, starts_on=now.date(), ends_on=now.date(), made_at=now),
            HandOver(
                reflection_id=version.reflection_id,
                from_id=case.user.id,
                to_id=case.room.trainer.user_id,
                note=_w("Kijk jij"),
                made_at=now,
            ),
            Review(version_id=version.id, reviewer_id=case.user.id, message=_w("Concept"), saved_at=now),
        ]
    )
    calibration = Calibration(
        cohort_id=case.room.cohort.id, version_id=version.id, opened_by_id=case.user.id, opened_at=now
    )
    session.add(calibration)
    session.flush()
    session.add(
        CalibrationJudgement(
            calibration_id=calibration.id, trainer_id=case.user.id, asked_at=now, note=_w("Twijfel")
        )
    )


def _everywhere_else(case: Case) -> None:
    """The columns that no use case above fills, so that every column with words has the mark in it once."""
    session, room, now, user = case.session, case.room, case.now, case.user
    user.name_particle = MARK
    session.execute(sa.update(Profile).values(contact=MARK))
    session.execute(sa.update(SignInSession).values(device=MARK, address=MARK))
    old, wanted = (f"{which}.{MARK}@school.example".lower() for which in ("oud", "nieuw"))
    make_token(session, user, TokenPurpose.ADDRESS_PROOF, now, address=wanted)
    session.add_all(
        [
            EmailChange(user_id=user.id, old_email=old, changed_at=now),
            InstitutionAccount(
                user_id=user.id,
                provider="surf",
                issuer="https://surf.example",
                subject=MARK,
                organisation="School",
                created_at=now,
            ),
            MailBounce(
                address=user.email,
                user_id=user.id,
                report="r1",
                kind="hard",
                code="550",
                source="smtp",
                at=now,
            ),
            AddressSuspension(address=user.email, user_id=user.id, since=now),
            PushSubscription(
                user_id=user.id,
                endpoint=f"https://push.example/{MARK}",
                endpoint_hash=b"erased",
                p256dh=MARK,
                auth=MARK,
                device=MARK,
                created_at=now,
            ),
        ]
    )
    archived = make_example(session, user, now, title=_w("Oud"), tags=[MARK])
    archived.state = "archived"
    for name in ("summary", "context", "goal", "approach", "result", "learned", "conditions"):
        setattr(archived, name, _w(name))
    theirs = make_submitted(session, room.other_peer, now)
    changed = give_feedback(session, room.author, theirs, now)
    version = session.scalars(
        sa.select(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id == room.peer.id)
    ).one()
    draft = {"answers": {"top": _w("Nog niet verstuurd")}, "revision": 1, "saved_at": now}
    remark = {"prompt": "gezien", "body": _w("Nog niet"), "created_at": now}
    session.add_all(
        [
            PeerFeedback(version_id=version.id, giver_id=room.author.id, **draft),
            Comment(version_id=version.id, author_id=user.id, **remark),
        ]
    )
    changed.rewrite = {"answers": {"top": _w("Anders")}, "criteria": {}}
    post = session.scalars(sa.select(Post).where(Post.author_id == user.id)).first()
    assert post is not None
    post.state, post.hidden_reason, post.hidden_by_id = "hidden", _w("Om"), room.trainer.user_id
    _certify(case)
    _ask_attention(case)
    _ask_reports(case)


def _ask_attention(case: Case) -> None:
    """A signal about them that was set aside, and two calls: one about them, and one about their institution with them."""
    room, now = case.room, case.now
    about = {"enrolment_id": room.author.id, "cohort_id": room.cohort.id}
    rule = {"rule": "not_handed_in", "cause": "2026-10-01"}
    institution_id = case.session.scalars(
        sa.select(Affiliation.institution_id).where(Affiliation.user_id == case.user.id)
    ).first()
    case.session.add_all(
        [
            RiskSignal(**about, **rule, since=now.date(), values={"missing": 3}, opened_at=now, seen_at=now),
            RiskDismissal(**about, **rule, reason=_w("Is op reis, zei"), dismissed_at=now),
            CallNote(**about, spoke_with=MARK, words=_w("We spraken met"), called_at=now),
            CallNote(
                institution_id=institution_id,
                spoke_with=f"{case.user.given_name} {MARK}, teamleider",
                words="Ze zoeken een andere dag.",
                called_at=now,
            ),
        ]
    )


def _ask_reports(case: Case) -> None:
    """A report they asked for, which comes every week."""
    kept = {"user_id": case.user.id, "kind": "people", "locale": "nl", "role": "organiser", "format": "csv"}
    kept |= {"query": f"naam={MARK}", "title": _w("Deelnemers van")}
    weekly = Subscription(**kept, next_on=case.now.date(), created_at=case.now)
    report = Report(**kept, name=f"{MARK}.csv", figures={MARK: 1}, before={MARK: 2}, asked_at=case.now)
    case.session.add_all([weekly, report])


def _certify(case: Case) -> None:
    """A certificate of theirs, given by hand and withdrawn, with the name on it."""
    certificate = Certificate(
        enrolment_id=case.room.author.id,
        edition_id=case.room.cohort.edition_id,
        code="0" * 20,
        issued_at=case.now,
        issuer="Netwerk",
        programme_title=MARK,
        programme_title_en=MARK,
        hours=40,
        language="nl",
        basis={"terms": MARK},
        issue_reason=_w("Was ziek, zei"),
        revoked_at=case.now,
        revoke_reason=_w("Een vergissing, zei"),
        badge_wanted_at=case.now,
        badge_account=f"{MARK}@roc.example",
    )
    case.session.add(certificate)
    case.session.flush()
    name = CertificateDocument(
        certificate_id=certificate.id, number=1, name=f"Amber {MARK}", made_at=case.now
    )
    name.reason = _w("Zo heet")
    case.session.add(name)


def found(session: Session) -> Iterator[str]:
    """Where in the database the mark stands: every column of every table that can hold a text."""
    session.flush()
    for table in load_metadata().sorted_tables:
        for column in table.columns:
            there = sa.cast(column, sa.Text).ilike(f"%{MARK}%")
            if session.scalar(sa.select(sa.func.count()).select_from(table).where(there)):
                yield f"{table.name}.{column.name}"


def test_before_erasing_the_mark_stands_in_many_places(case: Case) -> None:
    places = set(found(case.session))
    assert {
        "user.email",
        "reflection_version.answers",
        "comment.quote",
        "attachment.name",
        "discussion_post.body",
        "peer_feedback.thanks",
        "conversation.notes",
        "practice_example.context",
        "promotion_consent.passages",
        "promotion_consent.outside_name",
        "join_request.motivation",
        "audit_event.details",
        "review_phrase.text",
        "calibration_judgement.note",
        "hand_over.note",
        "review.message",
        "meeting_sign_off.reason",
        "extension.reason",
        "profile.about",
        "passkey.name",
        "adoption.note",
        "affiliation.job_title",
    } <= places


def test_every_column_with_words_is_planted_or_named(case: Case) -> None:
    """A new column fails here until it is planted above, or named with a reason in columns.py."""
    planted, known = set(found(case.session)), list_word_columns()
    assert known - planted - set(OF_OTHERS) == set()
    assert set(OF_OTHERS) <= known, "named, and not there"


def test_an_example_that_nobody_reads_any_more_loses_its_words_and_one_in_the_library_its_name(
    case: Case,
) -> None:
    shared = make_example(case.session, case.user, case.now, title="Meekijken")
    mine = sa.select(PracticeExample).where(PracticeExample.author_id == case.user.id)
    back = make_example(case.session, case.user, case.now, title="Teruggenomen", state="draft")
    back.published_at = case.now
    case.erase()
    left = {one.id: one for one in case.session.scalars(mine)}
    assert (left[shared.id].title, left[shared.id].result) == ("Meekijken", "Tekst bij result.")
    for one in left.values():
        if one.id != shared.id:
            assert (one.title, one.summary, one.result, one.tags) == ("", "", "", [])
    assert back.id in left, "what others wrote about it hangs on it"


def test_after_erasing_it_stands_nowhere_nor_in_storage(case: Case) -> None:
    keys = case.erase()
    assert keys
    case.files.delete(keys)
    assert list(found(case.session)) == []
    assert [path for path in case.folder.rglob("*") if path.is_file()] == []


def test_others_comments_stay_readable_at_text_that_is_gone(case: Case) -> None:
    case.erase()
    session = case.session
    remark = session.scalars(sa.select(Comment).where(Comment.body == "Waarom lachten ze?")).one()
    assert (remark.quote, remark.prefix, remark.suffix) == (ERASED_QUOTE, "", "")
    version = session.get_one(ReflectionVersion, remark.version_id)
    assert set(version.answers) == {"bereiken", "gezien"}
    assert set(version.answers.values()) == {ERASED_TEXT}
    given = session.scalars(sa.select(PeerFeedback).where(PeerFeedback.version_id == version.id)).one()
    assert given.answers["top"] == "Je kijkt precies."
    assert (given.thanks, given.helpfulness) == (ERASED_TEXT, "helped")
    message = session.scalars(sa.select(Review.message).where(Review.version_id == version.id)).one()
    assert message == "Vertel meer over de studenten."
    posts = session.scalars(sa.select(Post).order_by(Post.number)).all()
    assert [(post.state, post.body) for post in posts] == [("erased", ""), ("shown", "Ik weet het.")]


def test_what_they_gave_stays_with_the_receiver_without_a_name(case: Case, now: datetime) -> None:
    places = PeerFeedback.giver_id == case.room.author.id
    given = case.session.scalars(
        sa.select(PeerFeedback).where(places, PeerFeedback.sent_at.is_not(None))
    ).one()
    sent = Comment(
        version_id=given.version_id,
        author_id=case.user.id,
        prompt="gezien",
        body="Mooi gezien.",
        created_at=now - timedelta(minutes=1),
    )
    case.session.add(sent)
    case.erase()
    assert case.session.get_one(PeerFeedback, given.id).answers["tip"] == "Noem het doel."
    assert case.session.get_one(Comment, sent.id).body == "Mooi gezien."
    assert case.session.get_one(User, case.user.id).full_name == ERASED_NAME


def test_facts_and_figures_stay(case: Case) -> None:
    session, enrolment_id = case.session, case.room.author.id
    facts = sa.select(ActivityCompletion).where(ActivityCompletion.enrolment_id == enrolment_id)
    before = [(one.activity_id, one.completed_at) for one in session.scalars(facts)]
    affiliation_id = case.room.author.affiliation_id
    case.erase()
    assert [(one.activity_id, one.completed_at) for one in session.scalars(facts)] == before != []
    enrolment = session.get_one(Enrolment, enrolment_id)
    assert (enrolment.state, enrolment.affiliation_id) == ("withdrawn", affiliation_id)


def test_a_completed_place_and_a_shared_example_stay(case: Case, now: datetime) -> None:
    case.session.execute(
        sa.update(Enrolment)
        .where(Enrolment.id == case.room.author.id)
        .values(state="completed", completed_at=now)
    )
    shared = make_example(case.session, case.user, now, title="Samen kijken")
    case.erase()
    assert case.session.get_one(Enrolment, case.room.author.id).state == "completed"
    kept = case.session.get_one(PracticeExample, shared.id)
    assert (kept.title, kept.author_id) == ("Samen kijken", case.user.id)


def test_nobody_waits_for_a_text_that_is_gone(case: Case) -> None:
    case.erase()
    own = sa.select(Reflection).where(Reflection.enrolment_id == case.room.author.id)
    reflection = case.session.scalars(own).one()
    assert (reflection.state, reflection.reviewer_id, reflection.for_trainer_at) == ("withdrawn", None, None)


def test_the_account_is_closed_for_good(case: Case, now: datetime) -> None:
    case.erase()
    user = case.session.get_one(User, case.user.id)
    assert (user.password_hash, user.erased_at) == (None, now)
    assert user.deactivated_at is not None
    assert case.session.query(SignInSession).filter_by(user_id=user.id).count() == 0
    with pytest.raises(Conflict, match="erased"):
        reactivate_user(case.session, case.admin, user.id, now=now)
    with pytest.raises(Conflict, match="erased"):
        case.erase()


def test_the_log_says_that_and_why(case: Case) -> None:
    case.erase()
    event = case.session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "person_erased")).one()
    assert (event.actor_id, event.subject_id) == (case.admin.user_id, case.user.id)
    assert event.details == {"reason": REASON}


@pytest.mark.parametrize("who", ["author", "peer", "trainer"])
def test_only_an_admin_erases(case: Case, who: str) -> None:
    with pytest.raises(Forbidden):
        case.erase(actor_of(case.session, getattr(case.room, who)))


def test_an_admin_does_not_erase_themselves(case: Case, now: datetime) -> None:
    assert case.admin.user_id is not None
    admin = case.session.get_one(User, case.admin.user_id)
    with pytest.raises(Forbidden):
        erase_person(case.session, case.admin, admin.id, REASON, admin.email, now=now)
    with pytest.raises(NotFound):
        erase_person(case.session, case.admin, case.room.author.id, REASON, "x", now=now)
    with pytest.raises(Conflict, match="last_admin"):
        erase_person(case.session, SYSTEM, admin.id, REASON, admin.email, now=now)


@pytest.mark.parametrize(
    ("reason", "typed", "problem"),
    [
        ("kort", "", "reason: short"),
        (f"verzoek van {MARK} zelf", "", "reason: names"),
        (REASON, "iemand@anders.example", "typed: differs"),
    ],
)
def test_a_slip_erases_nothing(case: Case, reason: str, typed: str, problem: str) -> None:
    before = set(found(case.session))
    with pytest.raises(Invalid, match=problem):
        case.erase(reason=reason, typed=typed)
    assert set(found(case.session)) == before


def test_a_version_stays_as_it_is_after_erasing_too(case: Case) -> None:
    """The permission to change facts ends with the erasing."""
    case.erase()
    version = case.session.scalars(sa.select(ReflectionVersion)).first()
    assert version is not None
    version.answers = {"gezien": "Toch nog iets."}
    with pytest.raises(sa.exc.IntegrityError, match="stays as it is"):
        case.session.flush()


def test_a_save_that_was_under_way_does_not_bring_words_back(session: Session, now: datetime) -> None:
    """It read which revision it writes over, waits for the erasure, and goes on afterwards."""
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    before = reflection.draft_revision
    erase_coursework(session, room.author.user_id)
    session.refresh(reflection)
    assert (reflection.draft, reflection.draft_revision) == ({}, before + 1)
