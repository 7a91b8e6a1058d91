"""Twelve files as schools send them (tests/data/rosters, made by make.py there), and what must come out of each."""

from pathlib import Path
from uuid import UUID

import pytest

from peergang.cohorts.rules.roster.checking import check_rows
from peergang.cohorts.rules.roster.institutions import Institutions, KnownInstitution
from peergang.cohorts.rules.roster.reading import read_roster
from peergang.cohorts.rules.roster.tables import Unreadable
from peergang.identity.rules import full_name

FILES = Path(__file__).parents[2] / "data" / "rosters"
POLDERPOORT, PAPEGAAI, NOORDERHOEK, LINDEBORG, ZILVERKADE = "31XY", "25LX", "17AB", "04XZ", "09CD"
SCHOOLS = Institutions(
    KnownInstitution(UUID(int=number), brin, name)
    for number, (brin, name) in enumerate(
        (
            (POLDERPOORT, "Polderpoort College"),
            (PAPEGAAI, "Mediacollege Papegaai"),
            (NOORDERHOEK, "ROC Noorderhoek"),
            (LINDEBORG, "Lindeborg College"),
            (ZILVERKADE, "ROC Zilverkade"),
        ),
        start=1,
    )
)

# file: the rows that come out as (row in the spreadsheet, name, address, school, what is wrong)
OUTCOMES = {
    "01-titel-boven-totaal-onder.xlsx": [
        (7, "Merel Duinpan", "m.duinpan@polderpoort.example", POLDERPOORT, {}),
        (10, "Joris van der Kreek", "j.kreek@polderpoort.example", POLDERPOORT, {}),
    ],
    "02-uitleg-en-verborgen-blad.xlsx": [
        (2, "Floor Beukenlaan", "f.beukenlaan@papegaai.example", PAPEGAAI, {}),
    ],
    "03-naam-en-adres-in-een-cel.xlsx": [
        (2, "Anna van den Berg", "a.vandenberg@noorderhoek.example", NOORDERHOEK, {}),
        (3, "Bilal Oeverbos", "b.oeverbos@noorderhoek.example", NOORDERHOEK, {}),
        (4, "Stijn Wadloper", "s.wadloper@noorderhoek.example", NOORDERHOEK, {}),
        (
            5,
            "Aya Ster",
            "a.ster@noorderhoek.example; aya@thuis.example",
            NOORDERHOEK,
            {"email": "email_several"},
        ),
        (6, "Wil Wilg", "w.wilg@noorderhoek.example", NOORDERHOEK, {}),
    ],
    "04-getallen-en-datums.xlsx": [
        (2, "Noor de Wit", "n.dewit@lindeborg.example", LINDEBORG, {}),
        (3, "Sem Zand", "s.zand@lindeborg.example", LINDEBORG, {}),
        (4, "", "leeg@lindeborg.example", LINDEBORG, {"name": "name_missing"}),
    ],
    "05-onzichtbare-tekens.xlsx": [
        (2, "Zoë van de Östürk", "z.ostruk@zilverkade.example", ZILVERKADE, {}),
    ],
    "06-opgemaakt-tot-onderaan.xlsx": [(2, "Kees Kade", "k.kade@zilverkade.example", ZILVERKADE, {})],
    "07-eigen-koppen.xlsx": "not_csv",
    "08-excel-puntkomma-1252.csv": [(2, "José Díaz", "j.diaz@papegaai.example", PAPEGAAI, {})],
    "09-excel-unicode-tekst.txt": [(2, "Han 't Hart", "h.thart@papegaai.example", PAPEGAAI, {})],
    "10-regeleinde-in-een-cel.csv": [(2, "Els Eik", "e.eik@zilverkade.example", ZILVERKADE, {})],
    "11-formules.csv": [
        (2, "=CMD|' /C calc'!A0", "x@zilverkade.example", ZILVERKADE, {"name": "name_formula"}),
        (3, "+Piet Puk", "p.puk@zilverkade.example", ZILVERKADE, {"name": "name_formula"}),
    ],
    "12-webpagina.xls": "web_page",
}


@pytest.mark.parametrize("file_name", sorted(OUTCOMES))
def test_what_comes_out(file_name):
    content, expected = (FILES / file_name).read_bytes(), OUTCOMES[file_name]
    if isinstance(expected, str):
        with pytest.raises(Unreadable) as refused:
            read_roster(content)
        assert refused.value.code == expected
        return
    found = [
        (
            row.number,
            full_name(row.given_name, row.particle, row.family_name),
            row.email,
            row.institution.brin if row.institution else "",
            dict(row.problems),
        )
        for row in check_rows(read_roster(content), SCHOOLS, {})
    ]
    assert found == expected


def test_every_file_has_its_outcome():
    assert {path.name for path in FILES.iterdir() if path.suffix in (".xlsx", ".csv", ".txt", ".xls")} == set(
        OUTCOMES
    )


def test_a_list_with_words_of_its_own_waits_for_somebody_to_name_the_columns():
    with pytest.raises(Unreadable) as refused:
        read_roster((FILES / "07-eigen-koppen.xlsx").read_bytes())
    assert [line.cells[1] for line in refused.value.lines] == ["Bereikbaar op", "l.lage@zilverkade.example"]
