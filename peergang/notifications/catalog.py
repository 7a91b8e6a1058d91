"""What a rule is, and how rules are found: every module of a `catalog` package in any feature that defines RULE.

To add a rule, write one file `peergang/<feature>/catalog/<name>.py` in the lowest feature that sees what the rule needs
(most live in reminders/catalog; the organiser's weekly digest reads progress, so it is progress/catalog/
organiser_digest.py), a mail folder `templates/email/<name>/` with subject.txt, body.html and body.txt, and a test. Nothing
has to be registered: the files are listed, as peergang/tables.py lists the models, so this feature imports no higher one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.i18n import LazyText
from peergang.core.permissions import Actor
from peergang.notifications.rules import Delivery, Kind, Section, Urgency


@dataclass(frozen=True, slots=True)
class Claim:
    """A notice that is about to be sent, as its rule sees it."""

    id: UUID
    subject_id: UUID
    recipient_id: UUID
    occurrence: str


Rows = Select[*tuple[Any, ...]]
"""A select whose columns only its reader knows."""

Content = Mapping[str, Any]
"""What the mail's templates need beside the recipient: `path` (of the page to open, which its reader may open) and
whatever words the rule wants; texts in two languages travel as a pair for `pick()`."""


CALENDAR = "calendar_files"
"""The key under which a rule's content may hold a list of CalendarFile; no template sees it."""


ADDRESS = "send_to"
"""The key under which a rule's content may hold another address than the recipient's own: the one they had before, or
want. No template sees it."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file for a calendar that goes with a mail. One is shown by mail programs as an invitation; several are attached.

    Attributes:
        method: what it asks of the calendar, REQUEST or CANCEL (RFC 5546 wants one meeting a file).
        name: its name as an attachment.
        write: its contents, from the (name, address) of the platform and of the reader and the address of the site.
    """

    method: str
    name: str
    write: Callable[[tuple[str, str], tuple[str, str], str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When somebody is told something.

    Attributes:
        name: the module's name, the mail folder's name and what stands in the ledger.
        kind: REMINDER can be stopped by its reader; ACCOUNT (invitation, password) is always sent.
        title: the line on the page with choices, "Een bijeenkomst komt eraan".
        timing: the small line under it, "Een werkdag van tevoren".
        reason: why somebody gets this, the end of "Je krijgt dit bericht omdat …".
        due: what to plan now, as ONE select of (subject_id, recipient_id, occurrence, not_before, expires_at), and
            cohort_id as well when the matter belongs to a cohort, so that a cohort can be held back. It is put
            into the ledger by INSERT … SELECT … ON CONFLICT DO NOTHING, so what was planned before may come again.
            Who was deactivated or wants no such mail is left out by the ledger.
        standing: the same things, without the limits in time that decide when to plan, as a select of (subject_id,
            recipient_id, occurrence, blocked). It is asked again right before sending, restricted to the claimed subjects
            (so `subject_id` must be a plain column): blocked is '' while the notice is still true, and otherwise the
            reason why not: 'done', 'withdrawn', 'read', …. No row at all means that the matter is gone or has moved.
        content: what the mails of these claims need, in a constant number of queries, by claim id. It may write (a new
            secret for a link), inside the transaction that hands the claims over. A claim it leaves out is tried again
            later and in the end fails.
        urgency: how much it matters, which decides who goes first when not everything fits in somebody's week. Account mail
            is ALWAYS, whatever stands here.
        default: how people are told who chose nothing.
        alone: its mail never holds anything else, because a file for the calendar goes with it.
        section: under which heading it stands on the page with choices.
        shown_to: who finds this rule on the page with choices, for instance trainers only. Whoever gets the mail can
            always stop it by the link in it.
        recall: the same content for the page with messages, for a rule whose `content` writes, or whose `standing` ends
            once people are told. It never writes, `standing` is not asked then, and a claim it leaves out is over.
        on_site: whether its notices stand on the page with messages too; account mail does not, unless it says so,
            because what it says is for who holds the mailbox.
        by_time: whether a matter becomes due by the passing of time alone, so that it can be foreseen for the coming weeks.
        known_to_organisers: whether an organiser may see who would get this: it is about what they see of a cohort anyway.
            Without it only admins may.
        elsewhere: whether its mail goes to another address than the recipient's own, so that one that refuses mail does not
            hold it.
        about: the key in `content` under which the name of the matter stands, for who tries the rule and for who finds a
            message that is over; with `_en` behind it the English one, where there is one. It must be no text of a
            participant. Empty when nothing may be said.
    """

    name: str
    kind: Kind
    title: LazyText
    timing: LazyText
    reason: LazyText
    due: Callable[[datetime], Rows]
    standing: Callable[[datetime], Rows]
    content: Callable[[Session, Sequence[Claim], datetime], Mapping[UUID, Content]]
    shown_to: Callable[[Actor], bool] = lambda _: True
    urgency: Urgency = Urgency.NORMAL
    default: Delivery = Delivery.AT_ONCE
    alone: bool = False
    section: Section = Section.COHORT
    recall: Callable[[Session, Sequence[Claim], datetime], Mapping[UUID, Content]] | None = None
    on_site: bool = False
    by_time: bool = False
    known_to_organisers: bool = False
    elsewhere: bool = False
    about: str = ""

    @property
    def is_on_site(self) -> bool:
        """Whether its notices stand on the page with messages."""
        return self.on_site or self.kind is Kind.REMINDER

    @property
    def weight(self) -> Urgency:
        """The urgency with which it stands in the ledger."""
        return Urgency.ALWAYS if self.kind is Kind.ACCOUNT else self.urgency


def is_superfluous_once_read(rule: Rule) -> bool:
    """Whether its mail says nothing new to who read it on the site; a file for the calendar does."""
    return rule.kind is Kind.REMINDER and not rule.alone


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDays:
    """Days on which people want nothing, that another feature knows of: a module of its `catalog` defines QUIET.

    Attributes:
        select: the periods that touch the days from `first` to `last`, as (user_id, starts_on, ends_on).
        away: whether they are not there at all; else it is a holiday, which somebody may choose to be mailed in.
    """

    select: Callable[[date, date], Rows]
    away: bool


def list_quiet_days() -> Sequence[QuietDays]:
    """Every source of quiet days."""
    return tuple(
        quiet for _, module in _modules() if isinstance(quiet := getattr(module, "QUIET", None), QuietDays)
    )


@cache
def _modules() -> Sequence[tuple[Path, ModuleType]]:
    root = Path(__file__).parents[1]
    paths = sorted(root.glob("*/catalog/*.py"), key=lambda path: path.stem)
    return [(path, import_module(f"peergang.{path.parts[-3]}.catalog.{path.stem}")) for path in paths]


@cache
def _all_rules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for path, module in _modules():
        rule = getattr(module, "RULE", None)
        if isinstance(rule, Rule):
            if rule.name != path.stem or rule.name in found:
                raise RuntimeError(f"{path}: a rule is called as its file, and only once.")
            found[rule.name] = rule
    return found


def list_rules() -> Sequence[Rule]:
    """All rules, in alphabetical order of their names."""
    return tuple(_all_rules().values())


def get_rule(name: str) -> Rule:
    """The rule called `name`.

    Raises:
        NotFound: there is no such rule (any more).
    """
    try:
        return _all_rules()[name]
    except KeyError:
        raise NotFound from None


def list_choices(actor: Actor) -> Sequence[Rule]:
    """The reminders that this person may choose about on the page with choices."""
    return [rule for rule in list_rules() if rule.kind is Kind.REMINDER and rule.shown_to(actor)]
