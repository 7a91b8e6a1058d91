"""What a password must be, after NIST SP 800-63B: long enough, not the first thing anybody tries, and nothing else."""

import unicodedata

PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 200

# Only those of ten characters and more: the others are too short already.
_COMMON = """
1234567890 0123456789 12345678910 123456789a 1234567891 0987654321 9876543210 1q2w3e4r5t
1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 azertyuiop asdfghjkl; asdfghjkl1
zxcvbnm123 password12 password123 password1234 passw0rd123 wachtwoord wachtwoord1 wachtwoord12
wachtwoord123 wachtwoord! wachtwoord01 welkom1234 welkom12345 welkom123! welkom2024 welkom2025
welkom2026 welkom2027 welkom2024! welkom2025! welkom2026! welkom01!! geheim1234 geheim12345
vakantie2024 vakantie2025 vakantie2026 zomer2024! zomer2025! zomer2026! winter2024! winter2025!
winter2026! voorjaar2025 voorjaar2026 voorjaar2027 najaar2025! najaar2026! januari2026 februari2026
september2025 september2026 oktober2026 november2026 december2026 amsterdam1 amsterdam123 rotterdam1
rotterdam123 nederland1 nederland123 feyenoord1 feyenoord1908 feyenoord010 ajaxajaxajax ajax020ajax
psveindhoven iloveyou12 iloveyou123 ikhouvanjou ikhouvanjou1 sinterklaas kerstmis2025 docent1234
docent12345 leraar1234 leraar12345 school1234 school12345 school2025! school2026! mbo1234567
icoach1234 icoach12345 peergang12 peergang123 peergang2026 bruggenbouwen bruggenbouwen1 letmein1234
letmein123! administrator administrator1 changeme123 superman123 football123 voetbal123 voetbal1234
princess123 sunshine123 abcdefghij abcdefghijk abcdefghijkl abcd1234567 abc1234567 abc123abc123
abcd123456 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 testtest12 testtest123 test123456 test1234567
temp123456 temporary1 tijdelijk1 tijdelijk123 computer123 computer1234 internet123 microsoft1
microsoft365 google123456 samsung1234 mypassword mypassword1 nietvergeten onbekend123
"""
COMMON = frozenset(_COMMON.split())


def normal_password(password: str) -> str:
    """The password as it is hashed: one spelling for letters that a keyboard may send in two ways (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, email: str) -> str | None:
    """Why `password` will not do for the owner of `email`, as a code; None when it will.

    The codes: password_short, password_long, password_email, password_common.
    """
    # Coming in reads no more than this either; and to put a million marks in order takes hours.
    if len(password) > PASSWORD_MAX_LENGTH:
        return "password_long"
    plain = normal_password(password)
    folded = plain.casefold().strip()
    if len(plain) < PASSWORD_MIN_LENGTH:
        return "password_short"
    if len(plain) > PASSWORD_MAX_LENGTH:
        return "password_long"
    if folded in (email.casefold(), email.casefold().partition("@")[0]):
        return "password_email"
    if folded in COMMON or len(set(folded)) <= 2:
        return "password_common"
    return None
