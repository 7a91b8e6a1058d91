"""Somebody's portfolio as a document: the same blocks become a PDF or a Markdown file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peergang.core.dates import date_full
from peergang.core.i18n import gettext as _, pick
from peergang.coursework.labels import AUDIENCES, DECISIONS, JUDGEMENTS, PLAIN_QUESTION_WORDS, STATES
from peergang.coursework.labels.feedback import SEEN
from peergang.coursework.labels.portfolio import NO_TITLE, REPLY_WORDS
from peergang.coursework.queries.portfolio_rows import Entry, OwnVersion, Reply
from peergang.coursework.rules.document import Block, paragraph, plain_blocks
from peergang.coursework.rules.growth import Line
from peergang.coursework.views.reading import question_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes into the file beside the latest words."""

    with_feedback: bool
    all_versions: bool


def heading_of(entry: Entry) -> str:
    """The title of a reflection, or that of its activity."""
    written = entry.written
    return (
        entry.heading.strip()
        or pick(written.activity_title, written.activity_title_en).strip()
        or str(NO_TITLE)
    )


def make_blocks(entries: Sequence[Entry], lines: Sequence[Line], choice: Choice) -> list[Block]:
    """The document: a word about whose words are in it, the reflections, and how the criteria went."""
    found: list[Block] = []
    names = sorted(
        {one.name for entry in entries for one in entry.replies}
        | {one.name for entry in entries for one in entry.remarks}
    )
    if choice.with_feedback and names:
        note = _(
            "In dit bestand staan ook woorden van anderen: %(names)s. Zij schreven ze voor jou. Vraag het hun"
            " voordat je ze aan iemand laat lezen.",
            names=", ".join(names),
        )
        found.append(_small(note))
    for entry in entries:
        found += _entry(entry, choice)
    if choice.with_feedback and lines:
        found += _growth(lines)
    return found


def _entry(entry: Entry, choice: Choice) -> list[Block]:
    written = entry.written
    facts = [
        _(
            "Module %(code)s, %(title)s",
            code=written.module_code,
            title=pick(written.module_title, written.module_title_en),
        ),
        written.cohort_name,
        str(STATES[written.state].text),
    ]
    if written.audience:
        facts.append(_("Wie mag dit lezen: %(audience)s", audience=AUDIENCES[written.audience]))
    found = [{"kind": "heading", "level": 1, "text": heading_of(entry)}, _small(" · ".join(facts))]
    versions = entry.versions if choice.all_versions else entry.versions[:1]
    for version in versions:
        found += _version(entry, version)
    if not versions:
        found += [_small(_("Concept, nog niet ingeleverd.")), *_answers(written.prompts, written.draft)]
    return found + (_reactions(entry) if choice.with_feedback else [])


def _version(entry: Entry, version: OwnVersion) -> list[Block]:
    handed_in = _(
        "Versie %(number)s, ingeleverd op %(date)s",
        number=version.number,
        date=date_full(version.submitted_at),
    )
    names = ", ".join(entry.files.get(version.version_id, ()))
    words = _("Bijlagen, op te halen bij je reflectie: %(names)s", names=names)
    return [
        _small(handed_in),
        *_answers(version.prompts or entry.written.prompts, version.answers),
        *([_small(words)] if names else []),
    ]


def _answers(prompts: list[dict[str, Any]], answers: dict[str, str]) -> list[Block]:
    found: list[Block] = []
    for prompt in prompts:
        answer = answers.get(prompt["slug"], "").strip()
        if answer:
            found += [_heading(question_of(prompt)), {"kind": "written", "text": answer}]
    return found


def _reactions(entry: Entry) -> list[Block]:
    found: list[Block] = []
    for one in reversed(entry.replies):
        words = str(REPLY_WORDS[one.decision is not None]) % {
            "name": one.name,
            "number": entry.number_of(one.version_id),
            "date": date_full(one.sent_at),
        }
        inside = _review(entry, one) if one.decision else _feedback(one) if one.is_open else []
        found += [_heading(words), {"kind": "aside", "blocks": inside}] if inside else []
    if entry.remarks:
        found.append(_heading(_("Opmerkingen bij de tekst")))
    for remark in entry.remarks:
        about = [{"kind": "quote", "blocks": [paragraph(remark.quote)]}] if remark.quote else []
        found.append({"kind": "aside", "blocks": [_small(remark.name), *about, *plain_blocks(remark.body)]})
    return found


def _review(entry: Entry, one: Reply) -> list[Block]:
    found = [paragraph(str(DECISIONS[one.decision or ""])), *plain_blocks(one.message)]
    rows = [
        [criterion["label"], str(JUDGEMENTS[judgement])]
        for criterion in entry.written.criteria
        if (judgement := judgement_of(one.content, criterion["slug"]))
    ]
    table = {"kind": "table", "head": [_("Criterium"), _("Oordeel")], "rows": rows}
    return [*found, table] if rows else found


def judgement_of(content: dict[str, Any], slug: str) -> str:
    """What was judged of a criterion, when it is one of the three words."""
    value = content.get(slug)
    return value if isinstance(value, str) and value in JUDGEMENTS else ""


def _feedback(one: Reply) -> list[Block]:
    found: list[Block] = []
    for question in one.questions:
        answer = str(one.content.get(question["slug"], "")).strip()
        asked = question.get("question") or str(PLAIN_QUESTION_WORDS.get(question["slug"], ""))
        found += [_small(asked), *plain_blocks(answer)] if answer else []
    for criterion in one.asked_criteria:
        seen = one.seen[criterion["slug"]]
        found.append(_small(criterion["label"]))
        found += [paragraph(str(SEEN[seen["seen"]]))] if seen.get("seen") in SEEN else []
        found += plain_blocks(seen.get("where", ""))
    return found


def _growth(lines: Sequence[Line]) -> list[Block]:
    found = [_heading(_("Langs de criteria, in de tijd"), 1)]
    for line in lines:
        rows = [
            [date_full(one.at), one.module_code, one.title, str(JUDGEMENTS[one.judgement])]
            for one in line.points
        ]
        head = [_("Datum"), _("Module"), _("Reflectie"), _("Oordeel")]
        found += [_heading(line.label), {"kind": "table", "head": head, "rows": rows}]
    return found


def _heading(text: str, level: int = 2) -> Block:
    return {"kind": "heading", "level": level, "text": text.strip() or str(NO_TITLE)}


def _small(text: str) -> Block:
    return {"kind": "small", "text": text}
