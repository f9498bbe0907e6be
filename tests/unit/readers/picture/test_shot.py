"""The camera of a picture and the place where it was taken, in EXIF, IPTC, XMP and sidecars."""

import io
import json

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from ingest.readers.documents import PictureDocument
from ingest.readers.picture.picture import read_picture

NOTHING = ("", (), None)


def exif(north: str = "N", east: str = "W") -> Image.Exif:
    found = Image.Exif()
    found[Base.Make], found[Base.Model] = "NIKON CORPORATION", "NIKON D90"
    found.get_ifd(IFD.GPSInfo).update({
        GPS.GPSLatitudeRef: north, GPS.GPSLatitude: (38.0, 41.0, 29.76),
        GPS.GPSLongitudeRef: east, GPS.GPSLongitude: (9.0, 12.0, 57.6),
    })  # fmt: skip
    return found


def encoded(format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, format, **options)
    return out.getvalue()


def xmp(inside: str, attributes: str = "") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:ps="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:RDF>'
        f"<rdf:Description {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def read(data: bytes, **sidecars: bytes) -> PictureDocument:
    return read_picture(data, "tower.jpg", 64, {f"tower.{end}": each for end, each in sidecars.items()})


def shot(document: PictureDocument) -> tuple[object, ...]:
    return document.camera, document.locations, document.position


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_exif_tells_the_camera_and_the_position(format: str) -> None:
    assert shot(read(encoded(format, exif=exif()))) == ("Nikon D90", (), (38.6916, -9.216))


def test_a_tiff_tells_its_camera() -> None:
    assert read(encoded("TIFF", exif=exif())).camera == "Nikon D90"


def test_the_other_halves_of_the_world_are_south_and_east() -> None:
    assert read(encoded(exif=exif("S", "E"))).position == (-38.6916, 9.216)


def test_iptc_tells_the_names_of_the_place() -> None:
    fields = {92: "Torre de Belém", 90: "Lisboa", 101: "Portugal"}
    sets = b"".join(
        b"\x1c\x02" + bytes([number, 0, len(text.encode())]) + text.encode()
        for number, text in fields.items()
    )
    block = b"8BIM\x04\x04\0\0" + len(sets).to_bytes(4, "big") + sets
    segment = b"Photoshop 3.0\0" + block + b"\0" * (len(sets) % 2)
    jpeg = encoded()
    marked = jpeg[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]
    assert read(marked).locations == ("Torre de Belém", "Lisboa", "Portugal")


def test_xmp_tells_all_of_it_in_the_file_or_beside_it() -> None:
    told = xmp(
        "<ext:LocationCreated><rdf:Bag><rdf:li><ext:City>Sintra</ext:City>"
        "<ext:CountryName>Portugal</ext:CountryName></rdf:li></rdf:Bag></ext:LocationCreated>",
        'tiff:Make="Canon" tiff:Model="Canon EOS 5D" '
        'exif:GPSLatitude="38,41.496N" exif:GPSLongitude="9,12,57.6W"',
    )
    wanted = ("Canon EOS 5D", ("Sintra", "Portugal"), (38.6916, -9.216))
    assert shot(read(encoded(xmp=told))) == wanted
    assert shot(read(encoded(), xmp=told)) == wanted


def test_what_the_file_says_comes_first_and_sidecars_add_to_it() -> None:
    beside = xmp("", 'tiff:Make="SONY" tiff:Model="X" ps:City="lisboa" ps:Country="Portugal"')
    taken = json.dumps({"geoData": {"latitude": 1, "longitude": 2}}).encode()
    document = read(encoded(exif=exif(), xmp=xmp("", 'ps:City="Lisboa"')), xmp=beside, json=taken)
    assert shot(document) == ("Nikon D90", ("lisboa", "Portugal"), (38.6916, -9.216))


def test_takeout_tells_the_position_that_somebody_chose_and_else_that_of_the_exif() -> None:
    def told(chosen: object, in_exif: object) -> object:
        return read(encoded(), json=json.dumps({"geoData": chosen, "geoDataExif": in_exif}).encode()).position

    place, zeros = {"latitude": 47.1, "longitude": 9.2}, {"latitude": 0.0, "longitude": 0.0}
    assert told(place, zeros) == (47.1, 9.2)
    assert told(zeros, place) == (47.1, 9.2)
    assert told(zeros, zeros) is None
    assert told({"latitude": 10**400, "longitude": "9"}, 3) is None


@pytest.mark.parametrize(
    "told",
    [
        'exif:GPSLatitude="95,0N" exif:GPSLongitude="9,0W"',
        'exif:GPSLatitude="38.5" exif:GPSLongitude="9,0W"',
        'exif:GPSLatitude="38,0N"',
        'tiff:Make="---" tiff:Model=" " ps:City="***"',
    ],
)
def test_what_makes_no_sense_is_left_out(told: str) -> None:
    assert shot(read(encoded(xmp=xmp("", told)))) == NOTHING
