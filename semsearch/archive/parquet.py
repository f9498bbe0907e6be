"""Write and read the file of an export: one table in Parquet, by groups of rows.

This is the only module that knows pyarrow, which is installed with `pip install "semsearch[export]"`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from semsearch.archive.header import Header
from semsearch.archive.rows import COLUMNS, REQUIRED, Row, Type
from semsearch.errors import ArchiveError

# The rows that are compressed together and held in memory at once: some 10 MB with vectors of 384 numbers.
_ROWS = 4_000
_READ = 500
_BUFFER = 2**20
_HEADER = b"semsearch"
# Vectors do not repeat, and hardly any two contents are equal.
_DICTIONARY = (
    "row",
    "root",
    "path",
    "kind",
    "title",
    "heading",
    "doc",
    "media_type",
    "state",
    "source",
    "models",
)


class TableWriter(AbstractContextManager["TableWriter"]):
    """Writes rows to a file, which appears under its name when `finish` is called, and not before.

    Raises ArchiveError when the file cannot be written, or when pyarrow is not installed.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._rows: list[Row] = []
        pyarrow, parquet = _libraries()
        self._schema = pyarrow.schema(_arrow_types(pyarrow).items())
        with _named(file):
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
            os.close(handle)
            self._unfinished = Path(name)
            self._writer = parquet.ParquetWriter(
                name, self._schema, compression="zstd", use_dictionary=list(_DICTIONARY)
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk was reported already
            self._writer.close()
        self._unfinished.unlink(missing_ok=True)

    def write(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self._write_group()

    def finish(self, header: Header) -> int:
        """Complete the file. Returns its size in bytes."""
        self._write_group()
        with _named(self.file):
            self._writer.add_key_value_metadata({_HEADER: header.to_json().encode()})
            self._writer.close()
            with self._unfinished.open("rb") as written:
                os.fsync(written.fileno())
            self._unfinished.replace(self.file)
            return self.file.stat().st_size

    def _write_group(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        pyarrow, _ = _libraries()
        arrays = [
            _array(pyarrow, [row.get(name) for row in rows], self._schema.field(name).type)
            for name in COLUMNS
        ]
        with _named(self.file):
            self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))


class TableReader(AbstractContextManager["TableReader"]):
    """Reads the file of an export. Raises ArchiveError when it is none, or when pyarrow is not installed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        pyarrow, parquet = _libraries()
        with _named(file):
            # By default pyarrow keeps all that it has read of the file until it is closed.
            self._table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
        found = self._table.metadata.metadata or {}
        if _HEADER not in found:
            self._table.close()
            raise ArchiveError(
                f"{file} was not written by `semsearch export`, or was changed by another program"
            )
        try:
            self.header = Header.from_json(found[_HEADER].decode("utf-8", "replace"))
            self._names = _known_columns(self._table.schema_arrow, _arrow_types(pyarrow))
        except ArchiveError as error:
            self._table.close()
            raise ArchiveError(f"{file} cannot be imported: {error}") from error
        self.count: int = self._table.metadata.num_rows

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._table.close()

    def rows(self) -> Iterator[Row]:
        """The rows in order. A value that is absent is left out."""
        with _named(self.file):
            for batch in self._table.iter_batches(batch_size=_READ, columns=self._names):
                columns = {name: _values(batch.column(name), COLUMNS[name]) for name in self._names}
                for n in range(batch.num_rows):
                    found = ((name, values[n]) for name, values in columns.items())
                    yield {name: value for name, value in found if value is not None}


def _libraries() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ArchiveError(
            f'exports need the library pyarrow, which is not installed here: pip install "semsearch[export]"'
            f" ({error})"
        ) from error
    return pyarrow, parquet


def _arrow_types(pyarrow: Any) -> dict[str, Any]:
    known = {
        Type.TEXT: pyarrow.string(),
        Type.INTEGER: pyarrow.int64(),
        Type.NUMBER: pyarrow.float64(),
        Type.VECTOR: pyarrow.list_(pyarrow.float32()),
        Type.DATE: pyarrow.timestamp("us", tz="UTC"),
    }
    return {name: known[kind] for name, kind in COLUMNS.items()}


def _known_columns(schema: Any, types: dict[str, Any]) -> list[str]:
    """The columns to read. Raises ArchiveError if one is missing, or holds other values."""
    if lacking := [name for name in REQUIRED if name not in schema.names]:
        raise ArchiveError(f"it has no column {lacking[0]}")
    names = [name for name in types if name in schema.names]
    for name in names:
        found = schema.field(name).type
        if not found.equals(types[name]):
            raise ArchiveError(f"its column {name} holds {found}, not {types[name]}")
    return names


def _array(pyarrow: Any, values: Sequence[Any], kind: Any) -> Any:
    if not pyarrow.types.is_list(kind):
        return pyarrow.array(values, kind)
    # From one array of numbers: a list for each vector would take ten times as long.
    lengths = [0 if each is None else len(each) for each in values]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    whole = [each for each in values if each is not None]
    numbers = np.concatenate(whole) if whole else np.empty(0, np.float32)
    absent = pyarrow.array([each is None for each in values])
    return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), pyarrow.array(numbers), mask=absent)


def _values(column: Any, kind: Type) -> list[Any]:
    if kind is not Type.VECTOR:
        return list(column.to_pylist())
    numbers, offsets = column.values.to_numpy(zero_copy_only=False), column.offsets.to_numpy()
    there = column.is_valid().to_numpy(zero_copy_only=False)
    return [
        numbers[start:end] if valid else None
        for start, end, valid in zip(offsets, offsets[1:], there, strict=False)
    ]


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Turn the errors of the file system and of pyarrow into ArchiveError, which names the file."""
    pyarrow, _ = _libraries()
    try:
        yield
    except FileNotFoundError as error:
        cure = f"there is no {file}: name a file that `semsearch export` has written"
        if not file.parent.is_dir():
            cure = f"there is no folder {file.parent}: make it, or name a file in another folder"
        raise ArchiveError(cure) from error
    except OSError as error:
        cure = "name a file in a folder that you may use, on a disk with room"
        raise ArchiveError(f"{file}: {error.strerror or error}: {cure}") from error
    except pyarrow.ArrowException as error:
        raise ArchiveError(f"{file} cannot be read as Parquet: {error}") from error
