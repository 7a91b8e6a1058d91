"""From reflection to practice example: what is kept, who is asked, and that nothing is shared without their yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.coursework import personal_data
from peergang.coursework.actions.erasing import erase_coursework
from peergang.coursework.actions.promotion import (
    answer_consent,
    ask_consent,
    check_consents,
    promote_reflection,
    settle_myself,
)
from peergang.coursework.models import Promotion, PromotionConsent, Reflection
from peergang.coursework.queries.promotion import get_asked, get_own_promotion, list_asked, list_standings
from peergang.coursework.rules.consent import Consent
from peergang.identity.models import User
from peergang.practice.actions.writing import before_sharing, delete_draft, publish_example, save_example
from peergang.practice.models import PracticeExample
from tests.factories.coursework import (
    Class,
    actor_of,
    give_feedback,
    make_class,
    make_submitted,
    review,
)

before_sharing(check_consents)

TEXTS = {
    "title": "Meekijken in tien minuten",
    "summary": "Twee docenten keken bij elkaar.",
    "context": "Niemand zag elkaars lessen.",
    "approach": "Spreek één vraag af.",
    "result": "Het werkte.",
    "learned": "Begin klein.",
}
QUOTE = "Vertel de volgende keer ook hoe de studenten daarop reageerden."


@dataclass
class Case:
    room: Class
    reflection_id: UUID
    author: Actor
    session: Session
    now: datetime

    def promote(self, **texts: str) -> PracticeExample:
        return promote_reflection(
            self.session, self.author, self.reflection_id, TEXTS | texts, no_student_data=True, now=self.now
        )

    def states(self, example: PracticeExample) -> dict[str, Consent]:
        found = get_own_promotion(self.session, self.author, example.id)
        return {one.who.name: one.state for one in list_standings(self.session, found[1], found[0])}

    def publish(self, example: PracticeExample) -> PracticeExample:
        return publish_example(self.session, self.author, example.id, no_student_data=True, now=self.now)

    def answer(self, who: object, answer: str) -> None:
        actor = actor_of(self.session, who)
        [asked] = list_asked(self.session, actor)
        stamp = asked.asked_at.isoformat()
        answer_consent(self.session, actor, asked.consent_id, answer, asked_at=stamp, now=self.now)


@pytest.fixture
def case(session: Session, now: datetime) -> Case:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    give_feedback(session, room.peer, version, now)
    review(session, room.trainer, version, now, message=QUOTE)
    peer = session.get_one(User, room.peer.user_id)
    peer.given_name, peer.name_particle, peer.family_name = "Bilal", "", "Zandstra"
    session.flush()
    return Case(room, version.reflection_id, actor_of(session, room.author), session, now)


def name(case: Case, enrolment: object) -> str:
    return case.session.get_one(User, enrolment.user_id).full_name  # type: ignore[attr-defined]


def test_it_becomes_a_draft_that_remembers_where_it_came_from(case: Case) -> None:
    before = vars(case.session.get_one(Reflection, case.reflection_id)).copy()
    example = case.promote()
    [promotion] = case.session.scalars(select(Promotion))
    assert (promotion.example_id, promotion.source_reflection_id) == (example.id, case.reflection_id)
    assert example.state == "draft"
    case.session.refresh(case.session.get_one(Reflection, case.reflection_id))
    after = vars(case.session.get_one(Reflection, case.reflection_id))
    assert {key: after[key] for key in ("state", "audience", "draft")} == {
        key: before[key] for key in ("state", "audience", "draft")
    }, "the reflection stays for whom its author chose"


def test_only_the_author_and_only_what_was_approved(case: Case) -> None:
    for other in (case.room.peer, case.room.trainer):
        with pytest.raises(Forbidden):
            promote_reflection(
                case.session,
                actor_of(case.session, other),
                case.reflection_id,
                TEXTS,
                no_student_data=True,
                now=case.now,
            )
    second = make_submitted(case.session, case.room.outside, case.now)
    with pytest.raises(Forbidden):
        promote_reflection(
            case.session,
            actor_of(case.session, case.room.outside),
            second.reflection_id,
            TEXTS,
            no_student_data=True,
            now=case.now,
        )


def test_the_author_has_to_have_looked(case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        promote_reflection(
            case.session, case.author, case.reflection_id, {}, no_student_data=False, now=case.now
        )
    assert refused.value.problems == {
        "title": "title_missing",
        "take": "nothing_taken",
        "no_student_data": "not_looked",
    }


def test_without_others_it_is_shared_at_once(case: Case) -> None:
    assert case.publish(case.promote()).state == "published"


def test_words_of_a_trainer_wait_for_a_yes(case: Case) -> None:
    example = case.promote(learned=f"Mijn trainer schreef: {QUOTE}")
    assert case.states(example) == {name(case, case.room.trainer): Consent.OPEN}
    with pytest.raises(Invalid, match="consent_open"):
        case.publish(example)
    ask_consent(case.session, case.author, example.id, case.room.trainer.user_id, now=case.now)
    with pytest.raises(Invalid, match="consent_open"):
        case.publish(example)
    case.answer(case.room.trainer, "yes")
    assert case.publish(example).state == "published"


def test_a_no_is_respected_until_the_words_are_gone(case: Case) -> None:
    example = case.promote(learned=f"Mijn trainer schreef: {QUOTE}")
    ask_consent(case.session, case.author, example.id, case.room.trainer.user_id, now=case.now)
    case.answer(case.room.trainer, "no")
    with pytest.raises(Invalid, match="consent_refused"):
        case.publish(example)
    save_example(case.session, case.author, example.id, {"learned": "Begin klein."}, revision=0, now=case.now)
    assert case.publish(example).state == "published"


def test_a_no_is_not_asked_away(case: Case) -> None:
    example = case.promote(learned=f"Mijn trainer schreef: {QUOTE}")
    trainer = case.room.trainer.user_id
    ask_consent(case.session, case.author, example.id, trainer, now=case.now)
    case.answer(case.room.trainer, "no")
    ask_consent(case.session, case.author, example.id, trainer, now=case.now)
    assert set(case.states(example).values()) == {Consent.REFUSED}
    for answer in ("yes", "asked_myself", "not_meant"):
        with pytest.raises(Conflict):
            settle_myself(case.session, case.author, example.id, trainer, answer, now=case.now)


def test_other_words_are_asked_about_again(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    case.answer(case.room.peer, "yes")
    case.publish(example)
    with pytest.raises(Invalid, match="consent_open"), case.session.begin_nested():
        save_example(
            case.session,
            case.author,
            example.id,
            {"context": "Bilal Zandstra snapte er niets van."},
            revision=0,
            now=case.now,
        )
    case.session.refresh(example)
    assert example.context == "Bilal Zandstra dacht mee.", "what is shared stays what was agreed"


def test_who_comes_back_on_it_takes_it_out_of_the_library(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    case.answer(case.room.peer, "yes")
    case.publish(example)
    case.answer(case.room.peer, "no")
    assert example.state == "draft"
    with pytest.raises(Invalid, match="consent_refused"):
        case.publish(example)


def test_an_answer_is_about_the_words_that_were_read(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    peer = actor_of(case.session, case.room.peer)
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    [first] = list_asked(case.session, peer)
    save_example(
        case.session,
        case.author,
        example.id,
        {"context": "Bilal Zandstra lachte ons uit."},
        revision=0,
        now=case.now,
    )
    with pytest.raises(Conflict, match="asked_lately"):
        ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    later = case.now + timedelta(hours=1)
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=later)
    with pytest.raises(Conflict, match="consent_changed"):
        answer_consent(
            case.session, peer, first.consent_id, "yes", asked_at=first.asked_at.isoformat(), now=later
        )
    assert get_asked(case.session, peer, first.consent_id).passages == ["Bilal Zandstra lachte ons uit."]


def test_a_first_name_may_be_somebody_elses_but_a_whole_name_is_not(case: Case) -> None:
    example = case.promote(context="Bilal hielp ons op weg.")
    settle_myself(case.session, case.author, example.id, case.room.peer.user_id, "not_meant", now=case.now)
    assert list_asked(case.session, actor_of(case.session, case.room.peer)) == [], "it is not about them"
    exported = personal_data.export(case.session, case.room.peer.user_id)
    assert exported["consents_answered"] == [], "nor does their export tell what somebody else wrote"
    assert set(case.states(example).values()) == {Consent.GIVEN}
    save_example(
        case.session,
        case.author,
        example.id,
        {"context": "Bilal Zandstra hielp ons op weg."},
        revision=0,
        now=case.now,
    )
    with pytest.raises(Conflict, match="answers_themselves"):
        settle_myself(
            case.session, case.author, example.id, case.room.peer.user_id, "not_meant", now=case.now
        )


def test_of_who_is_not_in_the_network_the_author_says_so(case: Case) -> None:
    example = case.promote(context="Collega Karin zei dat ze het durfde.")
    assert case.states(example) == {"Karin": Consent.OPEN}
    with pytest.raises(Invalid, match="consent_open"):
        case.publish(example)
    settle_myself(case.session, case.author, example.id, "Karin", "asked_myself", now=case.now)
    assert case.publish(example).state == "published"


def test_nobody_else_asks_or_answers(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    peer, trainer = (actor_of(case.session, one) for one in (case.room.peer, case.room.trainer))
    with pytest.raises(NotFound):
        ask_consent(case.session, peer, example.id, case.room.peer.user_id, now=case.now)
    with pytest.raises(NotFound):
        ask_consent(case.session, case.author, example.id, case.room.other_peer.user_id, now=case.now)
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    [asked] = list_asked(case.session, peer)
    for other in (trainer, case.author):
        with pytest.raises(NotFound):
            answer_consent(
                case.session,
                other,
                asked.consent_id,
                "yes",
                asked_at=asked.asked_at.isoformat(),
                now=case.now,
            )


def test_words_that_were_the_authors_first_are_nobody_elses(case: Case) -> None:
    answers = {"bereiken": QUOTE, "gezien": "Dat zei ik zelf."}
    version = make_submitted(case.session, case.room.outside, case.now, answers=answers, audience="trainer")
    review(case.session, case.room.trainer, version, case.now, message=f"Je schrijft: {QUOTE}")
    example = promote_reflection(
        case.session,
        actor_of(case.session, case.room.outside),
        version.reflection_id,
        TEXTS | {"learned": QUOTE},
        no_student_data=True,
        now=case.now,
    )
    assert check_consents(case.session, example) == {}


def test_a_draft_thrown_away_takes_its_questions_along(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    ask_consent(case.session, case.author, example.id, case.room.peer.user_id, now=case.now)
    delete_draft(case.session, case.author, example.id)
    assert case.session.scalars(select(PromotionConsent)).all() == []


def test_who_said_no_is_left_in_peace_for_a_month_whatever_comma_changes(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    peer = case.room.peer.user_id
    ask_consent(case.session, case.author, example.id, peer, now=case.now)
    case.answer(case.room.peer, "no")
    other = {"context": "Bilal Zandstra, dacht mee."}
    save_example(case.session, case.author, example.id, other, revision=0, now=case.now)
    assert set(case.states(example).values()) == {Consent.CHANGED}
    for days in (0, 29):
        with pytest.raises(Conflict, match="asked_lately"):
            ask_consent(case.session, case.author, example.id, peer, now=case.now + timedelta(days=days))
    assert case.session.scalars(select(PromotionConsent.answer)).all() == ["no"]
    ask_consent(case.session, case.author, example.id, peer, now=case.now + timedelta(days=30))
    assert set(case.states(example).values()) == {Consent.ASKED}


def test_who_is_gone_is_not_asked_any_more(case: Case) -> None:
    example = case.promote(context="Bilal Zandstra dacht mee.")
    peer = case.session.get_one(User, case.room.peer.user_id)
    ask_consent(case.session, case.author, example.id, peer.id, now=case.now)
    peer.deactivated_at = case.now
    case.session.flush()
    assert set(case.states(example).values()) == {Consent.AWAY}
    with pytest.raises(Invalid, match="consent_away"):
        case.publish(example)
    asked_at = case.session.scalar(select(PromotionConsent.asked_at))
    ask_consent(case.session, case.author, example.id, peer.id, now=case.now + timedelta(days=90))
    assert case.session.scalar(select(PromotionConsent.asked_at)) == asked_at
    save_example(
        case.session, case.author, example.id, {"context": "Een collega dacht mee."}, revision=0, now=case.now
    )
    assert case.publish(example).state == "published"


def test_a_yes_outlives_who_said_it_and_no_word_of_it_is_kept(case: Case) -> None:
    example = case.promote(learned=f"Mijn trainer schreef: {QUOTE}")
    trainer = case.room.trainer.user_id
    ask_consent(case.session, case.author, example.id, trainer, now=case.now)
    case.answer(case.room.trainer, "yes")
    case.publish(example)
    case.session.get_one(User, trainer).deactivated_at = case.now
    erase_coursework(case.session, trainer)
    assert QUOTE not in str(case.session.scalars(select(PromotionConsent.passages)).all())
    more = {"context": "Het speelde op maandag."}
    save_example(case.session, case.author, example.id, more, revision=0, now=case.now)
    with pytest.raises(Invalid, match="consent_away"):
        save_example(
            case.session,
            case.author,
            example.id,
            {"learned": f"Hij vond het niets: {QUOTE}"},
            revision=1,
            now=case.now,
        )
