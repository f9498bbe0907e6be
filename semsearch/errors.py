"""The errors that semsearch raises on purpose.

    SemsearchError
    ├── SettingsError       a setting or an argument has an impossible value
    ├── RedisError          Redis is absent, refuses, or lacks the search module
    │   ├── EngineError     the embedded engine cannot be started or stopped
    │   │   └── DamagedDataError  it cannot read its data
    │   └── LeaseError      another run has taken over
    ├── ModelError          a model cannot be found, loaded or run
    │   └── FingerprintError  an index holds vectors of another model
    ├── FileError           one file cannot be indexed; the run goes on
    │   ├── NothingToIndexError  it has nothing that could be indexed
    │   └── KilledError     the system ended the process that read the file
    ├── ArchiveError        an export cannot be written, or its file cannot be imported
    ├── FolderError         a folder cannot be ingested; nothing was changed
    ├── QueryError          a query cannot be answered as it is
    ├── NotFoundError       no document has this id
    ├── ForbiddenError      the token of a request does not allow it
    ├── BusyError           too much is asked at once; try again later
    │   └── GreedyError     one client asks too much at once, while others wait
    └── ApiError            a semsearch server, asked over HTTP, refuses or does not answer

A message says what happened, with the actual value, and what to do: `str(error)` can be shown to a user.
Exceptions of libraries are converted where they are raised; only the command line exits.
"""


class SemsearchError(Exception):
    """The base class of all errors: a caller needs to catch no other."""

    @property
    def message(self) -> str:
        """The message as it was given: a `Message` can be translated, and `str(error)` is only its text."""
        return str(self) if len(self.args) != 1 else self.args[0]


class SettingsError(SemsearchError):
    """A setting or an argument has an impossible value; the message names it."""


class RedisError(SemsearchError):
    """Redis is absent, refuses a command, or lacks the search module."""


class EngineError(RedisError):
    """The embedded engine cannot be started, reached or stopped."""


class DamagedDataError(EngineError):
    """The embedded engine cannot read its data; `semsearch redis repair` mends them."""


class LeaseError(RedisError):
    """Another run changes documents now, because this one did not answer for a while."""


class ModelError(SemsearchError):
    """A model cannot be found, loaded or run."""


class FingerprintError(ModelError):
    """An index holds vectors of another model than the one in use."""


class FileError(SemsearchError):
    """One file cannot be indexed. The message becomes the reason in its record."""


class NothingToIndexError(FileError):
    """The file is sound, and has nothing that could be indexed. It is skipped, and counts as no failure."""


class KilledError(FileError):
    """The system ended the process that read the file, as it does when the machine runs out of memory."""


class ArchiveError(SemsearchError):
    """An export cannot be written, or its file cannot be imported."""


class FolderError(SemsearchError):
    """A folder cannot be ingested; its documents stay as they were."""


class QueryError(SemsearchError):
    """A query cannot be answered as it is. `parameter` is the one with an invalid value, "" if it is none."""

    def __init__(self, message: str = "", parameter: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter


class NotFoundError(SemsearchError):
    """No document has this id."""


class ForbiddenError(SemsearchError):
    """The token of a request does not allow it."""


class BusyError(SemsearchError):
    """Too much is asked at once. The caller may try again after `seconds`."""

    def __init__(self, message: str, seconds: int = 1) -> None:
        super().__init__(message)
        self.seconds = seconds


class GreedyError(BusyError):
    """One client asks too much at once, while others wait."""


class ApiError(SemsearchError):
    """A semsearch server, asked over HTTP, refuses or does not answer.

    `status` is that of its answer, 0 for no answer. `code` is the kind of the error (docs/api.md), and
    `request` the id of the request in the log of the server; both may be empty.
    """

    def __init__(self, message: str, status: int = 0, code: str = "", request: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request = request
