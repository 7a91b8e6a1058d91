"""Reads the folder of a programme into typed models, and gathers every mistake before it gives up."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from peergang.curriculum.content import schema
from peergang.curriculum.content.document import BrokenFile, Document, Mistake, read_document, validate
from peergang.curriculum.content.markdown import render
from peergang.curriculum.kinds import kinds
from peergang.curriculum.kinds.base import KindSettings
from peergang.curriculum.rules import ActivityKind

M = TypeVar("M", bound=BaseModel)
COMMON_KEYS = frozenset(schema.ActivityHeader.model_fields)


class ContentError(Exception):
    """The content cannot be loaded; `mistakes` says what is wrong where."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(one) for one in mistakes))
        self.mistakes = mistakes


@dataclass
class _Reader:
    """Reads files below `root` and remembers what was wrong."""

    root: Path
    mistakes: list[Mistake] = field(default_factory=list)
    documents: dict[int, Document] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root.parent.parent).as_posix()

    def say(self, path: Path, line: int, text: str) -> None:
        self.mistakes.append(Mistake(self.name(path), line, text))

    def document(self, path: Path) -> Document | None:
        if not path.is_file():
            self.say(path, 1, "is missing; every programme and module has this file")
            return None
        try:
            found = read_document(path)
        except BrokenFile as error:
            self.say(path, error.line, error.text)
            return None
        if not found.body:
            self.say(path, found.body_line, "has no text below its header; write it")
        return found

    def model(self, model: type[M], document: Document) -> M | None:
        try:
            found = validate(model, document)
        except ValidationError as error:
            self.mistakes.extend(document.mistakes(error, self.name(document.path)))
            return None
        self.documents[id(found)] = document
        return found

    def line(self, header: BaseModel, *location: str | int) -> tuple[Path, int]:
        document = self.documents[id(header)]
        return document.path, document.line_of(location)


def read_programmes(content: Path) -> list[schema.Programme]:
    """Every programme below `content`/programmes, in the order of their folders.

    Raises:
        ContentError: with every mistake that was found, in all files.
    """
    folder = content / "programmes"
    readers = (
        [(_Reader(path), path) for path in sorted(folder.iterdir()) if path.is_dir()]
        if folder.is_dir()
        else []
    )
    programmes = [_read_programme(reader, path) for reader, path in readers]
    mistakes = sorted(mistake for reader, _ in readers for mistake in reader.mistakes)
    if not readers:
        mistakes = [Mistake(str(folder), 1, "holds no programme; is this the content folder?")]
    if mistakes:
        raise ContentError(mistakes)
    return [programme for programme in programmes if programme is not None]


def _read_programme(reader: _Reader, folder: Path) -> schema.Programme | None:
    document = reader.document(folder / "programme.md")
    header = reader.model(schema.ProgrammeHeader, document) if document else None
    modules = [_read_module(reader, path) for path in sorted(folder.iterdir()) if path.is_dir()]
    found = [module for module in modules if module is not None]
    if document is None or header is None:
        return None
    programme = schema.Programme(header=header, body_html=render(document.body), modules=found)
    _check_references(reader, programme)
    return programme


def _read_module(reader: _Reader, folder: Path) -> schema.Module | None:
    document = reader.document(folder / "module.md")
    header = reader.model(schema.ModuleHeader, document) if document else None
    topics = [_read_topic(reader, path) for path in sorted((folder / "topics").glob("*.md"))]
    activities = [_read_activity(reader, path) for path in sorted((folder / "activities").glob("*.md"))]
    if document is None or header is None:
        return None
    for name, items in (("topics", topics), ("activities", activities)):
        if not items:
            reader.say(
                document.path, 1, f"belongs to a module without {name}; add files in {folder.name}/{name}/"
            )
    return schema.Module(
        header=header,
        body_html=render(document.body),
        topics=[topic for topic in topics if topic],
        activities=[activity for activity in activities if activity],
    )


def _read_topic(reader: _Reader, path: Path) -> schema.Topic | None:
    document = reader.document(path)
    header = reader.model(schema.TopicHeader, document) if document else None
    if document is None or header is None:
        return None
    return schema.Topic(header=header, body_html=render(document.body))


def _read_activity(reader: _Reader, path: Path) -> schema.Activity | None:
    document = reader.document(path)
    if document is None:
        return None
    common = {key: value for key, value in document.header.items() if key in COMMON_KEYS}
    own = {key: value for key, value in document.header.items() if key not in COMMON_KEYS}
    header = _part(reader, document, schema.ActivityHeader, common)
    kind = kinds().get(str(common.get("kind")))
    settings = _part(reader, document, kind, own) if kind else None
    if header is None or settings is None:
        return None
    reader.documents[id(header)] = document
    return schema.Activity(header=header, settings=settings, body_html=render(document.body))


def _part(reader: _Reader, document: Document, model: type[M], data: dict[str, Any]) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        reader.mistakes.extend(document.mistakes(error, reader.name(document.path)))
        return None


def _check_references(reader: _Reader, programme: schema.Programme) -> None:
    """What no single file can know: slugs that are used twice, and references that lead nowhere."""
    _check_certificate(reader, programme)
    seen: dict[tuple[str, str], BaseModel] = {}
    for module in programme.modules:
        owner = module.header.slug
        headers: list[tuple[str, Any]] = [("module", module.header)]
        headers += [(f"topic of {owner}", topic.header) for topic in module.topics]
        headers += [("activity", activity.header) for activity in module.activities]
        for kind, header in headers:
            if (kind, header.slug) in seen:
                reader.say(
                    *reader.line(header, "slug"), f"slug {header.slug!r} is used twice; choose another"
                )
            seen[kind, header.slug] = header
        codes = {topic.header.code for topic in module.topics}
        reflections = {
            one.header.slug: _criteria(one) for one in module.activities if one.header.kind == "reflection"
        }
        for activity in module.activities:
            _check_activity(reader, activity, codes, reflections)


def _check_certificate(reader: _Reader, programme: schema.Programme) -> None:
    """A certificate that nobody could ever earn."""
    terms = programme.header.certificate
    kinds_of = [one.header.kind for module in programme.modules for one in module.activities]
    if terms is None:
        return
    if terms.meetings and "meeting" not in kinds_of:
        where = reader.line(programme.header, "certificate", "meetings")
        reader.say(*where, "certificate.meetings is asked and there is no meeting; write 0")
    if terms.examples > (most := kinds_of.count(ActivityKind.PRACTICE_EXAMPLE)):
        where = reader.line(programme.header, "certificate", "examples")
        reader.say(*where, f"certificate.examples must be at most {most}, the number of practice examples")


def _criteria(reflection: schema.Activity) -> set[str]:
    return {one.slug for one in getattr(reflection.settings, "criteria", ())}


def _check_activity(
    reader: _Reader, activity: schema.Activity, codes: set[str], reflections: dict[str, set[str]]
) -> None:
    settings: KindSettings = activity.settings
    for code in settings.topic_references():
        if code not in codes:
            reader.say(
                *reader.line(activity.header, "topics"),
                f"topic {code!r} is not in this module; correct the code",
            )
    for slug in settings.activity_references():
        if slug not in reflections:
            reader.say(
                *reader.line(activity.header, "about"),
                f"{slug!r} is no reflection of this module; correct the slug",
            )
    known = {one for slug in settings.activity_references() for one in reflections.get(slug, ())}
    for number, slug in enumerate(settings.criterion_references()):
        if known and slug not in known:
            reader.say(
                *reader.line(activity.header, "criteria", number),
                f"{slug!r} is no criterion of that reflection; correct the slug",
            )
