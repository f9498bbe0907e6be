"""Captions, keywords, places and dates in the metadata and the sidecars of pictures."""

import io
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from ingest.readers.documents import Caption, PictureDocument
from ingest.readers.picture.picture import read_picture
from semsearch.language.document_date import DocumentDate, clock_seconds
from semsearch.records import Source

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 photoshop:City="Porto" photoshop:Country="Portugal" xmp:CreateDate="2019-08">
<dc:description><rdf:Alt><rdf:li xml:lang="en">Boats below the bridge</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>evening</rdf:li></rdf:Bag></dc:subject>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Inês</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
TOLD = "Boats below the bridge\nKeywords: harbour, evening\nPeople: Inês\nPlace: Porto, Portugal"


def encoded(format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "navy").save(out, format, **options)
    return out.getvalue()


def with_exif(values: Mapping[int, object], inner: Mapping[int, object] = {}) -> bytes:
    exif = Image.Exif()
    for tag, value in values.items():
        exif[tag] = value
    exif.get_ifd(IFD.Exif).update(inner)
    return encoded(exif=exif)


def read(data: bytes, **sidecars: bytes) -> PictureDocument:
    beside = {f"harbour.{end}": content for end, content in sidecars.items()}
    return read_picture(data, "harbour.jpg", 64, beside)


def told(data: bytes) -> str:
    captions = read(data).captions
    assert all(each.source is Source.METADATA for each in captions)
    return "\n".join(each.text for each in captions)


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (Base.ImageDescription, "The jetty at dawn", "The jetty at dawn"),
        (Base.ImageDescription, "Die Mole im Morgengrauen, Föhr".encode(), "Die Mole im Morgengrauen, Föhr"),
        (Base.XPTitle, "The jetty\0".encode("utf-16-le"), "The jetty"),
        (Base.XPKeywords, "jetty;dawn".encode("utf-16-le"), "Keywords: jetty, dawn"),
        (Base.Artist, "Ana Reis", "By: Ana Reis"),
    ],
)
def test_captions_in_exif_are_told(tag: int, value: object, text: str) -> None:
    assert told(with_exif({tag: value})) == text


@pytest.mark.parametrize(
    "comment", [b"ASCII\0\0\0A storm is coming", b"UNICODE\0" + "A storm is coming".encode("utf-16")]
)
def test_a_comment_of_the_user_is_read_in_its_encoding(comment: bytes) -> None:
    assert told(with_exif({}, {Base.UserComment: comment})) == "A storm is coming"


@pytest.mark.parametrize(
    "noise", ["OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "  ", "Created with GIMP", "***"]
)
def test_texts_that_cameras_and_programs_write_as_captions_are_left_out(noise: str) -> None:
    assert told(with_exif({Base.ImageDescription: noise})) == ""


def test_properties_in_xmp_are_told_in_one_order() -> None:
    assert told(encoded(xmp=XMP.encode())) == TOLD
    png = PngImagePlugin.PngInfo()
    png.add_itxt("XML:com.adobe.xmp", XMP)
    assert told(encoded("PNG", pnginfo=png)) == TOLD


def with_iptc(jpeg: bytes, fields: Mapping[int, bytes]) -> bytes:
    block = b"".join(
        bytes([0x1C, 2, number]) + len(value).to_bytes(2, "big") + value for number, value in fields.items()
    )
    resource = b"8BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + block + b"\0" * (len(block) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return jpeg[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]


def test_records_of_iptc_are_told() -> None:
    fields = {5: b"Jetty", 25: b"dawn", 90: b"Wyk", 101: b"Germany", 120: "Boote im Hafen von Föhr".encode()}
    assert (
        told(with_iptc(encoded(), fields))
        == "Jetty\nBoote im Hafen von Föhr\nKeywords: dawn\nPlace: Wyk, Germany"
    )


def test_text_chunks_and_comments_are_told() -> None:
    png = PngImagePlugin.PngInfo()
    png.add_text("Title", "The jetty")
    png.add_text("Software", "somebody's drawing program")
    assert told(encoded("PNG", pnginfo=png)) == "The jetty"
    assert told(encoded(comment=b"The jetty in fog")) == "The jetty in fog"


def test_a_caption_that_is_written_twice_is_told_once() -> None:
    exif = Image.Exif()
    exif[Base.ImageDescription] = "boats below the bridge"
    assert told(encoded(exif=exif, xmp=XMP.encode())) == TOLD.replace("Boats", "boats")


@pytest.mark.parametrize(
    ("inner", "clock"),
    [
        (
            {Base.DateTimeOriginal: "2019:07:14 18:30:05", Base.OffsetTimeOriginal: "+02:00"},
            "2019-07-14 18:30:05",
        ),
        (
            {Base.DateTimeDigitized: "1999:12:31 23:59:59", Base.OffsetTimeDigitized: "-01:00"},
            "1999-12-31 23:59:59",
        ),
    ],
)
def test_a_photo_is_dated_by_the_clock_of_its_camera(inner: dict[int, object], clock: str) -> None:
    document = read(with_exif({}, inner))
    assert str(DocumentDate(document.dated, document.date_source).moment) == clock
    assert document.date_source == ("exif" if Base.DateTimeOriginal in inner else "scanned")


@pytest.mark.parametrize(
    ("created", "day"), [(b"19530602", "1953-06-02"), (b"19530000", "1953-01-01"), (b"soon", "2014-04-02")]
)
def test_a_scan_is_of_the_day_that_iptc_says_and_not_of_that_when_it_was_scanned(
    created: bytes, day: str
) -> None:
    scanned = with_exif({}, {Base.DateTimeDigitized: "2014:04:02 10:00:00"})
    document = read(with_iptc(scanned, {55: created}))
    assert str(DocumentDate(document.dated, document.date_source).moment).split()[0] == day
    assert document.date_source == ("scanned" if day.startswith("2014") else "iptc")


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2014-04-05 06:07:08", datetime(2014, 4, 5, 6, 7, 8)),
        ("2013/04/05 06:07", datetime(2013, 4, 5, 6, 7)),
        ("2012:04:05T06:07:08.50", datetime(2012, 4, 5, 6, 7, 8)),
        ("2011:04:05", datetime(2011, 4, 5)),
        ("2010:12:31 24:00:00", datetime(2011, 1, 1)),
    ],
)
def test_dates_with_other_signs_than_the_standard_has_are_read(written: str, clock: datetime) -> None:
    document = read(with_exif({}, {Base.DateTimeOriginal: written}))
    assert DocumentDate(document.dated, document.date_source).moment == clock


def test_the_day_of_gps_counts_where_the_camera_says_none() -> None:
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSDateStamp] = "2009:08:07"
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    document = read(encoded(exif=exif))
    assert DocumentDate(document.dated, document.date_source).moment == datetime(2009, 8, 7)


def test_names_of_faces_and_paths_of_tags_are_told() -> None:
    regions = (
        '<a:x xmlns:a="a" xmlns:rdf="r" xmlns:mwg="http://www.metadataworkinggroup.com/schemas/regions/"'
        ' xmlns:MP="p" xmlns:lr="l"><mwg:Face mwg:Name="Ida Moss"/><mwg:Name>Ben Hale</mwg:Name>'
        '<rdf:li MP:PersonDisplayName="Una Reed"/><a:Name>a preset</a:Name>'
        "<lr:hierarchicalSubject><rdf:li>Animals|Birds|Hoopoe</rdf:li></lr:hierarchicalSubject>"
        "<a:TagsList><rdf:li>Places/Uyuni</rdf:li></a:TagsList></a:x>"
    )
    people = "People: Ida Moss, Ben Hale, Una Reed"
    assert told(encoded(xmp=regions.encode())) == f"Keywords: Animals, Birds, Hoopoe, Places, Uyuni\n{people}"


def test_the_offsets_of_an_edit_do_not_move_the_day_of_a_photo() -> None:
    inner: dict[int, object] = {
        Base.DateTimeOriginal: "2024:08:15 00:30:00",
        Base.OffsetTimeOriginal: "+02:00",
        Base.OffsetTime: "+01:00",
    }
    dated = read(with_exif({Base.DateTime: "2024:12:01 10:00:00"}, inner)).dated
    assert dated == clock_seconds(datetime(2024, 8, 15, 0, 30))


@pytest.mark.parametrize(
    "nonsense",
    [
        "0000:00:00 00:00:00",
        "1970:01:01 00:00:00",
        "yesterday",
        "2019:13:45 99:00:00",
        "2019:01:02 99:00:00",
        "",
    ],
)
def test_a_date_that_no_clock_showed_is_none(nonsense: str) -> None:
    assert read(with_exif({}, {Base.DateTimeOriginal: nonsense})).dated == 0


def test_sidecars_give_captions_to_a_picture() -> None:
    document = read(encoded(), xmp=XMP.encode(), txt=b"The boats that bring the barrels.\n")
    assert document.captions == (
        Caption(Source.SIDECAR, TOLD),
        Caption(Source.SIDECAR, "The boats that bring the barrels."),
    )
    assert str(DocumentDate(document.dated, document.date_source).moment) == "2019-08-01 00:00:00"
    assert document.date_source == "xmp"


def test_a_book_beside_a_picture_is_no_caption() -> None:
    assert read(encoded(), txt=b"word " * 2000).captions == ()


def bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "boats">{entities}]><x><title>&a11;</title></x>'.encode()


@pytest.mark.parametrize("xmp", [b"", b"<x:xmpmeta", b"\0\xff" * 50, bomb(), b"<a>" * 50_000])
def test_damaged_metadata_costs_nothing_but_itself(xmp: bytes) -> None:
    document = read(with_exif({Base.ImageDescription: "The jetty at dawn"}), xmp=xmp)
    assert [each.text for each in document.captions] == ["The jetty at dawn"]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_leaves_the_picture_as_it_is() -> None:
    data = with_exif({Base.ImageDescription: "The jetty at dawn"})
    start = data.index(b"Exif\0\0") + 6
    for position in range(start, start + 60, 3):
        broken = data[:position] + b"\xff" + data[position + 1 :]
        assert read(broken).width == 320


def test_a_picture_too_small_for_a_sentence_is_not_read_for_text() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200)).save(out, "PNG")
    assert not read(out.getvalue()).scanned
    assert read(encoded()).scanned


def test_a_photo_is_not_read_for_text_and_a_page_is() -> None:
    chance = np.random.default_rng(0)
    for noise, scanned in ((0, True), (12, False)):
        pixels = np.full((300, 400, 3), 230.0) + chance.normal(0, noise, (300, 400, 3))
        out = io.BytesIO()
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=85)
        assert read(out.getvalue()).scanned is scanned


def test_a_tiff_tells_what_its_own_tags_say() -> None:
    tags = ImageFileDirectory_v2()
    tags[Base.ImageDescription] = "Survey of the jetty"
    assert told(encoded("TIFF", tiffinfo=tags)) == "Survey of the jetty"
