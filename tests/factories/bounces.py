"""Reports as mail servers write them, in our own words, with the mail and the address that a test gives."""

from pathlib import Path
from uuid import UUID

FOLDER = Path(__file__).parents[1] / "data" / "bounces"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def report(name: str, mail_id: UUID, address: str) -> bytes:
    """The report called `name`, as it travels."""
    text = (FOLDER / f"{name}.eml").read_text(encoding="utf-8")
    text = text.replace("{mail_id}", str(mail_id)).replace("{address}", address)
    return text.replace("\n", "\r\n").encode()
