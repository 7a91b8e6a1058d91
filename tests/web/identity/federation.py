"""What the tests about institutions share: an app that knows a provider, and a browser that goes there and back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.provider import Provider


@dataclass
class Journey:
    """One browser at the site and at the provider."""

    client: FlaskClient
    provider: Provider
    name: str = "surfconext"

    def leave(self, path: str = "", **form: str) -> str:
        """Press the button. Gives the address at the provider."""
        answer = self.client.post(path or f"/inloggen/instelling/{self.name}", data=form)
        assert answer.status_code == 200, answer.text
        return answer.headers["Refresh"].removeprefix("0; url=")

    def back(self, address: str, subject: str = "femke") -> str:
        """Sign in at the provider. Gives the path on the site with which the browser comes back."""
        return path_of(self.provider.answer(address, subject))

    def sign_in(self, subject: str = "femke", **form: str) -> TestResponse:
        """There and back."""
        return self.client.get(self.back(self.leave(**form), subject))


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
