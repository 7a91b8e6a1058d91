"""The file that people download to fill in. Its people and schools are invented."""

EXAMPLE = """\
Voornaam;Tussenvoegsel;Achternaam;E-mailadres;Instelling;BRIN;Functie\r
Floor;;Beukenlaan;f.beukenlaan@papegaai.example;Mediacollege Papegaai;;i-coach\r
Stijn;van der;Wadloper;s.vanderwadloper@noorderhoek.example;;31XY;docent en i-coach\r
"""
