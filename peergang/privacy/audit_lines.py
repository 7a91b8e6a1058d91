"""Lines of the log as sentences."""

from collections.abc import Mapping
from typing import Any

from peergang.core.db import AnyRow
from peergang.core.i18n import gettext
from peergang.identity.labels import ROLES
from peergang.privacy.labels import OF_SCHOOL, PLATFORM, SOMEBODY, SOMETHING, VERBS, WITHOUT_WORDS
from peergang.privacy.queries import Names


class _Details(dict[str, Any]):
    """What a sentence may ask for. An old event may lack a detail that its sentence names today."""

    def __missing__(self, key: str) -> str:
        return "–"


def describe(event: AnyRow, names: Names) -> str:
    """The event in one sentence, in the language of the reader."""
    values = _Details({key: str(value) for key, value in event.details.items()})
    subject, cohort = str(event.subject_id), ""
    person = names.people.get(subject, "")
    if event.subject_type in ("enrolment", "sign_in_session") and subject in names.enrolments:
        user_id, cohort_id = names.enrolments[subject]
        person, cohort = names.people.get(user_id, ""), names.things.get(cohort_id, "")
    school = names.things.get(str(event.details.get("institution_id")), "")
    values |= {
        "who": names.people.get(str(event.actor_id)) or (str(SOMEBODY) if event.actor_id else str(PLATFORM)),
        "whom": person or str(SOMEBODY),
        "thing": names.things.get(subject) or cohort or str(SOMETHING),
        "role": _role(event.details),
        "of_school": OF_SCHOOL % {"school": school} if school else "",
        "verb": event.verb,
    }
    return VERBS.get(event.verb, WITHOUT_WORDS) % values


def _role(details: Mapping[str, Any]) -> str:
    role = str(details.get("role", ""))
    return str(ROLES[role]).lower() if role in ROLES else gettext("onbekend")
