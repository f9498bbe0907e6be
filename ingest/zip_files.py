"""The files in a ZIP archive that are read, as files of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import open_regular
from ingest.readers.limits import joined
from semsearch.errors import FileError
from semsearch.formats.table import kind_of
from semsearch.ignored import Rules, is_ignored
from semsearch.members import SEPARATOR, Directory, Member, directory_of, split_address
from semsearch.message import say
from semsearch.records import DocumentRecord

_OF_ITSELF = say("of a .zip itself, only the name is searched")
# It lies above every checksum, so that the time of a member is never 0, which stands for an unknown one.
_CHECKED = 1 << 32


def is_archive(path: str) -> bool:
    return path.lower().endswith(".zip")


def with_members(
    archive: SourceFile,
    rules: tuple[Rules, ...],
    on_error: Callable[[str, str], None],
    on_ignored: Callable[[str], None],
) -> list[SourceFile]:
    """The archive, with a note on what is not read of it, and the files in it whose format is read.

    Hidden files and those that `rules` name are left out, as in folders, and `on_ignored` is told their
    addresses. An archive in another is not opened. Of one that is damaged or cannot be read there are no
    files, and `on_error` is told of the latter. Raises FileNotFoundError when the archive is gone.
    """
    try:
        with open_regular(archive) as stream:
            found = directory_of(stream)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        on_error(archive.path, reason)
        return [replace(archive, left_out=joined(_OF_ITSELF, reason))]
    except FileError as error:
        damage = str(error)
        return [replace(archive, left_out=joined(_OF_ITSELF, damage), damage=damage)]
    names = ", ".join(found.left_out)
    lacking = say("not read in it: {names}", names=names) if names else ""
    members = (_file(archive, each) for each in _taken(archive.path, found, rules, on_ignored))
    noted = replace(archive, left_out=joined(_OF_ITSELF, lacking))
    return [noted, *sorted(members, key=lambda file: file.path)]


def tell_damaged(
    archives: Mapping[str, str], records: Iterable[DocumentRecord], tell: Callable[[str, str], None]
) -> None:
    """Tell the path and the damage of each of the damaged archives of which there are documents.

    Half of it may have been copied, and the other half may follow: so nobody knows that these are gone.
    """
    known = {split_address(record.path)[0] for record in records}
    for path in sorted(known & archives.keys()):
        tell(path, f"{archives[path]}; its documents stay until it is whole or removed")


def _taken(
    path: str, found: Directory, rules: tuple[Rules, ...], on_ignored: Callable[[str], None]
) -> Iterator[Member]:
    for name, member in found.members.items():
        if _is_left_out(path, name, rules):
            on_ignored(f"{path}{SEPARATOR}{name}")
        elif kind_of(name) is not None:
            yield member


def _is_left_out(archive: str, name: str, rules: tuple[Rules, ...]) -> bool:
    """Whether a member is hidden or ignored, or lies in such a folder."""
    parts = name.split("/")
    ends = [f"{'/'.join(parts[:depth])}/" for depth in range(1, len(parts))] + [name]
    return any(is_ignored(f"{archive}/{end}", rules) for end in ends)


def _file(archive: SourceFile, member: Member) -> SourceFile:
    return SourceFile(
        archive.root,
        f"{archive.path}{SEPARATOR}{member.name}",
        member.size,
        int(member.moment * 1e9) or archive.mtime_ns,
        ctime_ns=_CHECKED + member.checksum,
    )
