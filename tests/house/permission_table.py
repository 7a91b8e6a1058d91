"""Who may do what, found by asking every policy of every feature about people of every role.

Nothing here says what a policy should answer: actors and things are made, the policies are called, and docs/permissions.md
is written from their answers. A policy with a parameter that nobody made a thing for raises `Uncovered`.
"""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from peergang.conversations.models import Conversation
from peergang.core.permissions import SYSTEM, Actor
from peergang.coursework.queries.access import ReflectionAccess
from peergang.identity.rules import Role
from peergang.practice.models import PracticeExample

ROOT = Path(__file__).parents[2] / "peergang"

ME, OTHER = UUID(int=1), UUID(int=2)
OURS, THEIRS = UUID(int=11), UUID(int=12)
SCHOOL, OTHER_SCHOOL = UUID(int=21), UUID(int=22)

ACTORS: dict[str, Actor] = {
    "admin": Actor(ME, is_admin=True),
    "organiser": Actor(ME, is_organiser=True),
    "contact": Actor(ME, contact_of=frozenset({SCHOOL})),
    "trainer": Actor(ME, trains=frozenset({OURS})),
    "participant": Actor(ME, follows=frozenset({OURS})),
    "signed in": Actor(ME),
    "platform": SYSTEM,
}
"""One person for each role and nothing else, somebody without a role, and the platform itself: worker or command line."""

Make = Callable[[Actor], Any]
Choices = dict[str, Make]
"""What a parameter can be, in words, and how to make it for an actor."""


class Uncovered(Exception):
    """A policy asks for something that this file cannot make yet."""


def _always(value: Any) -> Make:
    return lambda actor: value


def _access(author: UUID | None, cohort: UUID, audience: str, *, group: bool = False) -> Make:
    """A submitted reflection; who follows its cohort has a place of their own there."""

    def make(actor: Actor) -> ReflectionAccess:
        inside = cohort in actor.follows
        return ReflectionAccess(
            reflection_id=UUID(int=31),
            activity_id=UUID(int=32),
            enrolment_id=UUID(int=33),
            author_id=author or OTHER,
            cohort_id=cohort,
            state="submitted",
            audience=audience,
            reviewer_id=None,
            latest=1,
            takes_part=author is None or inside,
            own_enrolment_id=UUID(int=34) if inside else None,
            shares_group=group and inside,
        )

    return make


def _place() -> Choices:
    """An active place, one's own or of somebody else."""
    return {
        words: lambda actor, who=who: SimpleNamespace(author_id=who, user_id=who, state="active")
        for words, who in (("own", ME), ("another's", OTHER))
    }


BY_TYPE: dict[str, Choices] = {
    "Role": {f"the role {role}": _always(role) for role in Role},
    "Conversation": {
        "own": lambda actor: Conversation(user_id=ME),
        "another's": lambda actor: Conversation(user_id=OTHER),
    },
    "PracticeExample": {
        "own draft": lambda actor: PracticeExample(author_id=ME, state="draft"),
        "own, published": lambda actor: PracticeExample(author_id=ME, state="published"),
        "another's draft": lambda actor: PracticeExample(author_id=OTHER, state="draft"),
        "another's, published": lambda actor: PracticeExample(author_id=OTHER, state="published"),
    },
    "FeedbackPlace": {
        "what they received": lambda actor: SimpleNamespace(author_id=ME, giver_user_id=OTHER),
        "what they gave": lambda actor: SimpleNamespace(author_id=OTHER, giver_user_id=ME),
        "between others": lambda actor: SimpleNamespace(author_id=OTHER, giver_user_id=OTHER),
    },
    "WritingPlace": _place(),
    "ReadingPlace": _place(),
    "ConversationPlace": _place(),
    "ReflectionAccess": {
        "own": _access(ME, OURS, "private"),
        "shared with the trainer": _access(None, OURS, "trainer"),
        "shared with the own peer group": _access(None, OURS, "peer_group", group=True),
        "shared with another peer group": _access(None, OURS, "peer_group"),
        "shared with the own cohort": _access(None, OURS, "cohort"),
        "kept private": _access(None, OURS, "private"),
        "of another cohort": _access(None, THEIRS, "cohort"),
    },
}

_PERSON: Choices = {"oneself": _always(ME), "somebody else": _always(OTHER)}
BY_NAME: dict[str, Choices] = {
    "user_id": _PERSON,
    "owner_id": _PERSON,
    "cohort_id": {"own cohort": _always(OURS), "another cohort": _always(THEIRS)},
    "institution_id": {"own institution": _always(SCHOOL), "another institution": _always(OTHER_SCHOOL)},
    "roles": {"without a role for the network": _always(()), "who organises": _always((Role.ORGANISER,))},
    "is_submitted": {"in a version": _always(True), "in no version": _always(False)},
    "about_cohorts": {"about a cohort": _always(True), "about something else": _always(False)},
    "about": {"an institution": _always(None), "oneself": _always(ME), "somebody else": _always(OTHER)},
    "is_member": {"as a member": _always(True), "as no member": _always(False)},
}

_NOBODY: frozenset[UUID] = frozenset()
_INSIDE = frozenset({OURS})
TOGETHER: dict[str, dict[str, tuple[Any, ...]]] = {
    "profiles.can_view_profile": {
        "own": (ME, "trainers", _NOBODY, _NOBODY),
        "shown to the network": (OTHER, "network", _NOBODY, _NOBODY),
        "shown to cohorts, in the own cohort": (OTHER, "cohorts", _INSIDE, _NOBODY),
        "shown to cohorts, in none of one's own": (OTHER, "cohorts", _NOBODY, _NOBODY),
        "shown to trainers, of a participant in the own cohort": (OTHER, "trainers", _INSIDE, _INSIDE),
        "shown to trainers, of anybody else": (OTHER, "trainers", _NOBODY, _NOBODY),
    },
}
"""Policies whose parameters belong together: every case in words, with all arguments after the actor."""


def list_policies() -> dict[str, Callable[..., bool]]:
    """Every `can_…` of every feature, as "feature.name", in the order of the files."""
    found: dict[str, Callable[..., bool]] = {}
    for path in sorted([*ROOT.glob("*/policy.py"), *ROOT.glob("*/policy/__init__.py")]):
        feature = path.relative_to(ROOT).parts[0]
        module = import_module(f"peergang.{feature}.policy")
        for name, function in vars(module).items():
            here = getattr(function, "__module__", "").startswith(module.__name__)
            if name.startswith("can_") and inspect.isfunction(function) and here:
                found[f"{feature}.{name}"] = function
    return found


def cases_of(
    name: str, policy: Callable[..., bool]
) -> tuple[list[Choices], Callable[[Actor, tuple[Make, ...]], bool]]:
    """The choices for each parameter of a policy, and how to ask it about one of each.

    Raises:
        Uncovered: for a parameter that nobody made a thing for.
    """
    if name in TOGETHER:
        whole: Choices = {words: _always(given) for words, given in TOGETHER[name].items()}
        return [whole], lambda actor, makes: policy(actor, *makes[0](actor))
    parameters = list(inspect.signature(policy).parameters.values())[1:]
    choices = [_choices_for(name, one) for one in parameters]

    def ask(actor: Actor, makes: tuple[Make, ...]) -> bool:
        values = {one.name: make(actor) for one, make in zip(parameters, makes, strict=True)}
        return policy(actor, **values)

    return choices, ask


def _choices_for(name: str, parameter: inspect.Parameter) -> Choices:
    kind = getattr(parameter.annotation, "__name__", str(parameter.annotation))
    found = BY_TYPE.get(kind) or BY_NAME.get(parameter.name)
    if found is None:
        raise Uncovered(
            f"{name} takes {parameter.name}: {kind}; say in tests/house/permission_table.py what that can be"
        )
    return found


def answer(name: str, policy: Callable[..., bool], actor: Actor) -> str:
    """What `actor` may, in words: yes, no, or for which things."""
    choices, ask = cases_of(name, policy)
    allowed, refused = [], []
    for chosen in product(*(one.items() for one in choices)):
        words = tuple(label for label, _make in chosen)
        (allowed if ask(actor, tuple(make for _label, make in chosen)) else refused).append(words)
    if not refused:
        return "yes"
    if not allowed:
        return "no"
    # Said by what is allowed, or shorter by what is not; where neither is a plain product, every case is named.
    for cases, form in ((allowed, "{}"), (refused, "all but {}")):
        limits = [_limit(one, {case[index] for case in cases}) for index, one in enumerate(choices)]
        if _size(choices, cases) == len(cases):
            return form.format(", ".join(words for words in limits if words))
    return "; ".join(", ".join(case) for case in allowed)


def _limit(choices: Choices, seen: set[str]) -> str:
    return "" if seen == set(choices) else " / ".join(label for label in choices if label in seen)


def _size(choices: list[Choices], cases: list[tuple[str, ...]]) -> int:
    """How many cases there would be if `cases` were every combination of what occurs in them."""
    size = 1
    for index in range(len(choices)):
        size *= len({case[index] for case in cases})
    return size


def _rows() -> Iterator[tuple[str, str, str, list[str]]]:
    for name, policy in list_policies().items():
        feature, _, action = name.partition(".")
        doc = " ".join((inspect.getdoc(policy) or "").split("\n\n")[0].split())
        yield feature, action, doc, [answer(name, policy, actor) for actor in ACTORS.values()]


def write_table() -> str:
    """The table of docs/permissions.md: a heading for each feature, a row for each policy, a column for each role."""
    lines: list[str] = []
    current = ""
    for feature, action, doc, cells in _rows():
        if feature != current:
            heads = ["policy", "what", *ACTORS]
            lines += ["", f"## {feature}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
            current = feature
        what = doc.partition(":")[0].rstrip(".")
        lines.append(f"| `{action}` | {what} | {' | '.join(cells)} |")
    return "\n".join(lines).lstrip("\n") + "\n"
