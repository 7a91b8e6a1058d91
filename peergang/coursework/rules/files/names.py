"""What a file is called on pages and when it is downloaded. Where it lies has nothing to do with it."""

import re
import unicodedata

from peergang.coursework.rules.files.kinds import Kind

LONGEST = 80
FALLBACK = "bijlage"
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%;]+')


def fit_name(sent: str, kind: Kind) -> str:
    """The name that was sent, without folders, tricks and surprises, ending as its content demands."""
    # Marks on one letter are put in order by comparing each with each. The ending stands last, so that is what is kept.
    last = re.split(r"[/\\]", sent)[-1][-1_000:]
    # Control characters, and those that turn the reading direction: "gpj.exe" must not read as "exe.jpg".
    plain = "".join(one for one in unicodedata.normalize("NFC", last) if unicodedata.category(one)[0] != "C")
    plain = " ".join(_NOT_IN_NAMES.sub("-", plain).split()).strip(". -")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 5 or not ending.isalnum():
        stem, ending = plain, ""
    while stem.lower().endswith(tuple(f".{one}" for one in kind.endings)):
        stem = stem.rpartition(".")[0]
    stem = stem[:LONGEST].strip(". -") or FALLBACK
    fitting = ending.lower() if ending.lower() in kind.endings else kind.endings[0]
    return f"{stem}.{fitting}"
