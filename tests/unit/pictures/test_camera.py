"""The name of a camera, whatever its maker writes into pictures."""

import pytest

from semsearch.pictures.camera import camera_name


@pytest.mark.parametrize(
    ("make", "model", "name"),
    [
        ("Canon", "Canon EOS 5D Mark III", "Canon EOS 5D Mark III"),
        ("NIKON CORPORATION", "NIKON D90", "Nikon D90"),
        ("NIKON", "COOLPIX P6000", "Nikon COOLPIX P6000"),
        ("SONY", "ILCE-7M3", "Sony ILCE-7M3"),
        ("OLYMPUS IMAGING CORP.  ", "E-M10 ", "Olympus E-M10"),
        ("OLYMPUS OPTICAL CO.,LTD", "C2500L", "Olympus C2500L"),
        ("Apple", "iPhone 12 Pro", "Apple iPhone 12 Pro"),
        ("samsung", "SM-G950F", "Samsung SM-G950F"),
        ("EASTMAN KODAK COMPANY", "KODAK EASYSHARE C433", "Kodak EASYSHARE C433"),
        ("KONICA MINOLTA", "KONICA MINOLTA DiMAGE Z2", "Konica Minolta DiMAGE Z2"),
        ("LG Electronics", "LG-H870", "LG H870"),
        ("GoPro", "HERO9 Black", "GoPro HERO9 Black"),
        ("Canon", "Canonet", "Canon Canonet"),
        ("Canon", "Canon", "Canon"),
        ("Canon", "", "Canon"),
        ("", "EOS 5D", "EOS 5D"),
        ("---", "---", ""),
        ("", "", ""),
    ],
)
def test_the_maker_is_named_once_and_as_people_write_it(make: str, model: str, name: str) -> None:
    assert camera_name(make, model) == name
