"""Makes the ugly spreadsheets beside this file: `python -m tests.data.rosters.make`. The files themselves are kept, because
that is what schools send; tests/unit/cohorts/test_ugly_rosters.py says what must come out. People and schools are invented.
"""

from datetime import date
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
HEADER = ("Voornaam", "Tussenvoegsel", "Achternaam", "E-mailadres", "Instelling", "BRIN", "Functie")


def main() -> None:
    """Write all files again."""
    _titles_and_totals()
    _sheets_before_the_list()
    _names_in_one_cell()
    _numbers_and_dates()
    _unseen_characters()
    _formatted_to_the_bottom()
    _words_of_our_own()
    _texts()


def _titles_and_totals() -> None:
    book = Workbook()
    sheet = book.active
    sheet.merge_cells("B2:H2")
    sheet["B2"] = "Deelnemers Peergang voorjaar 2027 (concept, niet verspreiden)"
    sheet["B3"] = "Peildatum"
    sheet["C3"] = date(2026, 11, 1)
    people = (
        ("Merel", "", "Duinpan", "m.duinpan@polderpoort.example", "Polderpoort College", "31XY", "i-coach"),
        ("Joris", "van der", "Kreek", "j.kreek@polderpoort.example", "Polderpoort College", "31XY", ""),
    )
    for row, cells in enumerate((HEADER, people[0], (), HEADER, people[1]), start=6):
        for column, value in enumerate(cells, start=2):
            sheet.cell(row, column, value)
    sheet["B12"] = "Totaal: 2"
    sheet["H12"] = 2
    book.save(HERE / "01-titel-boven-totaal-onder.xlsx")


def _sheets_before_the_list() -> None:
    book = Workbook()
    book.active.title = "Toelichting"
    book.active["A1"] = "Vul het tweede tabblad in en stuur het terug."
    hidden = book.create_sheet("Oud")
    hidden.sheet_state = "hidden"
    hidden.append(("Naam", "E-mail", "Instelling"))
    hidden.append(("Iemand Anders", "oud@papegaai.example", "Mediacollege Papegaai"))
    people = book.create_sheet("Namen")
    people.append(("Instelling", "E-mail", "Naam"))
    people.append(("Mediacollege Papegaai", "f.beukenlaan@papegaai.example", "Floor Beukenlaan"))
    people["B2"].hyperlink = "mailto:f.beukenlaan@papegaai.example"
    book.save(HERE / "02-uitleg-en-verborgen-blad.xlsx")


def _names_in_one_cell() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("Achternaam, voornaam", "Mail", "School"))
    sheet.append(("Berg, Anna van den", "mailto:a.vandenberg@noorderhoek.example", "ROC Noorderhoek"))
    sheet.append(("Bilal Oeverbos <b.oeverbos@noorderhoek.example>", "", "ROC Noorderhoek"))
    sheet.append(("Stijn Wadloper", "Stijn Wadloper <S.Wadloper@Noorderhoek.example>", "ROC Noorderhoek"))
    sheet.append(("Aya Ster", "a.ster@noorderhoek.example; aya@thuis.example", "ROC Noorderhoek"))
    sheet.append(("Wil Wilg", "w.wilg@noorderhoek.example / W.Wilg@noorderhoek.example", "ROC Noorderhoek"))
    book.save(HERE / "03-naam-en-adres-in-een-cel.xlsx")


def _numbers_and_dates() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("Personeelsnr", "Naam", "In dienst", "E-mail", "BRIN", "Functie"))
    sheet.append((10023.0, "Noor de Wit", date(2020, 8, 1), "n.dewit@lindeborg.example", "4XZ", 42))
    sheet.append((10024, "Sem Zand", date(2021, 8, 1), "s.zand@lindeborg.example", "04XZ01", True))
    sheet.append((10025, "#N/A", None, "leeg@lindeborg.example", "04 xz", None))
    book.save(HERE / "04-getallen-en-datums.xlsx")


def _unseen_characters() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("\ufeffVoornaam\u00a0", " tussen-voegsel", "ACHTERNAAM ", "E\u2011mail", "Naam instelling"))
    sheet.append(
        (
            "Zo\u00eb\u200b",
            "van\u00a0de",
            "\u00d6st\u00fcrk  ",
            "\u200bz.ostruk@zilverkade.example\u00a0",
            " ROC  Zilverkade ",
        )
    )
    sheet.append(("  ", None, "\u00a0", "", "\u200b"))
    book.save(HERE / "05-onzichtbare-tekens.xlsx")


def _formatted_to_the_bottom() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("naam", "email", "school"))
    sheet.append(("Kees Kade", "k.kade@zilverkade.example", "ROC Zilverkade"))
    sheet.cell(1_048_576, 200).number_format = "0.00"
    book.save(HERE / "06-opgemaakt-tot-onderaan.xlsx")


def _words_of_our_own() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("Wie", "Bereikbaar op", "Van", "Wanneer"))
    sheet.append(("Lies Lage", "l.lage@zilverkade.example", "ROC Zilverkade", date(2027, 2, 2)))
    book.save(HERE / "07-eigen-koppen.xlsx")


def _texts() -> None:
    names = ";".join(HEADER)
    (HERE / "08-excel-puntkomma-1252.csv").write_bytes(
        f"sep=;\r\n{names}\r\nJos\u00e9;;D\u00edaz;j.diaz@papegaai.example;Mediacollege Papegaai;;co\u00f6rdinator\r\n"
        ";;;;;;\r\n".encode("cp1252")
    )
    (HERE / "09-excel-unicode-tekst.txt").write_bytes(
        "Naam\tE-mail\tInstelling\r\nHan 't Hart\th.thart@papegaai.example\tMediacollege Papegaai\r\n".encode(
            "utf-16"
        )
    )
    (HERE / "10-regeleinde-in-een-cel.csv").write_bytes(
        b'\xef\xbb\xbf"Volledige naam","E-mail adres","School"\n"Els\nEik","e.eik@zilverkade.example","ROC\nZilverkade"\n'
    )
    (HERE / "11-formules.csv").write_bytes(
        b"Naam;E-mail;Instelling\n=CMD|' /C calc'!A0;x@zilverkade.example;ROC Zilverkade\n"
        b"'+Piet Puk;p.puk@zilverkade.example;ROC Zilverkade\n"
    )
    (HERE / "12-webpagina.xls").write_bytes(
        b"<html><body><table><tr><td>Naam</td><td>E-mail</td></tr></table></body></html>"
    )


if __name__ == "__main__":
    main()
