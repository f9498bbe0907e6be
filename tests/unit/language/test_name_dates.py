"""Dates in the names of files."""

import unicodedata

import pytest

from semsearch.language.name_dates import date_in_name


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("IMG-20170311-WA0042.jpg", "2017-03-11 00:00:00"),
        ("IMG_20170311_134501.jpg", "2017-03-11 13:45:01"),
        ("IMG_20170311_134501_02.jpg", "2017-03-11 13:45:01"),
        ("IMG20170311134501.jpg", "2017-03-11 13:45:01"),
        ("20170311_134501.jpg", "2017-03-11 13:45:01"),
        ("20170311T134501Z.json", "2017-03-11 13:45:01"),
        ("PXL_20220812_153012345.MP.jpg", "2022-08-12 15:30:12"),
        ("00100_BURST20170311134501789_COVER.jpg", "2017-03-11 13:45:01"),
        ("Screenshot_20210315-101112.png", "2021-03-15 10:11:12"),
        ("Screenshot 2021-03-15 at 10.11.12.png", "2021-03-15 10:11:12"),
        ("Screen Shot 2021-03-15 at 3.11.12 PM.png", "2021-03-15 15:11:12"),
        ("Screen Shot 2021-03-15 at 12.05.00\u202fAM.png", "2021-03-15 00:05:00"),
        ("WhatsApp Image 2019-05-06 at 12.00.07 (1).jpeg", "2019-05-06 12:00:07"),
        ("signal-2021-08-09-121314_002.jpg", "2021-08-09 12:13:14"),
        ("Signal-2021-08-09-12-13-14-123.jpg", "2021-08-09 12:13:14"),
        ("photo_2020-05-06_10-20-30.jpg", "2020-05-06 10:20:30"),
        ("FB_IMG_1565123456000.jpg", "2019-08-06 20:30:56"),
        ("VID_20180101.mp4", "2018-01-01 00:00:00"),
        ("DSC0003-2014-04-02.jpg", "2014-04-02 00:00:00"),
        ("IMG_001_20140402.jpg", "2014-04-02 00:00:00"),
    ],
)
def test_cameras_phones_and_messengers_name_pictures_by_dates(name: str, moment: str) -> None:
    assert str(date_in_name(f"camera/2001-01-01/{name}")) == moment


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2014-04-02 Minutes.docx", "2014-04-02"),
        ("Minutes_2014_04_02.docx", "2014-04-02"),
        ("Minutes 2014.04.02.docx", "2014-04-02"),
        ("minutes 2014-4-2.txt", "2014-04-02"),
        ("20140402 minutes.txt", "2014-04-02"),
        ("scan 02.04.2014.pdf", "2014-04-02"),
        ("scan 25-12-2014.pdf", "2014-12-25"),
        ("scan 12-25-2014.pdf", "2014-12-25"),
        ("Letter of 2 April 2014.odt", "2014-04-02"),
        ("Letter of April 2nd, 2014.odt", "2014-04-02"),
        ("2014 apr 2 letter.odt", "2014-04-02"),
        ("1953-06-02 wedding.tif", "1953-06-02"),
        ("2014-04 report.pdf", "2014-04-01"),
        ("Report May 2014.pdf", "2014-05-01"),
        ("Rechnung 3. März 2014.pdf", "2014-03-03"),
        (unicodedata.normalize("NFD", "facture août 2014.pdf"), "2014-08-01"),
        ("verslag_maart_2014.pdf", "2014-03-01"),
        ("invoice-20191204-0001.pdf", "2019-12-04"),
    ],
)
def test_people_name_files_by_dates(name: str, day: str) -> None:
    assert str(date_in_name(name)).split()[0] == day


@pytest.mark.parametrize(
    "name",
    [
        "20191399.txt", "20190230_101112.jpg", "1234567820190704.txt", "19530602.tif", "IMG_4711.jpg",
        "tel 0170 20191204.txt", "+4920191204.txt", "0170-20191204.vcf",
        "04-05-2021.txt", "report 2019.pdf", "2009-10 accounts.xlsx", "marching 2019.txt",
        "package-1.2019.04.02.tar", "1234-12-12.txt",
    ],
)  # fmt: skip
def test_other_numbers_and_ambiguous_dates_are_none(name: str) -> None:
    assert date_in_name(name) is None
