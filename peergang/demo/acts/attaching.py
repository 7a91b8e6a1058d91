"""Files that go along with a reflection: a drawing on a board, or a page on paper, made here."""

import hashlib
import io
from random import Random

from PIL import Image, ImageDraw

from peergang.core.errors import PeergangError
from peergang.coursework.actions.attachments import NewAttachment, add_attachment
from peergang.coursework.rules.files import check_file
from peergang.coursework.rules.files.names import fit_name
from peergang.demo.events import Event, chance
from peergang.demo.stage import Stage

COLOURS = ("#1f6f78", "#c8553d", "#3d5a80", "#588157")
SIZES = {"PNG": (960, 640), "PDF": (595, 842)}


def attach(stage: Stage, event: Event) -> bool:
    """Put a file to the draft, as the page does: first the file, then its row."""
    kind, name, words = event.more["kind"], event.more["name"], event.more["words"]
    task = stage.calendar(event).find(event.more["slug"])
    checked = check_file(_draw(kind, chance("file", name)))
    keys = [stage.known.files.put(io.BytesIO(one)) for one in (checked.content, checked.preview) if one]
    new = NewAttachment(
        fit_name(name, checked.kind),
        checked.kind.media_type,
        len(checked.content),
        hashlib.sha256(checked.content).hexdigest(),
        storage_key=keys[0],
        preview_key=keys[1] if checked.preview else None,
        width=checked.width,
        height=checked.height,
    )
    try:
        made = add_attachment(stage.session, stage.actor(event.who), task.id, new, now=event.at)
    except PeergangError:
        stage.known.files.delete(keys)
        raise
    made.description = words
    return True


def _draw(kind: str, dice: Random) -> bytes:
    """Notes on a board without a word: nothing to translate, and nobody to recognise."""
    width, height = SIZES[kind]
    image = Image.new("RGB", (width, height), "#fbfaf6")
    pen = ImageDraw.Draw(image)
    step = height // 4
    for row in range(3):
        left, top = width // 12 + dice.randrange(width // 10), step // 2 + row * step
        box = (left, top, left + width // 4, top + step // 2)
        pen.rounded_rectangle(box, 12, outline=COLOURS[row], width=5)
        for line in range(3):
            y = top + 12 + line * (step // 6)
            pen.line((width // 2, y, width - width // 8 - dice.randrange(width // 6), y), "#555555", 4)
        pen.line((box[2] + 8, top + step // 4, width // 2 - 12, top + step // 4), COLOURS[3], 4)
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()
