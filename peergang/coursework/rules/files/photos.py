"""Photos are drawn anew: nothing of what was sent is kept but the picture, so no place, device, name or hidden text."""

import io
import threading
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageOps

from peergang.core.errors import Invalid
from peergang.coursework.rules.files.kinds import JPEG, PNG, WEBP, CheckedFile, Kind

MAX_SIDE = 4096
"""Pixels that are kept of the longer side: more than any screen shows."""

MAX_PIXELS = 40_000_000
"""What is drawn whole. Of a JPEG less is read when it is larger, so phones with many pixels are welcome."""

MAX_PIXELS_JPEG = 120_000_000
PREVIEW_SIDE = 480

FORMATS: dict[str, Kind] = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
_SAVING: dict[str, tuple[str, dict[str, Any]]] = {
    JPEG.media_type: ("JPEG", {"quality": 88, "optimize": True}),
    PNG.media_type: ("PNG", {"compress_level": 6}),
    WEBP.media_type: ("WEBP", {"quality": 88, "method": 4}),
}

# A picture of forty million pixels takes hundreds of megabytes while it is drawn; two at a time would take the machine down.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Drawn:
    content: bytes
    preview: bytes
    width: int
    height: int


def draw_anew(content: bytes, kind: Kind) -> CheckedFile:
    """The photo upright, in the colours of the web, and nothing else of the file.

    Raises:
        Invalid: `file`: `broken` when it cannot be read to its end, `too_many_pixels`.
    """
    with _one_at_a_time:
        try:
            drawn = _draw(content, kind)
        except Invalid:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
            raise Invalid({"file": "too_many_pixels"}) from None
        except Exception:  # noqa: BLE001 decoders fail in every way there is; whatever it was, it is no photo
            raise Invalid({"file": "broken"}) from None
    return CheckedFile(kind, drawn.content, drawn.preview, drawn.width, drawn.height)


def _draw(content: bytes, kind: Kind) -> _Drawn:
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
        if FORMATS.get(opened.format or "") is not kind:
            raise Invalid({"file": "broken"})
        _check_pixels(opened, kind)
        if kind is JPEG:
            # Large ones are read at a half or a quarter, never below what is kept.
            opened.draft(None, (MAX_SIDE, MAX_SIDE))
        opened.load()
        # Smaller first: what follows makes copies.
        opened.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        image = _plain(ImageOps.exif_transpose(opened), keeps_alpha=kind is not JPEG)
    name, options = _SAVING[kind.media_type]
    return _Drawn(_save(image, name, options), _preview(image), image.width, image.height)


def _check_pixels(image: Image.Image, kind: Kind) -> None:
    pixels = image.width * image.height
    # One that comes into focus step by step is held whole while it is read, whatever is kept of it.
    in_parts = kind is JPEG and not image.info.get("progressive")
    if pixels > (MAX_PIXELS_JPEG if in_parts else MAX_PIXELS):
        raise Invalid({"file": "too_many_pixels"})


def _plain(image: Image.Image, *, keeps_alpha: bool) -> Image.Image:
    """Red, green, blue and perhaps transparency, in sRGB. A new picture, because notes of the old one travel along."""
    profile = image.info.get("icc_profile")
    seen_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    if profile and image.mode in {"RGB", "CMYK", "L"} and not seen_through:
        image = _in_web_colours(image, profile)
    if seen_through:
        image = image.convert("RGBA")
        if not keeps_alpha:
            image = _on_white(image)
    elif image.mode.startswith("I"):
        # Sixteen bits a point: Pillow would cut them off at white.
        image = image.point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        image = image.convert("RGB")
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    return clean


def _in_web_colours(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        found = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # A profile that is no profile: the colours then are what they are.
    return found or image


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _preview(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        small = _on_white(small)
    return _save(small, "JPEG", {"quality": 80, "optimize": True})


def _save(image: Image.Image, name: str, options: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    image.save(target, name, **options)
    return target.getvalue()
