"""The step line of a reflection: where it is, what its author waits for, and the button to send it on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from peergang.core.i18n import LazyText
from peergang.coursework.labels import Look
from peergang.coursework.labels.phases import STEP_NAMES, look_of, phase_text
from peergang.coursework.queries.phases import Progress
from peergang.coursework.rules.phases import Phase, come_first, may_hand_on

_WITH_GROUP = (Phase.WRITING, Phase.WITH_PEERS, Phase.REVISING, Phase.WITH_TRAINER, Phase.DONE)
_ALONE = (Phase.WRITING, Phase.WITH_TRAINER, Phase.DONE)


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One step of the line; `standing` is done, now or later."""

    name: LazyText
    standing: str


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """Where a reflection is, as templates/coursework/_phase.html shows it. `hand_on_url` is empty when it cannot go on."""

    phase: Phase
    steps: list[PhaseStep]
    text: str
    look: Look
    hand_on_url: str = ""

    @property
    def waits(self) -> bool:
        """Whether something was handed in and is not finished: worth a line in a list."""
        return self.phase in (Phase.WITH_PEERS, Phase.REVISING, Phase.WITH_TRAINER, Phase.RETURNED)


def make_phase(progress: Progress, now: datetime) -> PhaseLine | None:
    """The line of one reflection for its author; None for what is kept for oneself."""
    phase, peers = progress.phase(now), progress.peers
    if phase == Phase.OWN:
        return None
    can_hand_on = progress.takes_part and may_hand_on(phase, peers, now)
    with_group = come_first(peers, progress.audience) or peers.sent > 0
    return PhaseLine(
        phase=phase,
        steps=_steps(phase, _WITH_GROUP if with_group else _ALONE),
        text=phase_text(phase, peers, progress.waiting, now),
        look=look_of(phase, progress.state),
        hand_on_url=url_for("coursework.reflection_hand_on", reflection_id=progress.reflection_id)
        if can_hand_on
        else "",
    )


def make_phases(rows: Iterable[Progress], now: datetime) -> dict[UUID, PhaseLine]:
    """The lines of several, by reflection."""
    found = {one.reflection_id: make_phase(one, now) for one in rows}
    return {key: line for key, line in found.items() if line is not None}


def _steps(phase: Phase, path: tuple[Phase, ...]) -> list[PhaseStep]:
    """The path with this phase in it: what the trainer sent back is completed before the trainer has it again."""
    if phase not in path:
        before = path.index(Phase.WITH_TRAINER)
        path = (*path[:before], phase, *path[before:])
    here = path.index(phase)
    last = phase == Phase.DONE
    return [
        PhaseStep(STEP_NAMES[one], "done" if place < here or last else "now" if place == here else "later")
        for place, one in enumerate(path)
    ]
