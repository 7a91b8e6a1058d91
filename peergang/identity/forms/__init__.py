"""The shape of what people fill in about themselves and about institutions; a file per subject."""

from peergang.identity.forms.account import AccountForm
from peergang.identity.forms.institutions import InstitutionForm
from peergang.identity.forms.signing_in import (
    AcceptForm,
    ChangePasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)
from peergang.identity.forms.texts import TEXTS, cleaned

__all__ = [
    "TEXTS",
    "AcceptForm",
    "AccountForm",
    "ChangePasswordForm",
    "ForgottenPasswordForm",
    "InstitutionForm",
    "NewPasswordForm",
    "SignInForm",
    "cleaned",
]
