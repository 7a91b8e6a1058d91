"""Who plays in the demo: invented institutions and people. None of them exists."""

import unicodedata
from dataclasses import dataclass

NETWORK = "bruggenbouwen"
"""The address of people who work for the network itself and not for a school."""


@dataclass(frozen=True, slots=True)
class School:
    """An invented institution; `key` is its part of the mail addresses."""

    key: str
    brin: str
    name: str
    place: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented. `key` is how the rest of the demo calls them."""

    key: str
    given_name: str
    particle: str
    family_name: str
    school: str
    job: str = "docent en i-coach"

    @property
    def email(self) -> str:
        """The address: the name without accents and spaces, at the school."""
        name = ".".join(part for part in (self.given_name, self.particle + self.family_name) if part)
        plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").replace("ı", "i"))
        letters = "".join(one for one in plain.lower() if (one.isascii() and one.isalnum()) or one == ".")
        return f"{letters}@{self.school}.example"


SCHOOLS = (
    School("zevenbruggen", "31ZB", "ROC Zevenbruggen", "Zevenbruggen", ("Zevenbruggen",)),
    School("polderpoort", "30PP", "Polderpoort College", "Polderpoort"),
    School("stoomhaven", "29SH", "Vakcollege Stoomhaven", "Stoomhaven"),
    School("kraaiendonk", "28KD", "MBO Kraaiendonk", "Kraaiendonk"),
    School("wilgenbos", "27WB", "Groenschool Wilgenbos", "Wilgenbos", ("AOC Wilgenbos",)),
    School("lindeborg", "26LB", "Lindeborg College", "Lindeborg"),
    School("ooievaarsnest", "25ON", "ROC Ooievaarsnest", "Ooievaarsnest"),
    School("noorderhoek", "31NH", "ROC Noorderhoek", "Noorderhoek"),
    School("zilverkade", "24ZK", "ROC Zilverkade", "Zilverkade", ("ROC Zilverkaai",)),
    School("vuursteen", "23VS", "Techniekcollege Vuursteen", "Vuursteen"),
    School("kopergaard", "22KG", "Horecaschool Kopergaard", "Kopergaard"),
    School("lavendelhof", "21LH", "Zorgschool Lavendelhof", "Lavendelhof"),
)

SUCCESSOR = School("koperhof", "20KH", "Koperhof College voor zorg en horeca", "Kopergaard", ("Koperhof",))
"""What two of these schools become."""

_STAFF = (
    Person("lotte", "Lotte", "", "Vlierstruik", NETWORK, "netwerkbureau"),
    Person("wout", "Wout", "van den", "Akkerrand", NETWORK, "netwerkbureau"),
    Person("marijke", "Marijke", "", "Roerdomp", NETWORK, "trainer"),
    Person("sjoerd", "Sjoerd", "", "Ganzenveer", NETWORK, "trainer"),
    Person("anneloes", "Anneloes", "ter", "Beukenhorst", NETWORK, "trainer"),
    Person("hidde", "Hidde", "", "Waterlelie", "zevenbruggen", "contactpersoon"),
    Person("pim", "Pim", "", "Vogelkers", "kraaiendonk", "contactpersoon"),
    Person("joke", "Joke", "", "Bijenkorf", "vuursteen", "contactpersoon"),
    Person("arie", "Arie", "", "Strandjutter", "ooievaarsnest", "contactpersoon"),
    Person("hilke", "Hilke", "", "Meidoorn", "polderpoort", "contactpersoon"),
    Person("corrie", "Corrie", "", "Ankerkruid", "stoomhaven", "contactpersoon"),
    Person("tjalling", "Tjalling", "", "Katwilg", "wilgenbos", "contactpersoon"),
    Person("femke", "Femke", "", "Lindebloesem", "lindeborg", "contactpersoon"),
    Person("sybren", "Sybren", "", "Noordkromp", "noorderhoek", "contactpersoon"),
    Person("rosalie", "Rosalie", "", "Zilverschoon", "zilverkade", "contactpersoon"),
)

_FINISHED = (
    Person("saar", "Saar", "", "Molenwiek", "wilgenbos"),
    Person("stijn", "Stijn", "van der", "Wadloper", "noorderhoek"),
    Person("aya", "Aya", "", "Sterrenkers", "lindeborg"),
    Person("merel", "Merel", "", "Duinpan", "polderpoort"),
    Person("joris", "Joris", "", "Kreekrug", "zilverkade"),
    Person("tirza", "Tirza", "", "Grasklokje", "lavendelhof"),
    Person("daniel", "Daniël", "", "IJsvogel", "stoomhaven"),
    Person("noelle", "Noëlle", "van 't", "Kerkepad", "zevenbruggen"),
    Person("mees", "Mees", "", "Korenmolen", "wilgenbos"),
    Person("floor", "Floor", "", "Beukenlaan", "lindeborg"),
    Person("lieke", "Lieke", "van den", "Heuvelrug", "noorderhoek"),
    Person("zoe", "Zoë", "", "Populier", "lavendelhof"),
    Person("geert", "Geert", "", "Hooimijt", "zilverkade"),
)

_HALFWAY = (
    Person("amira", "Amira", "", "Veldhaver", "zevenbruggen", "docent Logistiek en i-coach"),
    Person("bilal", "Bilal", "", "Oeverbos", "polderpoort", "docent Toerisme en i-coach"),
    Person("teun", "Teun", "", "Lantaarn", "stoomhaven", "docent Maritiem en i-coach"),
    Person("yara", "Yara", "", "Windvaan", "kraaiendonk", "docent Onderwijsassistent en i-coach"),
    Person("koen", "Koen", "", "Klaproos", "zevenbruggen", "docent Zorg en i-coach"),
    Person("esmee", "Esmée", "", "Zandloper", "kopergaard", "docent Horeca en i-coach"),
    Person("ravi", "Ravi", "", "Steenweg", "vuursteen", "docent Mechatronica en i-coach"),
    Person("siebe", "Siebe", "de", "Rietkraag", "noorderhoek", "docent Bouw en i-coach"),
    Person("maud", "Maud", "", "Lisdodde", "kraaiendonk", "docent Nederlands en e-coach"),
    Person("jerome", "Jérôme", "", "Watermolen", "zevenbruggen", "docent Marketing en i-coach"),
    Person("hanne", "Hanne", "van der", "Kwelder", "lavendelhof", "docent Verpleegkunde en i-coach"),
    Person("iris", "Iris", "", "Houtduif", "zevenbruggen", "docent Administratie en i-coach"),
    Person("daan", "Daan", "", "Kievitsbloem", "kraaiendonk", "docent Sport en e-coach"),
    Person("sirin", "Şirin", "", "Zilverreiger", "wilgenbos", "docent Dierverzorging en i-coach"),
    Person("olaf", "Olaf", "", "Turfschip", "stoomhaven", "docent Lastechniek en i-coach"),
    Person("nour", "Nour", "", "", "zevenbruggen", "docent Rekenen en i-coach"),
    Person("wessel", "Wessel", "", "Akkerdistel", "vuursteen", "docent Elektrotechniek en i-coach"),
    Person("fenna", "Fenna", "", "Zeegras", "polderpoort", "docent Engels en i-coach"),
)

_MASTERCLASS = (
    Person("tijn", "Tijn", "", "Zandpad", "zevenbruggen", "teamleider Logistiek"),
    Person("greet", "Greet", "", "Boterbloem", "zevenbruggen", "directeur"),
    Person("roos", "Roos", "van", "Steenwijkerdiep", "zevenbruggen", "HR-adviseur"),
    Person("gijs", "Gijs", "", "Polderlicht", "polderpoort", "informatiemanager"),
    Person("annet", "Annet", "uit den", "Hazelaar", "polderpoort", "HR-adviseur"),
    Person("rachid", "Rachid", "", "Dijkstoel", "polderpoort", "teamleider Economie"),
    Person("wiebe", "Wiebe", "", "Sleedoorn", "wilgenbos", "teamleider Groen"),
    Person("carlijn", "Carlijn", "", "Beukennoot", "wilgenbos", "beleidsadviseur"),
    Person("malgorzata", "Małgorzata", "", "Zwaluw", "wilgenbos", "informatiemanager"),
    Person("janneke", "Janneke", "ten", "Vlasakker", "lavendelhof", "teamleider Zorg"),
    Person("mo", "Mo", "", "Zonneweide", "lavendelhof", "informatiemanager"),
    Person("elske", "Elske", "in 't", "Lamsoor", "lavendelhof", "HR-adviseur"),
    Person("bram", "Bram", "", "Hoefblad", "ooievaarsnest", "i-coach"),
    Person("thirza", "Thirza", "", "Sneeuwklok", "ooievaarsnest", "HR-adviseur"),
    Person("ferry", "Ferry", "", "Lakenvelder", "ooievaarsnest", "informatiemanager"),
    Person("pien", "Pien", "van", "Oeverzwaluw", "ooievaarsnest", "teamleider Zorg"),
    Person("ottoline", "Ottoline", "van de", "Veerstoep", "stoomhaven", "beleidsadviseur"),
    Person("jorrit", "Jorrit", "", "Meerkoet", "stoomhaven", "teamleider Techniek"),
    Person("ines", "Inês", "da", "Berkenrode", "stoomhaven", "informatiemanager"),
    Person("hilde", "Hilde", "op den", "Kluit", "vuursteen", "HR-adviseur"),
    Person("murat", "Murat", "", "Kersengaard", "vuursteen", "teamleider Mechatronica"),
    Person("sanne", "Sanne", "", "Grutto", "vuursteen", "i-coach"),
    Person("dirkjan", "Dirk-Jan", "", "Ratelpopulier", "vuursteen", "directeur"),
    Person("bo", "Bo", "", "Muurbloem", "lindeborg", "beleidsadviseur"),
    Person("kees", "Kees", "", "Stadswal", "zilverkade", "teamleider Administratie"),
    Person("lotus", "Lotus", "", "", "zilverkade", "i-coach"),
)

PEOPLE: dict[str, Person] = {one.key: one for one in (*_STAFF, *_FINISHED, *_HALFWAY, *_MASTERCLASS)}

CONTACTS = {one.key: one.school for one in _STAFF if one.job == "contactpersoon"}
"""Who is the contact person of which institution. The two schools that merge have none, so their successor misses one."""

BOUNCES = frozenset({PEOPLE["thirza"].email})
"""Addresses that the mail server knows no more."""

ASKS = Person("veerle", "Veerle", "van", "Schelpenpad", "stoomhaven", "teamleider Techniek")
"""Who has no account and asks for a place."""
