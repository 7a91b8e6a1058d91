"""Who will read a reflection, in words; and what changes for whom when its author chooses anew."""

from collections.abc import Sequence
from uuid import UUID

from peergang.core.i18n import gettext as _, ngettext
from peergang.coursework.queries.readers import Readers, get_readers
from peergang.coursework.rules import PEER_AUDIENCES, Audience
from peergang.web.database import reading

_SIZE = {one: place for place, one in enumerate(Audience)}


def find_readers(enrolment_id: UUID, reflection_id: UUID | None) -> Readers:
    """The people around an author, with what they gave back on what can be read."""
    return get_readers(reading(), enrolment_id, reflection_id)


def who_reads(readers: Readers, fitting: str = "") -> dict[str, str]:
    """Who is meant by each audience, by name where there are few; `fitting` is the one that the activity is made for."""
    words = {
        Audience.PRIVATE: _("Je kunt zo bewaren, maar nog niet inleveren"),
        Audience.TRAINER: _("De trainers van je cohort, verder niemand"),
        Audience.PEER_GROUP: _group(readers.peers),
        Audience.COHORT: ngettext(
            "%(num)s andere deelnemer en de trainers",
            "%(num)s andere deelnemers en de trainers",
            readers.others,
        ),
    }
    if fitting in words:
        words[Audience(fitting)] = _("%(who)s. Past bij deze opdracht.", who=words[Audience(fitting)])
    return {str(one): text for one, text in words.items()}


def _group(names: Sequence[str]) -> str:
    if not names:
        return _("Je zit nog niet in een peergroep. Zodra je er een hebt, lezen zij mee.")
    return _all_of(names)


def _all_of(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(names)s en %(last)s", names=", ".join(names[:-1]), last=names[-1])


def what_changes(readers: Readers, now: str | None) -> dict[str, str]:
    """For each audience what choosing it would mean, when `now` is the one that counts for submitted versions."""
    if now not in _SIZE:
        return {}
    return {str(one): _change(readers, Audience(now), one) for one in Audience}


def _change(readers: Readers, now: Audience, new: Audience) -> str:
    if new == now:
        return _("Zo is het nu.")
    if _SIZE[new] > _SIZE[now]:
        return _wider(readers, new)
    return " ".join(one for one in (_narrower(now, new), _given(readers, new)) if one)


def _wider(readers: Readers, new: Audience) -> str:
    if new == Audience.TRAINER:
        return _("De trainers lezen dan alle versies die je inleverde.")
    if new == Audience.PEER_GROUP:
        if not readers.peers:
            return _group(readers.peers)
        return _("Ook %(names)s lezen dan alle versies die je inleverde.", names=_all_of(readers.peers))
    return ngettext(
        "De andere deelnemer leest dan ook alle versies die je inleverde.",
        "Alle %(num)s andere deelnemers lezen dan ook alle versies die je inleverde.",
        readers.others,
    )


def _narrower(now: Audience, new: Audience) -> str:
    if new == Audience.PRIVATE:
        return _("Dan leest niemand je tekst nog, ook je trainer niet.")
    if new == Audience.PEER_GROUP:
        return _("Alleen je groep en de trainers lezen je tekst dan nog, de rest van je cohort niet meer.")
    if now == Audience.COHORT:
        return _("Je cohort en je groep lezen je tekst dan niet meer.")
    return _("Je groep leest je tekst dan niet meer.")


def _given(given: Readers, new: Audience) -> str:
    if new in PEER_AUDIENCES or not given.feedback:
        return ""
    if not given.comments:
        return ngettext(
            "De feedback die je kreeg, blijft bij jou; wie die gaf, kan je tekst niet meer openen.",
            "De %(num)s keer feedback die je kreeg, blijven bij jou; wie ze gaf, kan je tekst niet meer openen.",
            given.feedback,
        )
    comments = ngettext("%(num)s opmerking", "%(num)s opmerkingen", given.comments)
    return ngettext(
        "De feedback die je kreeg met %(comments)s blijft bij jou; wie die gaf, kan je tekst niet meer openen.",
        "De %(num)s keer feedback die je kreeg met %(comments)s blijven bij jou; wie ze gaf, kan je tekst niet meer openen.",
        given.feedback,
        comments=comments,
    )
