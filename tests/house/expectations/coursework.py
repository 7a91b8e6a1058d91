"""A reflection is for its author and the audience chosen; organisers and admins meet a 404 everywhere (invariant 3).

The participant wrote one reflection, for the trainer alone; the peer wrote one for the group.
"""

from typing import Any
from uuid import UUID

from peergang.coursework.models import Calibration, PeerFeedback, Promotion, PromotionConsent, Reflection
from tests.factories.coursework import find_activity, make_submitted, submit
from tests.factories.practice import make_example
from tests.house.expecting import only
from tests.house.world import World

BOTH = ("participant", "outsider")
"""The outsider follows another cohort of the same edition, so the activity is theirs to write about as well."""

TRAINERS = ("trainer", "other_trainer")
"""Who has a list of what waits; what is on it belongs to the cohorts they train."""

EVERYBODY = ("participant", "trainer", "organiser", "admin", "outsider", "other_trainer", "contact")
TEXT = {"answer-bereiken": "Iets.", "answer-gezien": "Iets.", "title": "T", "revision": "0", "intent": "save"}


def of(name: str, argument: str = "reflection_id") -> dict[str, Any]:
    """URL arguments for one route: the record that `extend` kept under `name`."""
    return {"args": lambda world: {argument: world.args[name]}}


REFLECTING = {
    "coursework.reflections": only(EVERYBODY, 200),
    "coursework.reflection": only(BOTH, 302, **of("reflection_activity_id", "activity_id")),
    "coursework.reflection_write": only(BOTH, 200, **of("reflection_activity_id", "activity_id")),
    "coursework.reflection_write POST": {
        **only(BOTH, (303, 409), **of("reflection_activity_id", "activity_id")),
        "form": lambda world: TEXT,
    },
    "coursework.reflection_preview": {
        **only(BOTH, 200, **of("reflection_activity_id", "activity_id")),
        "form": lambda world: TEXT,
    },
    # Nobody's browser sends this as a form: it is no JSON.
    "coursework.reflection_autosave": only(BOTH, 422, **of("reflection_activity_id", "activity_id")),
    "coursework.reflection_read": only(("participant", "trainer"), 200),
    "coursework.reflection_version": only(("participant", "trainer"), 200, args=lambda world: {"number": 1}),
    "coursework.reflection_compare": only(("participant", "trainer"), 200),
    "coursework.reflection_withdraw": only(("participant",), 303),
    # It was not withdrawn, which the page says.
    "coursework.reflection_reopen": only(("participant",), 303),
    # It is with the trainer, where it was going; nothing is without feedback, which the trainer hears.
    "coursework.reflection_hand_on": only(("participant",), 303),
    "coursework.gap_fill": only(("trainer",), 303),
    "coursework.reflection_audience": {
        **only(("participant",), 303),
        "form": lambda world: {"audience": "cohort"},
    },
    "coursework.reflection_reactions_read": only(("participant",), 303),
}

FEEDBACK = {
    "coursework.feedback": only(EVERYBODY, 200),
    "coursework.feedback_give": only(("participant",), 200, **of("peers_version_id", "version_id")),
    "coursework.feedback_give POST": {
        **only(("participant",), 303, **of("peers_version_id", "version_id")),
        "form": lambda world: {
            "answer-top": "Sterk.",
            "answer-tip": "Kleiner.",
            "revision": "0",
            "intent": "send",
        },
    },
    "coursework.feedback_autosave": only(("participant",), 422, **of("peers_version_id", "version_id")),
    # Nothing was sent, so there is nothing to go back to; it stays as it is.
    "coursework.feedback_drop": only(("participant",), 303, **of("peers_version_id", "version_id")),
    "coursework.feedback_given": only(EVERYBODY, 200),
    "coursework.feedback_own": only(("participant",), 200, **of("given_feedback_id", "feedback_id")),
    "coursework.feedback_thanks_read": only(("participant",), 303, **of("given_feedback_id", "feedback_id")),
    "coursework.feedback_rate": {
        **only(("participant",), 303, **of("received_feedback_id", "feedback_id")),
        "form": lambda world: {"helpfulness": "helped"},
    },
    "coursework.feedback_comment": {
        **only(("participant",), 303, **of("peers_version_id", "version_id")),
        "form": lambda world: {"paragraph": "1", "body": "Mooi."},
    },
    "coursework.feedback_comment_change": {
        **only(("participant",), 404),
        "args": lambda world: {"version_id": world.args["peers_version_id"], "comment_id": world.cohort.id},
    },
}

REVIEWING = {
    "coursework.review_queue": only(TRAINERS, 200),
    "coursework.review": only(("trainer",), 200),
    "coursework.review POST": {
        **only(("trainer",), 303),
        "form": lambda world: {
            "version": str(world.args["latest_version_id"]),
            "revision": "0",
            "decision": "approve",
            "intent": "send",
        },
    },
    "coursework.review_phrases": only(TRAINERS, 200),
    "coursework.review_phrases POST": {**only(TRAINERS, 303), "form": lambda world: {"text": "Mooi begin."}},
    "coursework.review_phrase_change": only((), 404, args=lambda world: {"phrase_id": world.cohort.id}),
    "coursework.review_calibrations": only(TRAINERS, 200),
    "coursework.review_calibrate": only(("trainer",), 200),
    # Nobody was chosen, and then nothing was judged: the form says so.
    "coursework.review_calibrate POST": only(("trainer",), 422),
    "coursework.review_calibration": only(("trainer",), 200),
    "coursework.review_calibration POST": only(("trainer",), 422),
    "coursework.review_calibration_close": only(("trainer",), 303),
    # Nothing was sent a moment ago, which the page says.
    "coursework.review_undo": only(("trainer",), 303),
    "coursework.review_wait": only(("trainer",), 303),
    "coursework.review_autosave": only(("trainer",), 422),
    "coursework.review_overview": only(TRAINERS, 200),
    "coursework.review_next": only(TRAINERS, 303),
    "coursework.review_busy": only(TRAINERS, 200),
    "coursework.hand_over": only(("trainer",), 200),
    "coursework.hand_over POST": only(("trainer",), 422),
    "coursework.review_absence": only(TRAINERS, 200),
    "coursework.review_absence POST": only(TRAINERS, 422),
    "coursework.review_absence_end": only(TRAINERS, 404, args=lambda world: {"absence_id": world.cohort.id}),
    "coursework.review_claim": only(("trainer",), 303),
    "coursework.review_release": only(("trainer",), 409),
    "coursework.review_comment": {
        **only(("trainer",), 303),
        "form": lambda world: {"paragraph": "1", "body": "Welk doel?"},
    },
    "coursework.review_comment_change": only(
        ("trainer",), 404, args=lambda world: {"comment_id": world.cohort.id}
    ),
    "coursework.review_keys": only(TRAINERS, 303),
}

PORTFOLIO = {
    "coursework.portfolio": only(EVERYBODY, 200),
    "coursework.portfolio_file": only(EVERYBODY, 200),
    # Of one's own alone, so there is a file for whoever wrote something.
    "coursework.portfolio_download": only(("participant",), 200),
    # Their reflection was not approved yet; what happens then is in tests/web/coursework/test_promotion.py.
    "coursework.promote": only((), 404),
    "coursework.promote POST": only((), 404),
    "coursework.promotion_consents": {**only(("participant",), 200), **of("promoted_id", "example_id")},
    "coursework.promotion_consents POST": {
        **only(("participant",), 303, **of("promoted_id", "example_id")),
        "form": lambda world: {"name": "Karin", "answer": "asked_myself"},
    },
    "coursework.consent": only(("trainer",), 200, **of("consent_id", "consent_id")),
    "coursework.consent POST": {
        **only(("trainer",), 303, **of("consent_id", "consent_id")),
        "form": lambda world: {"answer": "yes", "asked": world.args["consent_asked"]},
    },
}

EXPECTATIONS = {**REFLECTING, **FEEDBACK, **REVIEWING, **PORTFOLIO}


def _promoted(world: World, reflection_id: Any) -> None:
    """An example that the participant made of a reflection, in which the trainer was asked about a sentence."""
    session = world.session
    example = make_example(
        session, world.people["participant"], world.now, state="draft", context="Collega Karin zei ja."
    )
    promotion = Promotion(example_id=example.id, source_reflection_id=reflection_id, created_at=world.now)
    session.add(promotion)
    session.flush()
    consent = PromotionConsent(
        promotion_id=promotion.id,
        person_id=world.people["trainer"].id,
        passages=["Een zin."],
        asked_at=world.now,
    )
    session.add(consent)
    session.flush()
    session.refresh(consent)
    world.args |= {
        "promoted_id": example.id,
        "consent_id": consent.id,
        "consent_asked": consent.asked_at.isoformat(),
    }


def _feedback(world: World, giver_id: UUID, version_id: UUID) -> UUID:
    """Feedback that was sent and read."""
    moments = {"saved_at": world.now, "sent_at": world.now, "read_at": world.now}
    feedback = PeerFeedback(version_id=version_id, giver_id=giver_id, answers={"top": "Sterk."}, **moments)
    world.session.add(feedback)
    world.session.flush()
    return feedback.id


def _calibration(world: World, version_id: UUID) -> UUID:
    """A sample that the trainer put forward."""
    sample = Calibration(
        cohort_id=world.cohort.id,
        version_id=version_id,
        opened_by_id=world.enrolments["trainer"].user_id,
        opened_at=world.now,
    )
    world.session.add(sample)
    world.session.flush()
    return sample.id


def extend(world: World) -> None:
    session, people = world.session, world.enrolments
    version = make_submitted(session, people["participant"], world.now, audience="trainer")
    earlier = make_submitted(session, people["peer"], world.now)
    peers = submit(session, session.get_one(Reflection, earlier.reflection_id), world.now, gezien="Nog iets.")
    _promoted(world, version.reflection_id)
    world.args |= {
        "reflection_id": version.reflection_id,
        "version_id": version.id,
        "reflection_activity_id": find_activity(session, world.cohort).id,
        "peers_version_id": peers.id,
        "calibration_id": _calibration(world, version.id),
        "given_feedback_id": _feedback(world, people["participant"].id, earlier.id),
        "received_feedback_id": _feedback(world, people["peer"].id, version.id),
    }
