"""What may be added to a reflection is judged by its content, and photos tell nothing but what is on them."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from PIL import Image

from peergang.core.errors import Invalid
from peergang.coursework.labels.attachments import FILE_KINDS, FILE_PROBLEMS
from peergang.coursework.rules.files import check_file, office, photos
from peergang.coursework.rules.files.kinds import (
    ACCEPT,
    DOCX,
    JPEG,
    KINDS,
    MAX_FILES,
    MAX_KEPT,
    MAX_SIZE,
    MAX_TOTAL,
    PDF,
    PNG,
)
from peergang.coursework.rules.files.names import fit_name
from peergang.coursework.rules.files.room import check_room
from tests.factories.files import (
    make_office,
    make_open_document,
    make_pdf,
    make_photo,
    make_photo_with_place,
    zipped,
)
from tests.pace import within


def refused(content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        check_file(content)
    code = caught.value.problems["file"]
    assert code in FILE_PROBLEMS, f"no words for {code}"
    return code


def picture(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (make_photo("JPEG"), "jpg"),
        (make_photo("PNG"), "png"),
        (make_photo("WEBP"), "webp"),
        (make_pdf(), "pdf"),
        (make_office("docx"), "docx"),
        (make_office("xlsx"), "xlsx"),
        (make_office("pptx"), "pptx"),
        (make_open_document("text"), "odt"),
        (make_open_document("spreadsheet"), "ods"),
        (make_open_document("presentation"), "odp"),
    ],
)
def test_every_kind_is_known_by_its_content(content: bytes, ending: str) -> None:
    found = check_file(content)
    assert found.kind.endings[0] == ending
    assert found.kind.media_type in FILE_KINDS
    assert (found.preview is not None) == found.kind.is_photo


def test_what_a_real_program_wrote_is_still_read_by_it() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Wie doet mee?"
    book.properties.creator = "Amira Veldhaver"
    target = io.BytesIO()
    book.save(target)
    kept = check_file(target.getvalue()).content
    again = openpyxl.load_workbook(io.BytesIO(kept))
    assert again.active["A1"].value == "Wie doet mee?"
    assert not again.properties.creator
    assert "Amira" not in str(
        [
            zipfile.ZipFile(io.BytesIO(kept)).read(name)
            for name in zipfile.ZipFile(io.BytesIO(kept)).namelist()
        ]
    )


@pytest.mark.parametrize("make", [make_photo_with_place])
def test_a_photo_keeps_nothing_but_the_picture(make) -> None:
    sent = make()
    for secret in (b"Geheime telefoon", b"GEHEIM-COMMENTAAR", b"GEHEIM-XMP"):
        assert secret in sent, "the test sends what must be gone"
    found = check_file(sent)
    for kept in (found.content, found.preview or b""):
        for secret in (b"GEHEIM", b"Geheime", b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE"):
            assert secret not in kept
        assert not picture(kept).getexif()
        assert set(picture(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_on_its_side_is_put_upright() -> None:
    found = check_file(make_photo_with_place())
    assert (found.width, found.height) == (80, 120)
    upright = picture(found.content).convert("RGB")
    light, dark = upright.getpixel((40, 10)), upright.getpixel((40, 110))
    assert min(light) > 200, "the left half was light; turned a quarter to the right it is above"
    assert dark[0] < 100


@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_notes_in_other_photos_go_as_well(name: str) -> None:
    from PIL import ImageCms, PngImagePlugin

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = "GEHEIM-EXIF"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "GEHEIM-TEKST")
    notes.add_itxt("XML:com.adobe.xmp", "GEHEIM-XMP")
    more = {"pnginfo": notes} if name == "PNG" else {"xmp": b"GEHEIM-XMP"}
    sent = make_photo(name, exif=exif, icc_profile=profile, **more)
    assert b"GEHEIM-XMP" in sent
    assert b"GEHEIM-EXIF" in sent
    kept = check_file(sent).content
    assert not [
        one
        for one in (b"GEHEIM", b"iCCP", b"ICCP", b"EXIF", b"eXIf", b"tEXt", b"iTXt", b"zTXt")
        if one in kept
    ]


@pytest.mark.parametrize(
    "sent",
    [
        make_photo("JPEG", mode="CMYK", colour=(10, 20, 30, 0)),
        make_photo("JPEG", mode="L", colour=90),
        make_photo("PNG", mode="P", colour=3),
        make_photo("PNG", mode="LA", colour=(90, 100)),
        make_photo("PNG", mode="RGBA", colour=(9, 9, 9, 0)),
        make_photo("PNG", mode="1", colour=1),
        make_photo("PNG", mode="I;16", colour=40000),
        make_photo("WEBP", mode="RGBA", colour=(9, 9, 9, 120)),
    ],
    ids=["cmyk", "grey", "palette", "grey-alpha", "alpha", "bits", "sixteen", "webp-alpha"],
)
def test_every_way_to_write_a_picture_can_be_shown(sent: bytes) -> None:
    found = check_file(sent)
    assert picture(found.content).mode in {"RGB", "RGBA"}
    assert picture(found.preview or b"").mode == "RGB"


def test_sixteen_bits_a_point_do_not_become_white() -> None:
    found = check_file(make_photo("PNG", mode="I;16", colour=32768))
    assert picture(found.content).convert("L").getpixel((60, 40)) in range(120, 136)


def test_the_transparent_is_white_in_the_small_picture() -> None:
    found = check_file(make_photo("PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert picture(found.preview or b"").getpixel((100, 40)) == (255, 255, 255)
    assert picture(found.content).getpixel((100, 40))[3] == 0


@pytest.mark.slow
def test_a_large_photo_is_made_smaller_and_its_preview_small() -> None:
    found = check_file(make_photo("JPEG", size=(6000, 3000)))
    assert (found.width, found.height) == (4096, 2048)
    assert picture(found.preview or b"").size == (480, 240)


def bomb_png(width: int, height: int) -> bytes:
    """A PNG that says it is huge, and packs that into little."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * min(height, 1000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7000, 12_000, 40_000])
def test_a_photo_of_more_pixels_than_we_draw_is_refused_before_it_is_drawn(side, monkeypatch) -> None:
    monkeypatch.setattr(photos, "_plain", lambda *_a, **_k: pytest.fail("it was drawn"))
    assert refused(bomb_png(side, side)) == "too_many_pixels"


def test_a_photo_that_must_be_held_whole_may_be_less_large(monkeypatch) -> None:
    monkeypatch.setattr(photos, "MAX_PIXELS", 5000)
    assert check_file(make_photo("JPEG", size=(120, 80))).width == 120
    assert refused(make_photo("JPEG", size=(120, 80), progressive=True)) == "too_many_pixels"


@pytest.mark.slow
def test_a_large_photo_on_its_side_and_one_of_sixteen_bits_are_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = check_file(make_photo("JPEG", size=(6000, 3000), exif=exif))
    assert (found.width, found.height) == (2048, 4096)
    found = check_file(make_photo("PNG", size=(5000, 100), mode="I;16", colour=30000))
    assert (found.width, found.height) == (4096, 82)


def test_a_photo_that_ends_too_soon_is_broken() -> None:
    whole = make_photo("JPEG", size=(400, 300))
    assert refused(whole[: len(whole) // 2]) == "broken"
    assert refused(b"\xff\xd8\xff\xe0" + b"x" * 200) in {"broken", "mixed"}


HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    "sent",
    [
        make_photo("JPEG", comment=HTML),
        make_photo("JPEG") + HTML,
        make_photo("PNG") + b"<SCRIPT src=//x>",
        make_photo("JPEG") + zipped({"evil.html": HTML}),
        make_photo("JPEG") + make_office(),
        make_pdf(b"<html><script>alert(1)</script>\n"),
        make_pdf() + b"<script>1</script>",
        make_pdf() + zipped({"a": b"b"}) + b"%%EOF",
        b"PK\x03\x04junk" + make_office(),
        zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": "",
                "META-INF/manifest.xml": "",
                "../evil": "",
            }
        ),
        make_office("docx", {"WORD/document.xml": "<other/>"}),
    ],
    ids=[
        "comment",
        "jpeg-html",
        "png-html",
        "jpeg-zip",
        "jpeg-docx",
        "pdf-head",
        "pdf-tail",
        "pdf-zip",
        "zip-head",
        "out",
        "twice",
    ],
)
def test_what_is_two_things_at_once_is_refused(sent: bytes) -> None:
    assert refused(sent) in {"mixed", "broken"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "empty_file"),
        (HTML, "unknown"),
        (b"<!DOCTYPE html>" + make_photo(), "unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unknown"),
        (b"MZ" + bytes(300), "unknown"),
        (b"\x7fELF" + bytes(300), "unknown"),
        (b"#!/bin/sh\nrm -rf /", "unknown"),
        (b"GIF89a" + bytes(50), "gif"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
        (zipped({"a.txt": "x"}), "unknown"),
        (zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "unknown"),
        (zipped({"mimetype": "application/epub+zip"}), "unknown"),
        (make_pdf().replace(b"%%EOF", b""), "broken"),
        (b"%PDF-9", "broken"),
        (make_office()[:-30], "broken"),
        (b"x" * (MAX_SIZE + 1), "too_large"),
    ],
)
def test_everything_else_is_refused_with_words(sent: bytes, code: str) -> None:
    assert refused(sent) == code


@pytest.mark.parametrize(
    "sent",
    [
        make_office("docx", {"word/vbaProject.bin": b"\xd0\xcf"}),
        make_office(
            "xlsx", types='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        ),
        zipped(
            {
                "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
                ' PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
                "word/document.xml": "<w/>",
            }
        ),
        make_office("xlsx", {"xl/macrosheets/sheet1.xml": "<x/>"}),
        make_open_document("text", {"Basic/Standard/Module1.xml": "<x/>"}),
        make_open_document("spreadsheet", {"Scripts/python/x.py": "import os"}),
    ],
    ids=["vba", "vba-type", "docm", "macrosheet", "basic", "python"],
)
def test_macros_are_refused(sent: bytes) -> None:
    assert refused(sent) == "macros"


@pytest.mark.slow
def test_bombs_are_refused_without_unpacking_them(monkeypatch) -> None:
    monkeypatch.setattr(office, "_without_names", lambda *_a: pytest.fail("it was unpacked"))
    assert refused(make_office("docx", {"word/media/x.bin": bytes(40_000_000)})) == "too_much_inside"
    many = {f"word/{number}.xml": "" for number in range(3001)}
    assert refused(make_office("docx", many)) == "too_much_inside"


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    sent = bytearray(make_office("docx", {"word/long.xml": b"a" * 500_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := sent.find(mark, at + 1)) >= 0:
            if struct.unpack_from("<I", sent, at + offset)[0] == 500_000:
                struct.pack_into("<I", sent, at + offset, 10)
    assert refused(bytes(sent)) in {"broken", "too_much_inside"}


def test_entities_that_multiply_are_not_read() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "haha">]><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    assert refused(zipped({"[Content_Types].xml": laughs, "word/document.xml": ""})) == "broken"


def test_the_main_part_must_be_there_and_be_one() -> None:
    types = (
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.sheet.main+xml"/>'
    )
    assert refused(make_office("docx", {"xl/workbook.xml": "<x/>"}, types)) == "unknown", "two kinds at once"
    assert check_file(make_office("docx", types=types)).kind is DOCX, "a part that is not there says nothing"


@pytest.mark.parametrize("sent", [make_office("docx"), make_open_document("text")])
def test_who_wrote_it_is_taken_out_and_the_rest_stays(sent: bytes) -> None:
    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (sent, check_file(sent).content))
    assert after.namelist() == before.namelist()
    assert after.infolist()[0].compress_type == before.infolist()[0].compress_type
    for name in after.namelist():
        for who in (b"Amira", b"Bilal", b"ROC Geheim"):
            assert who not in after.read(name)
        if "docProps" not in name and name != "meta.xml":
            assert after.read(name) == before.read(name)
    assert after.testzip() is None


def test_the_same_file_gives_the_same_bytes() -> None:
    for sent in (make_photo(), make_office(), make_open_document(), make_pdf()):
        assert check_file(sent).content == check_file(sent).content


@pytest.mark.parametrize(
    ("sent", "kind", "shown"),
    [
        ("Bord.JPG", JPEG, "Bord.jpg"),
        ("bord.jpeg", JPEG, "bord.jpeg"),
        ("bord.png", JPEG, "bord.jpg"),
        ("C:\\Users\\amira\\les.docx", DOCX, "les.docx"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("verslag.pdf.exe", PDF, "verslag.pdf"),
        ("verslag.exe", PDF, "verslag.pdf"),
        ("evil\u202egpj.exe", JPEG, "evilgpj.jpg"),
        ('a"b;c\r\nSet-Cookie: x.pdf', PDF, "a-b-cSet-Cookie- x.pdf"),
        (".htaccess", PNG, "htaccess.png"),
        ("...", PDF, "bijlage.pdf"),
        ("", PDF, "bijlage.pdf"),
        ("Kijkvraag 3.2 versie", PDF, "Kijkvraag 3.2 versie.pdf"),
        ("Zoë’s foto é.png", PNG, "Zoë’s foto é.png"),
        ("x" * 300 + ".pdf", PDF, "x" * 80 + ".pdf"),
    ],
)
def test_a_name_fits_its_content_and_plays_no_tricks(sent: str, kind, shown: str) -> None:
    assert fit_name(sent, kind) == shown


@pytest.mark.parametrize(
    ("usage", "size", "code"),
    [
        ((MAX_FILES, 0, 0), 1, "too_many"),
        ((1, MAX_TOTAL, 1), 1, "total_too_large"),
        ((0, 0, MAX_KEPT), 1, "too_many_kept"),
    ],
)
def test_there_is_an_end_to_what_fits(usage, size: int, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_room(*usage, size)
    assert caught.value.problems == {"file": code}
    check_room(MAX_FILES - 1, MAX_TOTAL - size, MAX_KEPT - 1, size)


def test_the_field_asks_for_every_kind_and_not_for_heic() -> None:
    """Else an iPhone sends HEIC, which many computers cannot open; now it sends JPEG by itself."""
    assert all(f".{ending}" in ACCEPT for kind in KINDS for ending in kind.endings)
    assert "heic" not in ACCEPT
    assert "image/*" not in ACCEPT
    assert PNG.media_type in ACCEPT


@pytest.mark.parametrize("tag", [b"<creator ", b"<dc:creator x", b"<creator>", b"<creator/", b"<a"])
def test_properties_that_never_end_are_read_in_a_moment(tag: bytes) -> None:
    """One small file with this took an hour, and the whole process with it."""
    with within(2):
        check_file(make_office("docx", {"docProps/core.xml": tag * 40_000}))
