"""From nothing to a published cohort with thirty people in under three minutes: by mouse, by finger and by keyboard."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.hand import Hand, Keys, Pointer
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import make_institution, make_organiser, make_user_with_password

SCHOOLS = ("Getijde College", "ROC Vlindertuin", "Veenweide College", "Duinrand College")
GIVEN = ("Floor", "Stijn", "Noor", "Daniël", "Mees", "Jip", "Ayşe", "Bram", "Chantal", "Dirk-Jan")
FAMILY = ("Beukenlaan", "Wadloper", "Haverkamp")
PARTICLES = ("", "van der", "de")
THREE_MINUTES = 180
_numbers = count(1)


def school_export(folder: Path, mark: str) -> Path:
    """Thirty people as a school's own system exports them: a title above, columns nobody asked for, two slips."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"Personeel i-coach traject {mark}"])
    sheet.append([])
    sheet.append(
        ["Persnr", "Roepnaam", "Tussenvoegsel", "Achternaam", "E-mail", "School", "Functie", "In dienst"]
    )
    for number in range(30):
        given, family = GIVEN[number % 10], FAMILY[number // 10]
        box = f"{given}.{family}".lower().replace("ë", "e").replace("ş", "s")
        address = f"{box}@{mark}.example" if number != 4 else f"{box}@"
        school = f"{SCHOOLS[number % 4]} {mark}" if number != 9 else f"Vlindertuin aan Zee {mark}"
        sheet.append(
            [
                100_000 + number,
                given,
                PARTICLES[number // 10],
                family,
                address,
                school,
                "docent",
                "2019-08-01",
            ]
        )
    path = folder / "export personeel.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("hand_of", "width", "most"),
    [(Pointer, 1280, 30), (Pointer, 390, 30), (Keys, 1280, 190)],
    ids=["mouse", "finger", "keyboard"],
)
def test_from_nothing_to_thirty_invited_people(
    site: Site,
    visit: NewVisitor,
    tmp_path: Path,
    hand_of: Callable[..., Hand],
    width: int,
    most: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mark = f"reis{next(_numbers)}"
    with site.work() as session:
        organiser = make_organiser(session, "Lotte", "Vlierstruik")
        trainer = make_user_with_password(session, "Marijke", "Roerdomp")
        for name in SCHOOLS:
            make_institution(session, f"{name} {mark}")
    visitor = visit(width, organiser)
    visitor.go("/")
    hand = hand_of(visitor.page)
    name = f"Peergang {mark}"
    begin(visitor, hand, name)
    plan_and_staff(visitor, hand, trainer.email)
    read_people(visitor, hand, school_export(tmp_path, mark), mark)
    publish(visitor, hand, name)
    with capsys.disabled():
        print("\n" + hand.told(hand_of.__name__.lower() + f" at {width} px"))
    assert hand.seconds < THREE_MINUTES
    assert hand.actions <= most, hand.told("too much to do")


def begin(visitor: Visitor, hand: Hand, name: str) -> None:
    page = visitor.page
    hand.use(page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Cohorten"))
    visitor.check("cohorten")
    hand.use(page.get_by_role("link", name="Nieuw cohort").first)
    visitor.check("nieuw")
    hand.write(page.get_by_label("Naam"), name)
    hand.use(page.get_by_role("button", name="Bewaar en ga verder"))


def plan_and_staff(visitor: Visitor, hand: Hand, email: str) -> None:
    page = visitor.page
    visitor.check("voorstel")
    hand.write(page.get_by_label("Plaats"), "Utrecht, Jaarbeursplein")
    hand.use(page.get_by_role("button", name="Neem dit voorstel over"))
    visitor.check("bijeenkomsten")
    go_on(visitor, hand, "Verder naar trainers", "Trainers")
    visitor.check("trainers")
    hand.write(page.get_by_label("E‑mailadres"), email)
    hand.use(page.get_by_role("button", name="Voeg toe"))
    visitor.check("trainer-erbij")
    go_on(visitor, hand, "Verder naar deelnemers", "Deelnemers")


def read_people(visitor: Visitor, hand: Hand, path: Path, mark: str) -> None:
    page = visitor.page
    visitor.check("deelnemers")
    hand.pick(page.locator("#file"), path)
    hand.use(page.get_by_role("button", name="Lees in"))
    visitor.check("voorbeeld")
    hand.write(page.locator("input[name^=email-]"), f"mees.beukenlaan@{mark}.example")
    hand.choose(page.locator("select[name^=institution-]"), f"{SCHOOLS[1]} {mark}")
    hand.use(page.get_by_role("button", name="Controleer opnieuw"))
    visitor.check("voorbeeld-goed")
    hand.use(page.get_by_role("button", name="Voeg 30 deelnemers toe"))
    visitor.check("deelnemers-erbij")
    hand.use(page.get_by_role("button", name="Maak er 30 plaatsen van"))
    expect(page.get_by_text("30 plaatsen.")).to_be_visible()
    visitor.check("plaats-voor-iedereen")
    go_on(visitor, hand, "Verder naar controleren", "Controleren en openen")


def go_on(visitor: Visitor, hand: Hand, button: str, step: str) -> None:
    """The button that is always in sight, or with a keyboard the step on top, which comes sooner."""
    page = visitor.page
    if isinstance(hand, Keys):
        hand.use(page.get_by_role("main").get_by_role("link", name=step).first)
    else:
        hand.use(page.get_by_role("link", name=button))


def publish(visitor: Visitor, hand: Hand, name: str) -> None:
    page = visitor.page
    visitor.check("controleren")
    hand.use(page.get_by_role("link", name="Maak de peergroepen"))
    visitor.check("groepen-voorstel")
    hand.use(page.get_by_role("button", name="Bewaar deze groepen"))
    visitor.check("groepen")
    hand.use(page.get_by_role("link", name="Verder naar controleren"))
    visitor.check("controleren-klaar")
    hand.use(page.get_by_role("button", name="Open het cohort"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    visitor.check("geopend")
