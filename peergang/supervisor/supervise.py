"""Keeps children running: starts them in order, starts a crashed one again with growing pauses, stops all in order."""

import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from peergang.supervisor.errors import UpError
from peergang.supervisor.program import Program, Running

_TICK = 0.1
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
_CRASHES_ALLOWED = 4
_CRASHES_WITHIN = 90.0

Say = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """One child by name: how to start it, how to see that it is ready, and how it fared so far.

    A child that `starts_last` is started once all others are ready, because nobody waits for it.
    """

    name: str
    start: Callable[[], Running]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    starts_last: bool = False
    running: Running | None = None
    restart_at: float = 0.0
    crashes: deque[float] = field(default_factory=deque)


class Supervisor:
    """Runs children until a signal says stop or one of them keeps crashing."""

    def __init__(self, say: Say) -> None:
        """Listen for Ctrl-C, TERM and HUP from now on; `say` prints one line for the operator."""
        self._say = say
        self._children: list[Child] = []
        self._signals = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup a closed terminal must not stop us.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note_signal)

    @property
    def stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._signals > 0

    def add(self, children: Sequence[Child]) -> None:
        """Start further children at the same time."""
        for child in children:
            self._children.append(child)
            child.running = child.start()

    def wait_ready(self, children: Sequence[Child], timeout: float) -> None:
        """Return when all `children` are ready or somebody asked to stop.

        Raises:
            UpError: one of them keeps crashing, or is not ready in time.
        """
        deadline = time.monotonic() + timeout
        waiting = list(children)
        while waiting and not self.stopping:
            self._look_after()
            waiting = [child for child in waiting if child.running is None or not child.is_ready()]
            if waiting and time.monotonic() > deadline:
                slow = waiting[0]
                raise UpError(f"The {slow.name} is not ready after {timeout:.0f} s; its log is {slow.log}.")
            time.sleep(_TICK / 2)

    def watch(self) -> None:
        """Keep everything running until somebody asks to stop.

        Raises:
            UpError: a child keeps crashing.
        """
        while not self.stopping:
            self._look_after()
            time.sleep(_TICK)

    def stop_all(self) -> None:
        """Stop programs at the same time and then the servers they used, the last one started first.

        A second Ctrl-C takes the programs' time for a tidy end away, never the database's.
        """
        programs = [child.running for child in self._children if isinstance(child.running, Program)]
        for program in programs:
            program.ask_to_stop()
        asked = self._signals
        deadline = time.monotonic() + 12
        while time.monotonic() < deadline and self._signals == asked:
            if all(program.poll() is not None for program in programs):
                break
            time.sleep(_TICK / 2)
        for program in programs:
            program.stop(patience=0)
        for child in reversed(self._children):
            if child.running is not None and not isinstance(child.running, Program):
                child.running.stop(30.0)
        self._children.clear()

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.running is None:
                if now >= child.restart_at:
                    child.running = child.start()
                continue
            code = child.running.poll()
            if code is not None:
                self._note_crash(child, code, now)

    def _note_crash(self, child: Child, code: int, now: float) -> None:
        if child.running is not None:
            child.running.stop(0)
            child.running = None
        child.crashes.append(now)
        while now - child.crashes[0] > _CRASHES_WITHIN:
            child.crashes.popleft()
        if len(child.crashes) > _CRASHES_ALLOWED:
            raise UpError(
                f"The {child.name} keeps stopping, so Peergang stops; the reason is in {child.log}."
            )
        pause = min(_FIRST_PAUSE * 2 ** (len(child.crashes) - 1), _LONGEST_PAUSE)
        child.restart_at = now + pause
        self._say(
            f"The {child.name} ended with code {code}; it starts again in {pause:g} s (log: {child.log})."
        )
