"""What completes an activity: for every kind its rule, with the evidence that counts and the version it has by now.

A fact keeps the version under which it was written (`activity_completion.rule_version`), so that a rule may change
without anybody losing what they finished: whoever changes which evidence counts, or when, gives the rule the next version and
says in `was` what held until then. Facts of before are never looked at again (invariant 2).
"""

from dataclasses import dataclass, field

from peergang.curriculum.rules import ActivityKind

OVERRIDE = "override"
"""The evidence of a fact that rests on a trainer's judgment; the only one that can be taken back."""

DATED_BY_OTHERS = frozenset({OVERRIDE, "review", "nobody_to_read"})
"""Evidence of facts whose moment is that of somebody else, or of the platform: on that day the participant did nothing."""


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """The rule of one kind of activity. `evidence` are the codes a fact of it may carry, each with what it says."""

    version: int
    evidence: dict[str, str]
    was: dict[int, str] = field(default_factory=dict)


RULES: dict[ActivityKind, CompletionRule] = {
    ActivityKind.READ: CompletionRule(
        version=1,
        evidence={
            "topics_read": "Every topic of the module was marked as read; the last mark gives the date."
        },
    ),
    ActivityKind.CONVERSATION: CompletionRule(
        version=1,
        evidence={
            "conversation": "The participant says to have had the conversation; what was said stays theirs."
        },
    ),
    ActivityKind.REFLECTION: CompletionRule(
        version=1,
        evidence={"review": "A trainer approved a version of the reflection; the review is the evidence."},
    ),
    ActivityKind.PEER_FEEDBACK: CompletionRule(
        version=1,
        evidence={
            "peer_feedback": "Feedback went to as many peers as asked, or to all there are once it is due; the last one sent.",
            "nobody_to_read": "Three days after it was due there was nobody to read, and their own reflection is in.",
        },
    ),
    ActivityKind.PRACTICE_EXAMPLE: CompletionRule(
        version=1,
        evidence={"practice_example": "A practice example of this activity was handed in to the library."},
    ),
    ActivityKind.MEETING: CompletionRule(
        version=1,
        evidence={
            "attendance": "Recorded as present; it counts from the end of the meeting, and no later than the recording."
        },
    ),
    ActivityKind.SCAN: CompletionRule(version=1, evidence={"scan": "Answered the scan of the institution."}),
}


def rule_version(kind: str) -> int:
    """The version under which a fact about an activity of this kind is written today."""
    return RULES[ActivityKind(kind)].version
