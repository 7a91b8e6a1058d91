"""Words about files at a reflection."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.coursework.rules.files.kinds import DOCX, JPEG, ODP, ODS, ODT, PDF, PNG, PPTX, WEBP, XLSX

FILE_PROBLEMS: dict[str, LazyText] = {
    "missing": lazy_gettext("Kies eerst een bestand."),
    "empty_file": lazy_gettext("Dit bestand is leeg. Kies een ander, of bewaar het opnieuw."),
    "too_large": lazy_gettext(
        "Dit bestand is groter dan 10 MB. Maak het kleiner (een foto: kies een kleiner formaat) en probeer het opnieuw."
    ),
    "too_many": lazy_gettext("Er zijn al 10 bijlagen, meer kan niet. Haal er eerst een weg."),
    "total_too_large": lazy_gettext(
        "Samen worden je bijlagen groter dan 50 MB. Haal er een weg, of maak deze kleiner."
    ),
    "too_many_kept": lazy_gettext(
        "Je voegde hier al zoveel bestanden toe en haalde ze weer weg dat er nu geen bij kan."
    ),
    "twice": lazy_gettext("Dit bestand staat er al bij."),
    "unknown": lazy_gettext(
        "Dit soort bestand kan niet mee. Kies een foto (JPEG, PNG, WebP), een PDF, of een bestand van Word, Excel,"
        " PowerPoint of LibreOffice."
    ),
    "gif": lazy_gettext("Een GIF kan niet mee. Bewaar de afbeelding als PNG of JPEG en voeg die toe."),
    "heic": lazy_gettext(
        "Deze foto is in HEIC bewaard, en dat kan niet elke computer openen. Bewaar hem als JPEG en voeg die toe."
    ),
    "old_office": lazy_gettext(
        "Dit is een ouder of beveiligd Office-bestand. Bewaar het zonder wachtwoord als .docx, .xlsx of .pptx, of als PDF."
    ),
    "macros": lazy_gettext(
        "In dit bestand zitten macro’s, en die kunnen op andermans computer kwaad doen. Bewaar het zonder macro’s, of als PDF."
    ),
    "locked": lazy_gettext(
        "Dit bestand is met een wachtwoord beveiligd. Bewaar het zonder, en voeg dat toe."
    ),
    "mixed": lazy_gettext(
        "In dit bestand zit meer dan het lijkt, en dat is niet veilig. Open het, bewaar het opnieuw en voeg dat toe."
    ),
    "too_much_inside": lazy_gettext(
        "Uitgepakt is dit bestand veel te groot. Bewaar het als PDF en voeg die toe."
    ),
    "too_many_pixels": lazy_gettext(
        "Deze foto heeft meer beeldpunten dan we aankunnen. Verklein hem en probeer het opnieuw."
    ),
    "broken": lazy_gettext("Dit bestand kunnen we niet lezen. Open het, bewaar het opnieuw en voeg dat toe."),
    "description_long": lazy_gettext("Houd het bij 300 tekens: wat moet iemand weten die de foto niet ziet?"),
}
"""By the codes of rules/files and actions/attachments.py."""

FILE_KINDS: dict[str, LazyText] = {
    JPEG.media_type: lazy_gettext("foto"),
    PNG.media_type: lazy_gettext("afbeelding"),
    WEBP.media_type: lazy_gettext("afbeelding"),
    PDF.media_type: lazy_gettext("PDF"),
    DOCX.media_type: lazy_gettext("Word-document"),
    XLSX.media_type: lazy_gettext("Excel-werkblad"),
    PPTX.media_type: lazy_gettext("PowerPoint-presentatie"),
    ODT.media_type: lazy_gettext("tekstdocument"),
    ODS.media_type: lazy_gettext("rekenblad"),
    ODP.media_type: lazy_gettext("presentatie"),
}

FILE_ICONS: dict[str, str] = {
    JPEG.media_type: "file-earmark-image",
    PNG.media_type: "file-earmark-image",
    WEBP.media_type: "file-earmark-image",
    PDF.media_type: "file-earmark-pdf",
    XLSX.media_type: "file-earmark-spreadsheet",
    ODS.media_type: "file-earmark-spreadsheet",
}
"""Where nothing is said: file-earmark-text."""
