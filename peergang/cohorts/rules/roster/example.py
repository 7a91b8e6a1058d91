"""The file that people download to fill in. Its people and schools are invented."""

COLUMNS = ("Voornaam", "Tussenvoegsel", "Achternaam", "E-mailadres", "Instelling", "BRIN", "Functie")
EXAMPLE_ROW = (
    "Floor",
    "",
    "Beukenlaan",
    "f.beukenlaan@papegaai.example",
    "Mediacollege Papegaai",
    "",
    "i-coach",
)
EXAMPLE_ROWS = (
    EXAMPLE_ROW,
    ("Stijn", "van der", "Wadloper", "s.vanderwadloper@noorderhoek.example", "", "31XY", "docent en i-coach"),
)
EXAMPLE = "".join(";".join(cells) + "\r\n" for cells in (COLUMNS, *EXAMPLE_ROWS))
