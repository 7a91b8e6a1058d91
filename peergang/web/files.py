"""Handing out files that people added: as a download, from an answer in which nothing can run."""

from io import SEEK_END
from typing import IO

from flask import Flask, Response, current_app, g, send_file

from peergang.core.config import Settings
from peergang.core.storage import Files

SEALED = "sandbox; default-src 'none'"
"""Even a file that some browser takes for a page reaches no script, no session and no other address from here."""


def init_files(app: Flask, settings: Settings) -> None:
    """Open the place for files. Before init_security, so that the policy of a sealed answer is set last."""
    app.extensions["peergang_files"] = Files(settings.files_url)
    app.after_request(_seal)


def files() -> Files:
    """The place for files of this application."""
    found: Files = current_app.extensions["peergang_files"]
    return found


def send_sealed(content: IO[bytes], media_type: str, name: str, *, inline: bool = False) -> Response:
    """`content` as `name`: to be kept, or with `inline` to be shown where it is a picture that we drew ourselves."""
    g.sealed = True
    response = send_file(
        content, media_type, as_attachment=not inline, download_name=name, conditional=False, etag=False
    )
    response.headers["Content-Type"] = media_type
    response.content_length = _length(content)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.call_on_close(content.close)
    return response


def _length(content: IO[bytes]) -> int:
    length = content.seek(0, SEEK_END)
    content.seek(0)
    return length


def _seal(response: Response) -> Response:
    if g.pop("sealed", False):
        response.headers["Content-Security-Policy"] = SEALED
    return response
