"""The accounts with which a visitor looks around in the demo. The sign-in page shows them as buttons, in demo and
development only.
"""

DEMO_PASSWORD = "bruggen-bouwen-2026"  # noqa: S105 it is printed at the start and opens nothing outside the demo

DEMO_ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("amira.veldhaver@zevenbruggen.example", "participant"),
    ("marijke.roerdomp@bruggenbouwen.example", "trainer"),
    ("lotte.vlierstruik@bruggenbouwen.example", "organiser"),
    ("hidde.waterlelie@zevenbruggen.example", "contact"),
)
"""E-mail address and role in view (a key of peergang.web.navigation.ROLE_NAMES), in the order of the buttons."""
