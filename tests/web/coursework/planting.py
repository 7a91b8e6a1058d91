"""A world in which one word stands wherever somebody can write about a reflection: see test_marker.py."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from peergang.coursework.actions.attachments import describe_attachments
from peergang.coursework.actions.calibration import JudgementText, open_calibration, save_judgement
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.actions.phrases import add_phrase
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.actions.submission import change_audience, submit_reflection
from peergang.coursework.actions.thanking import rate_feedback, thank_for_feedback
from peergang.coursework.models import PromotionConsent, Reflection, ReflectionVersion
from peergang.coursework.queries.feedback_task import find_own_feedback
from peergang.coursework.rules.anchors import Quote
from peergang.coursework.rules.drafts import DraftText
from peergang.discussion.actions.posting import Draft, add_reply, start_thread
from peergang.practice.models import PracticeExample
from tests.factories import coursework
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import actor_of, find_activity
from tests.factories.files import attach, make_pdf
from tests.house.test_routes import MODULES
from tests.house.world import build_world

MARKER = "Xylofoonkrekel"


class Planted:
    """The small world of the house, with the word in everything of its participant's reflection."""

    def __init__(self, session: Session, now: datetime) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for slug, text in coursework.ANSWERS.items():
                patch.setitem(coursework.ANSWERS, slug, f"{text} {MARKER}!")
            self.world = build_world(session, now)
            for module in MODULES.values():
                if hasattr(module, "extend"):
                    module.extend(self.world)
        self.session, self.now = session, now
        self.colleague = make_trainer(session, self.world.cohort)
        people = self.world.enrolments
        self.author, self.peer = (actor_of(session, people[name]) for name in ("participant", "peer"))
        self.trainer, self.second = (actor_of(session, one) for one in (people["trainer"], self.colleague))
        self.id: UUID = self.world.args["reflection_id"]
        self.activity_id = find_activity(session, self.world.cohort).id
        self.write()
        self.talk()
        self.promote()
        session.commit()

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def save(self, title: str, words: str) -> int:
        revision = self.session.get_one(Reflection, self.id, populate_existing=True).draft_revision
        text = DraftText(title, "cohort", dict.fromkeys(coursework.ANSWERS, words))
        saved = save_draft(
            self.session, self.author, self.activity_id, text, expected_revision=revision, now=self.tick()
        )
        return saved.revision

    def submit(self, words: str) -> ReflectionVersion:
        revision = self.save(f"Titel {MARKER}", words)
        return submit_reflection(
            self.session, self.author, self.id, expected_revision=revision, now=self.tick()
        )

    def give(self, version: ReflectionVersion, words: str, *, send: bool) -> UUID:
        seen = {one: {"seen": "clearly", "where": words} for one in ("situatie", "rol")}
        before = find_own_feedback(self.session, version.id, self.world.enrolments["peer"].id)
        revision = save_feedback(
            self.session,
            self.peer,
            version.id,
            {"top": words, "tip": words},
            seen,
            expected_revision=before.revision,
            now=self.tick(),
        )
        if send:
            send_feedback(self.session, self.peer, version.id, expected_revision=revision, now=self.tick())
        found = find_own_feedback(self.session, version.id, self.world.enrolments["peer"].id)
        assert found.feedback_id is not None
        return found.feedback_id

    def review(self, version: ReflectionVersion, decision: str, *, send: bool) -> None:
        text = ReviewText(decision, {"rol": "yes"}, f"{MARKER} lees ik graag.")
        revision = save_review(
            self.session, self.trainer, self.id, version.id, text, expected_revision=0, now=self.tick()
        )
        if send:
            send_review(self.session, self.trainer, self.id, expected_revision=revision, now=self.tick())

    def write(self) -> None:
        """Two versions and a draft, with all that peers and trainers say about them."""
        session, actor = self.session, self.author
        change_audience(session, actor, self.id, "cohort", now=self.tick())
        photo = attach(
            session,
            self.world.enrolments["participant"],
            self.activity_id,
            self.tick(),
            make_pdf(b"meer"),
            f"{MARKER}.pdf",
        )
        describe_attachments(session, actor, self.id, {photo.id: f"Bord met {MARKER}"}, now=self.tick())
        first = self.submit(f"Eerst zag ik de {MARKER} in de klas.")
        quote = Quote(MARKER)
        add_comment(session, self.peer, first.id, "gezien", quote, f"{MARKER}?", now=self.tick())
        feedback_id = self.give(first, f"Sterk: {MARKER}", send=True)
        mark_reactions_read(session, actor, self.id, now=self.tick())
        rate_feedback(session, actor, feedback_id, "helped", f"Door {MARKER}", now=self.tick())
        thank_for_feedback(session, actor, feedback_id, f"Dank voor {MARKER}", now=self.tick())
        add_comment(session, self.trainer, first.id, "gezien", quote, f"Welke {MARKER}?", now=self.tick())
        self.review(first, "return", send=True)
        latest = self.submit(f"Daarna hoorde ik de {MARKER} buiten.")
        self.give(latest, f"Weer {MARKER}", send=True)
        self.give(latest, f"Of liever {MARKER}", send=False)
        self.judge()
        self.review(latest, "approve", send=False)
        add_comment(session, self.trainer, latest.id, "gezien", quote, f"Ah, {MARKER}", now=self.tick())
        hand_over_review(
            session, self.trainer, self.id, self.second.user_id, f"Iets met {MARKER}", now=self.tick()
        )
        self.save(f"Concept {MARKER}", f"Een concept over {MARKER}.")
        self.world.args |= {
            "version_id": latest.id,
            "latest_version_id": latest.id,
            "attachment_id": photo.id,
            "received_feedback_id": feedback_id,
        }

    def judge(self) -> None:
        """A sample, and a phrase of one's own."""
        sample = open_calibration(
            self.session,
            self.trainer,
            self.id,
            [self.second.user_id],
            now=self.tick(),  # type: ignore[list-item]
        )
        judged = JudgementText({"rol": "yes"}, "approve", f"Om {MARKER}")
        save_judgement(self.session, self.trainer, sample, judged, send=True, now=self.tick())
        add_phrase(self.session, self.trainer, f"Over {MARKER}", f"Noem de {MARKER}.")
        self.world.args["calibration_id"] = sample

    def talk(self) -> None:
        """What the cohort says to each other."""
        people, cohort = self.world.people, self.world.cohort
        words = Draft(f"Wie zag de {MARKER}?", [people["peer"].id], f"Over {MARKER}")
        module_id = self.world.args["talk_module_id"]
        talk = start_thread(
            self.session, self.author, words, cohort_id=cohort.id, module_id=module_id, now=self.tick()
        )
        reply = Draft(f"Ik zag de {MARKER}.", [people["participant"].id])
        self.world.args |= {
            "talk_id": talk,
            "talk_reply_id": add_reply(self.session, self.peer, talk, reply, now=self.tick()),
        }

    def promote(self) -> None:
        """The draft of an example, and what somebody was asked about it."""
        example = self.session.get_one(PracticeExample, self.world.args["promoted_id"])
        example.context = f"In de klas zat een {MARKER}."
        promoted = self.session.get_one(PromotionConsent, self.world.args["consent_id"])
        promoted.passages = [f"Karin zag de {MARKER}."]
        self.session.flush()
