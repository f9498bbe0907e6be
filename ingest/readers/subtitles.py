"""Subtitles and lyrics: what is said, as running text, without times and marks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.documents import TextDocument
from ingest.readers.text import decoded, title_of
from semsearch.errors import NothingToIndexError
from semsearch.message import say

_CLOCK = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,:](\d{1,3})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*(?:-->|,)[ \t]*{_CLOCK}")
_NOTE = re.compile(r"NOTE(?:\s|$)")  # of WebVTT
_BREAK = re.compile(r"\[br\]", re.IGNORECASE)  # of SubViewer
_FRAMES = re.compile(r"\{(\d+)\}\{(\d+)\}(.*)$")
# A line of lyrics with the times at which it is sung; words may have times of their own.
_SUNG = re.compile(r"((?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\])+)(.*)$")
_LYRICS = "text/x-lrc"
_SONG = re.compile(r"^\[(ti|ar|al):([^\]\n]*)\][ \t]*$", re.IGNORECASE | re.MULTILINE)
_DIALOGUE = re.compile(r"Dialogue:", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?[ \t]+([^<>]+)>")
_TAG = re.compile(r"</?(?:[a-zA-Z][\w.-]*|\d[\d:.]*)(?:[ \t][^<>]*)?>|\{\\[^{}]*\}|\{[yYcCsSfF]:[^{}]*\}")
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}.*?(?:\{[^{}]*\\p0[^{}]*\}|$)")
_ENDED = re.compile(r"[.!?…。！？♪:][\"'”’»)\]]*$")
# Of SubStation Alpha 4+, where a file does not name them.
_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
# After so many seconds without words, a paragraph begins.
_PAUSE = 4.0
# MicroDVD counts frames, of films mostly.
_FRAMES_A_SECOND = 25.0


@dataclass(frozen=True, slots=True)
class _Cue:
    """Lines that are shown together, from `start` to `end` in seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


def read_subtitles(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read SubRip, WebVTT, SubViewer, MicroDVD, (Advanced) SubStation Alpha, or lyrics (LRC).

    A sentence that several cues share becomes one sentence. Lyrics may name their song, which is the title,
    and who sings it. Raises FileError as `decoded` does, and NothingToIndexError where nothing is said.
    """
    read = decoded(data)
    cues = _cues(read.text)
    text = _running(cues)
    if not text:
        raise NothingToIndexError(say("no words in these subtitles"))
    song = _song(read.text) if media_type == _LYRICS else {}
    by = "\n".join(filter(None, (song.get("ar"), song.get("al"))))
    title = song.get("ti", "")
    return TextDocument(
        media_type,
        title or title_of(path),
        f"{by}\n\n{text}" if by else text,
        title_in_file=bool(title),
        encoding=read.encoding,
    )


def _song(text: str) -> dict[str, str]:
    """What lyrics say of their song: `ti`, `ar` and `al` are its title, artist and album."""
    return {found[1].casefold(): " ".join(found[2].split()) for found in _SONG.finditer(text)}


def _cues(text: str) -> Iterator[_Cue]:
    lines = text.split("\n")
    if any(_TIMES.match(line) for line in lines):
        return _from_blocks(lines)
    if any(_DIALOGUE.match(line) for line in lines):
        return _from_alpha(lines)
    if any(_FRAMES.match(line) for line in lines[:5]):
        return _from_frames(lines)
    return _from_lyrics(lines)


def _from_lyrics(lines: list[str]) -> Iterator[_Cue]:
    """The lines of a song in the order in which they are written, also those that are sung again."""
    for line in lines:
        if found := _SUNG.match(line):
            yield _Cue(0.0, 0.0, (found[2],))


def _from_blocks(lines: list[str]) -> Iterator[_Cue]:
    """The cues of SubRip, WebVTT and SubViewer: a line of times, and the lines below it to an empty one.

    Before its first words, a cue may have an empty line too.
    """
    times: tuple[float, float] | None = None
    shown: list[str] = []
    for n, line in enumerate(lines := [*lines, ""]):
        found = _TIMES.match(line)
        if found or (not line.strip() and (shown or _is_above_a_cue(lines[n + 1 : n + 3]))):
            if times and shown:
                # The number of the next cue stands above its times.
                last = -1 if found and shown[-1].strip().isdigit() else None
                yield _Cue(*times, tuple(shown[:last]))
            times = (_seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])) if found else None
            shown = []
        elif times and line.strip():
            shown += _BREAK.split(line)


def _is_above_a_cue(lines: list[str]) -> bool:
    """Whether lines begin with a note, or with what stands above the times of a cue: its number or name."""
    return any(_NOTE.match(line) for line in lines[:1]) or any(_TIMES.match(line) for line in lines[1:])


def _from_frames(lines: list[str]) -> Iterator[_Cue]:
    for line in lines:
        if found := _FRAMES.match(line):
            start, end = (int(each) / _FRAMES_A_SECOND for each in found.groups()[:2])
            yield _Cue(start, end, tuple(found[3].split("|")))


def _from_alpha(lines: list[str]) -> Iterator[_Cue]:
    """The cues of SubStation Alpha, whose fields are named by a line above them."""
    names = list(_FIELDS)
    cues: list[_Cue] = []
    for line in lines:
        if line.startswith("Format:") and "Text" in line:
            names = [name.strip().casefold() for name in line.removeprefix("Format:").split(",")]
        elif _DIALOGUE.match(line):
            values = line.partition(":")[2].split(",", len(names) - 1)
            fields = dict(zip(names, values, strict=False))
            text = re.sub(r"\\[Nn]", "\n", _DRAWING.sub("", fields.get("text", ""))).replace("\\h", " ")
            cues.append(
                _Cue(_clock(fields.get("start", "")), _clock(fields.get("end", "")), tuple(text.split("\n")))
            )
    return iter(sorted(cues, key=lambda cue: cue.start))


def _running(cues: Iterator[_Cue]) -> str:
    """Join what is said to paragraphs. Lines that the cue before has shown already are left out."""
    parts: list[str] = []
    ended, before = 0.0, frozenset[str]()
    for cue in cues:
        lines = [line for line in map(_visible, cue.lines) if line]
        fresh = [line for line in lines if line not in before]
        before = frozenset(lines)
        for line in fresh:
            if parts:
                parts.append(_gap(parts[-1], line, cue.start - ended))
            parts.append(line)
            ended = cue.start
        ended = cue.end
    return "".join(parts)


def _gap(above: str, line: str, pause: float) -> str:
    """Return what stands between two lines: a space within a sentence."""
    if pause >= _PAUSE:
        return "\n\n" if _ENDED.search(above) else "\n"
    is_new = _ENDED.search(above) or line.startswith(("-", "–", "—", "♪"))
    return "\n" if is_new else " "


def _visible(line: str) -> str:
    line = _TAG.sub("", _VOICE.sub(r"\1: ", line))
    return " ".join(html.unescape(line).split()) if "&" in line else " ".join(line.split())


def _seconds(hours: str | None, minutes: str, seconds: str, part: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(part) / 10.0 ** len(part)


def _clock(text: str) -> float:
    found = re.match(rf"[ \t]*{_CLOCK}", text)
    return _seconds(*found.groups()) if found else 0.0
