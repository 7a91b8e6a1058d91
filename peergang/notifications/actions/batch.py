"""One claim of the delivery: checked, handed over, sent and recorded. Nothing of it is lost, and nothing goes out twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

import structlog

from peergang.core.db import transaction
from peergang.core.mail import MailAway, MailRefused, MailUncertain, Meanwhile
from peergang.notifications.actions import claims
from peergang.notifications.actions.ahead import Held, check
from peergang.notifications.actions.bounces import bounce_of, record_bounce
from peergang.notifications.actions.claims import Claimed
from peergang.notifications.actions.letters import Letter
from peergang.notifications.actions.rates import Asked
from peergang.notifications.actions.recording import Recorder, recording
from peergang.notifications.actions.sending_run import Delivery
from peergang.notifications.rules import (
    FRESH,
    HAND_OVER_EARLY,
    HAND_OVER_SIZE,
    LOOK_AHEAD,
    MAX_ATTEMPTS,
    PAUSE,
    Kind,
    NoticeState,
)

log = structlog.get_logger(__name__)


class _ServerTrouble(Exception):
    """The mail server is away or broke off: this run ends, and what it still holds waits a moment."""


class _Begun(NamedTuple):
    """Messages that are written and, as soon as the disk has it, marked as handed over; `at` is when that was asked."""

    messages: list[tuple[Letter, bytes]]
    ids: set[UUID]
    at: datetime


class Batch:
    """One claim. `waiting` holds the rows that certainly were not handed over yet; whatever happens, they go back."""

    def __init__(self, run: Delivery, held: Held) -> None:
        self.run = run
        self.token = held.token
        self.checked = held.checked
        self.prepared = held.prepared
        self.made_ahead = held.made_ahead
        self.waiting: dict[UUID, Claimed] = {row.id: row for row in held.rows}

    def deliver(self, keep_on: Callable[[], bool], look_ahead: Callable[[], None]) -> None:
        """Send the batch. `look_ahead` is called when LOOK_AHEAD messages of it are left.

        When the mail server is in trouble, the run gets its pause.
        """
        try:
            self._strike_off()
            with recording(self.run.bind, self.token) as recorder:
                if self.made_ahead and self.run.now() - self.checked > FRESH:
                    self._check_again()
                # The first round always goes: a check that itself takes long must not keep everything from being sent.
                self._send_while_fresh(recorder, keep_on, look_ahead)
                while self.waiting and keep_on():
                    self._check_again()
                    self._send_while_fresh(recorder, keep_on, look_ahead)
        except _ServerTrouble:
            self.run.pause = PAUSE
        finally:
            self._give_back()

    def skip(self) -> None:
        """Its turn does not come."""
        try:
            self._strike_off()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        """Let go of what was not handed over: it is due again, after the pause of this run if it has one."""
        if self.waiting:
            until = self.run.now() + self.run.pause
            with transaction(self.run.bind) as session:
                claims.release(session, self.token, self.waiting.values(), until=until)
            self.run.counts["queued"] += len(self.waiting)

    def _check_again(self) -> None:
        rows = list(self.waiting.values())
        self.checked = self.run.now()
        self.prepared = check(self.run.bind, self.token, rows, now=self.checked)
        self._strike_off()

    def _send_while_fresh(
        self, recorder: Recorder, keep_on: Callable[[], bool], look_ahead: Callable[[], None]
    ) -> None:
        """Send what was checked bit by bit, until the check has grown old."""
        self._set_aside_broken(recorder)
        letters = self._in_order()
        begun: _Begun | None = None
        for start in range(0, len(letters), HAND_OVER_SIZE):
            if start and (not keep_on() or self.run.now() - self.checked > FRESH):
                break
            if len(letters) - start <= LOOK_AHEAD:
                look_ahead()
            end = start + HAND_OVER_SIZE
            begun = begun or self._begin(letters[start:end], recorder)
            begun = self._send_some(begun, letters[end : end + HAND_OVER_SIZE], recorder, keep_on)
        recorder.collect()

    def _in_order(self) -> list[Letter]:
        """Rules are prepared one after the other, but the mails go out in the order in which they were due."""
        place = {one: number for number, one in enumerate(self.waiting)}
        return sorted(self.prepared.letters, key=lambda letter: min(place[one] for one in letter.ids))

    def _strike_off(self) -> None:
        """What the check suppressed, or told to wait, is this claim's no more."""
        for state, groups in (("suppressed", self.prepared.suppressed), ("waiting", self.prepared.waiting)):
            for ids in groups.values():
                self.run.counts[state] += len(ids)
                for one in ids:
                    del self.waiting[one]

    def _set_aside_broken(self, recorder: Recorder) -> None:
        """What could not be prepared is tried again later."""
        for one, reason in self.prepared.broken.items():
            attempts = {one: self.waiting.pop(one).attempts}
            recorder.retry(one, attempts, now=self.run.now(), reason=reason)
            self.run.counts["broken"] += 1

    def _begin(self, letters: Sequence[Letter], recorder: Recorder) -> _Begun:
        """Write the messages, and have them marked as handed over."""
        letters = self._take_turns(letters, recorder)
        messages = [written for letter in letters if (written := self._write(letter, recorder))]
        mails = {one: letter.id for letter, _ in messages for one in letter.ids}
        now = self.run.now()
        recorder.begin_hand_over(mails, now=now)
        return _Begun(messages, set(mails), now)

    def _send_some(
        self, begun: _Begun, following: Sequence[Letter], recorder: Recorder, keep_on: Callable[[], bool]
    ) -> _Begun | None:
        """Send what was begun, once the disk has it, and record each; begin with the following when only a few are left, so
        that nobody waits for the disk.

        When the time is up, what the loop did not reach is given back: it certainly was not sent.
        """
        ours = recorder.end_hand_over()
        for one in begun.ids - ours:
            # The sweep took it back, or it has expired; somebody else or nobody sends it.
            del self.waiting[one]
        begun_next: _Begun | None = None
        early = max(0, len(begun.messages) - HAND_OVER_EARLY)
        for number, (letter, message) in enumerate(begun.messages):
            # The first always goes, or a slow check would keep everything from being sent.
            if number and not keep_on():
                break
            if number == early and following:
                begun_next = self._begin(following, recorder)
            if ours.issuperset(letter.ids):
                # A process that stood still this long (a laptop that slept) may have lost its claim meanwhile.
                if self.run.now() - begun.at > FRESH * 6:
                    break
                # Two at a time: they are written before the following begin.
                soon = () if begun_next else following[number * 2 : number * 2 + 2]
                self._send(letter, message, recorder, partial(self.run.writer.draft, soon, begun.at))
        return begun_next

    def _take_turns(self, letters: Sequence[Letter], recorder: Recorder) -> Sequence[Letter]:
        """Which of these go now; what a provider has had enough of for this minute waits, and others' mail goes on."""
        asked = [Asked(one, one.recipient.email, one.parts[0].rule.kind is Kind.ACCOUNT) for one in letters]
        going, later = recorder.take_turns(self.run.pace, asked, now=self.run.now())
        for until, some in later.items():
            ids = [one for letter in some for one in letter.ids]
            with transaction(self.run.bind) as session:
                claims.release(session, self.token, [self.waiting[one] for one in ids], until=until)
            for one in ids:
                del self.waiting[one]
            self.run.counts["queued"] += len(ids)
        return going

    def _write(self, letter: Letter, recorder: Recorder) -> tuple[Letter, bytes] | None:
        """The letter as it goes out: without the parts that cannot be written, which must hold up no other."""
        try:
            return letter, self.run.writer.write(letter, self.run.now())
        except Exception as error:
            # A broken template or a missing word may be mended by the next release.
            log.exception("mail_not_written", rule=letter.parts[0].rule.name, mail=str(letter.id))
            broken = self.run.writer.find_broken(letter)
            for part in broken:
                del self.waiting[part.id]
            # What stays behind when the rest goes has a name of its own from now on.
            alone = len(broken) == len(letter.parts)
            self._retry(replace(letter, parts=broken), type(error).__name__, recorder, keep=alone)
            self.run.counts["broken"] += len(broken)
        rest = tuple(part for part in letter.parts if part not in broken)
        return self._write(replace(letter, parts=rest), recorder) if rest else None

    def _send(self, letter: Letter, message: bytes, recorder: Recorder, meanwhile: Meanwhile) -> None:
        rows = {one: self.waiting.pop(one) for one in letter.ids}
        try:
            self.run.transport.send(self.run.sender, letter.recipient.email, message, meanwhile)
        except MailAway as error:
            if error.over_message:
                # An attempt, and later than the rest: nobody may wait for ever behind one at whom the server hangs up.
                self._retry(letter, str(error), recorder)
                self.run.counts["refused"] += len(rows)
            else:
                self.waiting |= rows
            log.warning("mail_server_away", reason=str(error))
            raise _ServerTrouble from error
        except MailRefused as error:
            if not error.permanent:
                self._retry(letter, str(error), recorder)
                self.run.counts["refused"] += len(rows)
            else:
                self._record(letter, NoticeState.FAILED, str(error), recorder)
            self._note_refusal(letter, error, recorder)
            return
        except MailUncertain as error:
            log.warning("mail_uncertain", mail=str(letter.id), reason=str(error))
            self._record(letter, NoticeState.UNCERTAIN, str(error), recorder)
            raise _ServerTrouble from error
        self._record(letter, NoticeState.SENT, "", recorder)

    def _note_refusal(self, letter: Letter, refused: MailRefused, recorder: Recorder) -> None:
        """Remember what the refusal says about the address, when it says anything."""
        is_last = refused.permanent or all(part.attempts + 1 >= MAX_ATTEMPTS for part in letter.parts)
        bounce = bounce_of(letter.recipient, letter.id, refused.answer, is_last=is_last)
        if bounce is not None:
            recorder.collect()
            with transaction(self.run.bind) as session:
                record_bounce(session, bounce, now=self.run.now())

    def _record(self, letter: Letter, state: NoticeState, reason: str, recorder: Recorder) -> None:
        recorder.finish(letter.ids, state, now=self.run.now(), reason=reason)
        self.run.counts[str(state)] += len(letter.parts)

    def _retry(self, letter: Letter, reason: str, recorder: Recorder, *, keep: bool = True) -> None:
        attempts = {part.id: part.attempts for part in letter.parts}
        keep = keep and letter.parts[0].mail_id is not None
        recorder.retry(letter.id, attempts, now=self.run.now(), reason=reason, keep=keep)
