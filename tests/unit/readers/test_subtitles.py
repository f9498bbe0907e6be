"""Subtitles: what is said becomes running text."""

import pytest

from ingest.readers.subtitles import read_subtitles
from semsearch.errors import FileError

SRT = """\
1
00:00:01,000 --> 00:00:05,200
When the ferry came,
the pier was

2
00:00:05,200 --> 00:00:08,900
{\\an8}already under water, <i>said the
<font color="#fff">nurse</font></i>.
3
00:00:09,000 --> 00:00:12,000
- Who is there?
- 1984

4
00:01:30,000 --> 00:01:33,000
They rowed &amp; rowed.
"""
VTT = """\
WEBVTT - a film

NOTE made by hand

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start
<v Nora>We saw the <00:02.000><c.loud>comet</c>

00:04.000 --> 00:05.000
We saw the comet
twice that year.
"""
ASS = """\
[Script Info]
Title: A film
[V4+ Styles]
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,under water, too.
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}Well, the\\Npier{\\i0} was
Dialogue: 1,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown
"""


def said(source: str) -> str:
    return read_subtitles(source.encode(), "a_film.srt", "application/x-subrip").text


def test_a_sentence_across_two_cues_is_one_sentence() -> None:
    assert said(SRT) == (
        "When the ferry came, the pier was already under water, said the nurse.\n"
        "- Who is there?\n- 1984\nThey rowed & rowed."
    )


def test_names_of_voices_stay_and_lines_shown_again_are_left_out() -> None:
    assert said(VTT) == "Nora: We saw the comet We saw the comet twice that year."


def test_substation_alpha_is_read_in_the_order_of_its_times() -> None:
    assert said(ASS) == "Well, the pier was under water, too."


def test_frames_of_microdvd_are_times() -> None:
    assert (
        said("{1}{50}{y:i}Hello|there\n{60}{90}walker.\n{500}{600}Later.") == "Hello there walker.\n\nLater."
    )


def test_lyrics_are_read_without_times() -> None:
    source = "[00:12.00]By the weir\n[00:14.10][01:02.00]<00:14.10>the <00:15.00>willows\n\n"
    assert said(source) == "By the weir the willows"


def test_lyrics_name_their_song_and_who_sings_it() -> None:
    source = b"[ti: Willows ]\n[ar:Nobody]\n[al:Weirs]\n[by:me]\n[00:12.00]By the weir\n"
    document = read_subtitles(source, "07.lrc", "text/x-lrc")
    assert (document.title, document.text) == ("Willows", "Nobody\nWeirs\n\nBy the weir")


@pytest.mark.parametrize("line", ["[12:30] Lunch", "Dialogue: he said", "{1}{2}three"])
def test_a_line_that_looks_like_another_format_is_part_of_a_cue(line: str) -> None:
    assert said(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\nThe ferry.\n").endswith("The ferry.")


@pytest.mark.parametrize("above", ["NOTE made by hand\n", "second-cue\n00:04.000 --> 00:05.000"])
def test_a_cue_without_words_takes_none_of_what_follows(above: str) -> None:
    assert said(f"WEBVTT\n\n00:01.000 --> 00:04.000\n\n{above}\n\n00:06.000 --> 00:07.000\nYes.") == "Yes."


def test_a_speaker_in_brackets_names_no_song() -> None:
    assert said("1\n00:00:01,000 --> 00:00:02,000\n[Al: I am coming]\n") == "[Al: I am coming]"


def test_subviewer_is_read_without_its_head() -> None:
    source = "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n00:04:35.03,00:04:38.82\nHello[br]there.\n\n"
    assert said(source) == "Hello there."


def test_a_cue_may_begin_with_an_empty_line() -> None:
    assert (
        said("WEBVTT\n\n00:01.000 --> 00:04.000\n \nThe ferry\n\n00:05.000 --> 00:06.000\n\n") == "The ferry"
    )


@pytest.mark.parametrize("source", ["WEBVTT\n", "1\n00:00:01,000 --> 00:00:02,000\n\n"])
def test_subtitles_without_words_are_empty(source: str) -> None:
    with pytest.raises(FileError, match="no words"):
        said(source)
