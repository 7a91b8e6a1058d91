"""Words for the log: a sentence for every verb with which something is written down, and for every page that is accounted for.

%(who)s is who did it, %(whom)s the person it was done to, %(thing)s the cohort, institution or group it is about; any other
name is a detail of the event. tests/house/test_audit_words.py finds a verb without a sentence.
"""

from peergang.core.i18n import LazyText, lazy_gettext as _

SIGNING_IN: dict[str, LazyText] = {
    "sign_in": _("%(who)s logde in."),
    "demo_sign_in": _("%(who)s keek rond in de demo."),
    "sign_in_failed": _("Iemand probeerde in te loggen als %(whom)s, en dat lukte niet."),
    "second_step_failed": _("De tweede stap bij het inloggen van %(whom)s lukte niet."),
    "passkey_refused": _("Een passkey van %(whom)s werd geweigerd."),
    "session_revoked": _("%(who)s logde één apparaat uit."),
    "other_sessions_revoked": _("%(who)s logde alle andere apparaten uit."),
    "sign_out_everywhere": _("%(who)s logde overal uit."),
    "proved_again": _("%(who)s bewees opnieuw wie het is."),
    "proof_failed": _("Iemand die was ingelogd als %(whom)s kon niet bewijzen wie het is."),
    "passkey_added": _("%(who)s voegde een passkey toe aan het account van %(whom)s."),
    "passkey_renamed": _("%(who)s gaf een passkey een andere naam."),
    "passkey_removed": _("%(who)s verwijderde een passkey van %(whom)s."),
    "totp_added": _("%(who)s koppelde een app met codes."),
    "totp_removed": _("%(who)s ontkoppelde de app met codes."),
    "recovery_codes_made": _("%(who)s maakte herstelcodes."),
    "recovery_codes_renewed": _("%(who)s maakte nieuwe herstelcodes."),
    "recovery_code_used": _("%(who)s logde in met een herstelcode."),
    "second_factor_reset": _("%(who)s haalde de tweede stap van %(whom)s weg."),
    "institution_linked": _("%(who)s koppelde een account van %(organisation)s, via %(provider)s."),
    "institution_unlinked": _("%(who)s ontkoppelde een account van %(organisation)s, via %(provider)s."),
    "institution_proof_requested": _(
        "Voor %(whom)s is een link gevraagd om een account van een instelling te koppelen."
    ),
    "address_wanted": _("%(who)s wilde een ander e‑mailadres en kreeg daar een link om het te bevestigen."),
    "address_given_up": _("%(who)s nam de wens voor een ander e‑mailadres terug."),
    "own_address_changed": _("%(who)s bevestigde een ander e‑mailadres."),
    "institution_refused": _("Iemand kwam terug van %(provider)s en werd niet binnengelaten (%(reason)s)."),
    "password_changed": _("%(who)s koos een ander wachtwoord."),
    "password_set": _("%(who)s stelde een wachtwoord in voor %(whom)s."),
    "password_reset": _("%(who)s koos een nieuw wachtwoord met een link uit de mail."),
    "password_reset_requested": _("Voor %(whom)s is een link voor een nieuw wachtwoord gevraagd."),
}

PEOPLE: dict[str, LazyText] = {
    "user_created": _("%(who)s voegde %(whom)s toe."),
    "person_renamed": _("%(who)s verbeterde de naam van %(whom)s."),
    "email_changed": _("%(who)s veranderde het e‑mailadres van %(whom)s."),
    "user_deactivated": _("%(who)s sloot het account van %(whom)s."),
    "person_erased": _("%(who)s wiste alle gegevens van iemand. De reden: %(reason)s"),
    "user_reactivated": _("%(who)s opende het account van %(whom)s weer."),
    "invitation_accepted": _("%(who)s nam een uitnodiging aan."),
    "role_granted": _("%(who)s gaf %(whom)s de rol %(role)s%(of_school)s."),
    "role_revoked": _("%(who)s nam van %(whom)s de rol %(role)s%(of_school)s terug."),
    "affiliation_changed": _("%(who)s veranderde waar %(whom)s werkt."),
    "affiliation_corrected": _("%(who)s verbeterde een periode waarin %(whom)s ergens werkte."),
    "institution_created": _("%(who)s voegde de instelling %(thing)s toe."),
    "institution_changed": _("%(who)s veranderde de instelling %(thing)s."),
    "institution_merged": _("%(who)s liet de instelling %(thing)s opgaan in een andere."),
    "merger_undone": _("%(who)s draaide een fusie van %(thing)s terug."),
    "institution_ended": _("%(who)s sloot de instelling %(thing)s af."),
    "institution_reopened": _("%(who)s opende de instelling %(thing)s weer."),
    "address_file_applied": _("%(who)s nam het adressenbestand van de overheid over."),
}

READING: dict[str, LazyText] = {
    "personal_data_exported": _("%(who)s downloadde de eigen gegevens."),
    "participation_exported": _("%(who)s downloadde de tabel van de deelname."),
    "report_fetched": _("%(who)s downloadde een tabel als bestand."),
    "audit_exported": _("%(who)s downloadde het logboek."),
    "reason_given": _("%(who)s ging persoonlijke gegevens lezen. De reden: %(reason)s"),
    "read_on_behalf": _("%(who)s bekeek wat we over %(whom)s bewaren. De reden: %(reason)s"),
}

COHORTS: dict[str, LazyText] = {
    "cohort_created": _("%(who)s maakte het cohort %(thing)s."),
    "cohort_copied": _("%(who)s maakte het cohort %(thing)s als kopie van een ander."),
    "cohort_changed": _("%(who)s veranderde het cohort %(thing)s."),
    "cohort_opened": _("%(who)s opende het cohort %(thing)s."),
    "cohort_started": _("Het cohort %(thing)s begon."),
    "cohort_closed": _("%(who)s sloot het cohort %(thing)s af."),
    "cohort_cancelled": _("%(who)s zegde het cohort %(thing)s af."),
    "participants_imported": _("%(who)s las een lijst met deelnemers in voor %(thing)s."),
    "trainer_assigned": _("%(who)s maakte iemand trainer van %(thing)s."),
    "trainer_removed": _("%(who)s haalde een trainer weg bij %(thing)s."),
    "enrolment_withdrawn": _("%(who)s haalde %(whom)s uit het cohort %(thing)s."),
    "extension_granted": _("%(who)s gaf %(whom)s meer tijd in %(thing)s."),
    "extension_revoked": _("%(who)s trok extra tijd van %(whom)s in %(thing)s in."),
    "completion_overridden": _("%(who)s markeerde een opdracht van %(whom)s in %(thing)s als afgerond."),
    "risk_dismissed": _("%(who)s zette een signaal bij %(thing)s weg."),
    "risk_recalled": _("%(who)s zette een signaal bij %(thing)s terug."),
    "override_taken_back": _("%(who)s nam de markering van een opdracht van %(whom)s in %(thing)s terug."),
    "peer_group_renamed": _("%(who)s gaf een peergroep een andere naam."),
    "peer_groups_mended": _("De peergroepen van %(thing)s zijn hersteld."),
    "free_period_added": _("%(who)s voegde een vrije periode toe."),
    "free_period_changed": _("%(who)s veranderde een vrije periode."),
    "free_period_removed": _("%(who)s haalde een vrije periode weg."),
    "free_periods_copied": _("%(who)s nam vrije perioden over naar een nieuw jaar."),
    "module_pinned": _("%(who)s zette een datum van een module in %(thing)s vast."),
    "module_unpinned": _("%(who)s liet een datum van een module in %(thing)s weer meebewegen."),
    "activity_pinned": _("%(who)s zette een datum van een opdracht in %(thing)s vast."),
    "activity_unpinned": _("%(who)s liet een datum van een opdracht in %(thing)s weer meebewegen."),
    "requests_approved": _("%(who)s keurde aanvragen voor %(thing)s goed."),
    "request_declined": _("%(who)s wees een aanvraag voor %(thing)s af."),
    "joining_opened": _("%(who)s zette aanmelden met een link open voor %(thing)s."),
    "joining_closed": _("%(who)s sloot aanmelden met een link voor %(thing)s."),
    "join_link_renewed": _("%(who)s maakte een nieuwe aanmeldlink voor %(thing)s."),
    "enrolment_transferred": _("%(who)s liet %(whom)s van cohort wisselen."),
    "waiting_moved_up": _("%(who)s zette %(whom)s hoger op de wachtlijst."),
    "edition_upgraded": _("%(who)s bracht het cohort %(thing)s naar een nieuwe editie."),
    "peer_groups_divided": _("%(who)s verdeelde %(thing)s in peergroepen."),
    "newcomers_placed": _("%(who)s gaf nieuwe deelnemers van %(thing)s een peergroep."),
    "peer_group_moved": _("%(who)s zette %(whom)s in een andere peergroep."),
    "peer_groups_undone": _("%(who)s draaide een verandering van de peergroepen van %(thing)s terug."),
    "participant_added": _("%(who)s voegde %(whom)s toe aan het cohort %(thing)s."),
    "invited_again": _("%(who)s nodigde %(whom)s opnieuw uit voor %(thing)s."),
    "peer_group_pinned": _("%(who)s zette %(whom)s vast in een peergroep."),
    "peer_group_unpinned": _("%(who)s maakte %(whom)s weer los van een peergroep."),
    "meeting_planned": _("%(who)s plande een bijeenkomst."),
    "meeting_changed": _("%(who)s veranderde een bijeenkomst."),
    "meeting_removed": _("%(who)s haalde een bijeenkomst weg."),
    "meeting_cancelled": _("%(who)s zegde een bijeenkomst af."),
    "meeting_undone": _("%(who)s draaide een verandering van een bijeenkomst terug."),
    "compile_started": _("%(who)s liet alle voortgang opnieuw uitrekenen."),
    "compile_stopped": _("%(who)s stopte het opnieuw uitrekenen van de voortgang."),
    "demo_lived": _("De demo leefde een stuk verder."),
}

CERTIFICATES: dict[str, LazyText] = {
    "certificate_issued": _("%(who)s gaf %(whom)s het certificaat van %(thing)s met de hand."),
    "certificate_revoked": _("%(who)s trok het certificaat van %(whom)s in %(thing)s in."),
    "certificate_restored": _("%(who)s herstelde het certificaat van %(whom)s in %(thing)s."),
    "certificate_name_corrected": _("%(who)s verbeterde de naam op het certificaat van %(whom)s."),
    "badge_file_exported": _("%(who)s downloadde het bestand voor edubadges van %(thing)s."),
}

DISCUSSION: dict[str, LazyText] = {
    "discussion_post_hidden": _("%(who)s verborg een bericht van %(whom)s in een gesprek."),
    "discussion_post_removed": _("%(who)s verwijderde een verborgen bericht van %(whom)s uit een gesprek."),
    "discussion_post_shown": _("%(who)s toonde een bericht van %(whom)s in een gesprek weer."),
}

MESSAGES: dict[str, LazyText] = {
    "sending_paused": _("%(who)s hield alle berichten tegen. De reden: %(reason)s"),
    "rule_paused": _("%(who)s hield de berichten van de regel %(key)s tegen. De reden: %(reason)s"),
    "cohort_paused": _("%(who)s hield de berichten over %(thing)s tegen. De reden: %(reason)s"),
    "sending_resumed": _("%(who)s liet alle berichten weer gaan."),
    "rule_resumed": _("%(who)s liet de berichten van de regel %(key)s weer gaan."),
    "cohort_resumed": _("%(who)s liet de berichten over %(thing)s weer gaan."),
    "notices_replayed": _("%(who)s liet %(number)s berichten opnieuw versturen."),
    "suspension_lifted": _("%(who)s liet weer mail gaan naar het adres van %(whom)s."),
    "notice_settled": _("%(who)s besliste over een bericht dat niet zeker aankwam: %(outcome)s."),
}

VERB_GROUPS: tuple[tuple[LazyText, dict[str, LazyText]], ...] = (
    (_("Inloggen"), SIGNING_IN),
    (_("Mensen, rollen en instellingen"), PEOPLE),
    (_("Lezen en downloaden"), READING),
    (_("Cohorten"), COHORTS),
    (_("Certificaten"), CERTIFICATES),
    (_("Gesprekken in cohorten"), DISCUSSION),
    (_("Berichten"), MESSAGES),
)
"""As the filter of the log shows them."""

VERBS: dict[str, LazyText] = SIGNING_IN | PEOPLE | READING | COHORTS | CERTIFICATES | DISCUSSION | MESSAGES

WITHOUT_WORDS = _("%(who)s deed iets waarvoor hier nog geen woorden zijn: %(verb)s.")
"""For an event of a version of the platform that knew other verbs."""

PLATFORM = _("Het platform")
SOMEBODY = _("iemand")
SOMETHING = _("iets dat er niet meer is")
OF_SCHOOL = _(" van %(school)s")

PAGES: dict[str, LazyText] = {
    "participation_cell": _("de deelname van jouw instelling, met namen"),
    "cohort_progress": _("de voortgang van jouw cohort, met namen"),
    "participant_story": _("jouw weg door het cohort, van dag tot dag"),
    "risks": _("de lijst van wie een telefoontje kan gebruiken"),
    "risk": _("wat bij jou aandacht vraagt, en wat eraan gedaan is"),
    "cohort_certificates": _("wie van jouw cohort een certificaat heeft"),
    "certificate": _("je certificaat"),
    "badge_file": _("het bestand waarmee je edubadge wordt uitgereikt"),
    "person": _("de pagina over jou"),
    "on_behalf": _("wat we over jou bewaren"),
    "rule_tried": _("of je een bericht krijgt"),
    "why_not": _("welke berichten je krijgt"),
    "report_file": _("een tabel als bestand, met namen"),
    "cohort_export": _("de lijst van jouw cohort als bestand"),
}
"""What somebody opened, as its owner reads it."""

WHY: dict[str, LazyText] = {
    "trainer": _("Als trainer van je cohort."),
    "organiser": _("Als organisator van het netwerk."),
    "other": _("Om een vraag te beantwoorden."),
}
"""Why, where nobody said a reason of their own: it is their work."""
