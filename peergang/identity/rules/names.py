"""Names the Dutch way: the particle (tussenvoegsel) stands apart, lists sort on the main word, IJ is one letter.

The table in tests/unit/identity/test_names.py shows what each function makes of which name.
"""

import re
import unicodedata

PARTICLES = frozenset((
    "van", "de", "den", "der", "des", "ter", "ten", "te", "het", "'t", "'s", "in", "op", "aan", "bij",
    "onder", "over", "tot", "uit", "uijt", "voor", "la", "le", "les", "du", "d'", "da", "dos", "di",
    "del", "el", "al", "von", "zu", "zum", "am", "af", "l'",
))  # fmt: skip
"""Words that stand before the main word of a family name, in lower case; `split_name` knows them whatever their capitals."""

ERASED_NAME = "Iemand die niet meer meedoet"
"""Stands in the place of a name that was erased, so that every page, file and mail says the same."""

_APOSTROPHES = str.maketrans("’‘`´", "''''")
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into a plain one and a sign."""
_ELIDED = re.compile(r"(d'|l')(\w.*)", re.IGNORECASE)


def full_name(given_name: str, particle: str, family_name: str) -> str:
    """The name as it is written in running text: "Anna van der Berg", "Noor d'Arcy"."""
    return " ".join(part for part in (given_name, _surname(particle, family_name)) if part)


def formal_name(given_name: str, particle: str, family_name: str) -> str:
    """The name after "mevrouw" or "de heer", where no first name or initial precedes: "Van der Berg".

    The particle gets a capital there, except one that is only a letter with an apostrophe ('t, 's, d'): "'t Hart". Who
    has one name is called by it.
    """
    if not family_name:
        return given_name
    first = particle.split(" ", 1)[0]
    return _surname(particle if "'" in first.translate(_APOSTROPHES) else capitalised(particle), family_name)


def listed_name(given_name: str, particle: str, family_name: str) -> str:
    """The name as it stands in an alphabetical list: "Berg, Anna van der"."""
    if not family_name:
        return given_name
    rest = " ".join(part for part in (given_name, particle) if part)
    return f"{family_name}, {rest}" if rest else family_name


def initials(given_name: str, family_name: str) -> str:
    """The first letters for an avatar: "AB"; one when there is only one name. IJ is one letter: "IJD"."""
    main = _loose_particle(family_name)[1]
    return "".join(_first_letter(name.lstrip(_MARKS) or name) for name in (given_name, main))


def capitalised(word: str) -> str:
    """With a capital, and IJ as the pair it is: "ijsbrand" becomes "IJsbrand"."""
    return _first_letter(word) + word[2 if word[:2].lower() == "ij" else 1 :]


def sort_key(given_name: str, particle: str, family_name: str) -> str:
    """A key that sorts on the main word of the family name, without accents or capitals (Dutch practice, NEN 1888).

    No collation of PostgreSQL does this, so the key is stored beside the name. Who typed the particle into the family name
    ("van der Berg") is sorted on the main word too, as long as it has small letters: "Van Damme" is how Flemish names go.
    """
    loose, main = _loose_particle(family_name) if not particle else ("", family_name)
    rest = f"{given_name} {particle or loose}" if family_name else ""
    return _plain(f"{(main or given_name).lstrip(_MARKS)}, {rest}").strip(" ,")


def split_name(name: str) -> tuple[str, str, str]:
    """(given name, particle, family name) of a name in one piece: "Anna van der Berg" or "Berg, Anna van der"."""
    name = " ".join(name.split())
    if "," in name:
        main, _, rest = name.partition(",")
        words = rest.split()
        at = next((i for i, word in enumerate(words) if _is_particle(word)), len(words))
        return " ".join(words[:at]), " ".join(words[at:]), main.strip()
    words = name.split()
    if len(words) < 2:
        return name, "", ""
    at = next((i for i, word in enumerate(words) if i and (_is_particle(word) or _elided(word))), 1)
    last = at
    while last < len(words) - 1 and _is_particle(words[last]):
        last += 1
    particle, family_name = " ".join(words[at:last]), " ".join(words[last:])
    found = _elided(family_name)
    if found:
        particle, family_name = f"{particle} {found[0]}".strip(), found[1]
    return " ".join(words[:at]), particle, family_name


_MARKS = "'\"-‐ "


def _surname(particle: str, family_name: str) -> str:
    """An elided particle is written against the name: d'Arcy, l'Ami, but 't Hart."""
    if not particle or not family_name:
        return family_name or particle
    glued = particle.translate(_APOSTROPHES).endswith("'")
    return f"{particle}{family_name}" if glued else f"{particle} {family_name}"


def _first_letter(word: str) -> str:
    # A capital may take two letters ("ß" becomes "SS"), and there is room for one.
    return "IJ" if word[:2].lower() == "ij" else word[:1].upper()[:1]


def _is_particle(word: str) -> bool:
    return word.lower().translate(_APOSTROPHES) in PARTICLES


def _elided(word: str) -> tuple[str, str] | None:
    found = _ELIDED.fullmatch(word.translate(_APOSTROPHES))
    return (word[:2], word[2:]) if found else None


def _loose_particle(family_name: str) -> tuple[str, str]:
    """The particle that was typed into a family name, and the rest. The last word is never one."""
    words = family_name.split(" ")
    at = 0
    while at < len(words) - 1 and words[at] == words[at].lower() and _is_particle(words[at]):
        at += 1
    return " ".join(words[:at]), " ".join(words[at:])


def _plain(text: str) -> str:
    # Marks on one letter are put in order by comparing each with each, so no more is read than any name needs.
    text = text[:1_000].translate(_APOSTROPHES)
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_UNDECOMPOSED)
    # Some letters fall apart only once they are small.
    letters = unicodedata.normalize("NFKD", letters)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
