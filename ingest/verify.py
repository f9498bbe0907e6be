"""Hash files that keep their size and date, but not their inode or its time."""

from __future__ import annotations

from ingest.plan import Plan
from ingest.readers.file_bytes import content_hash
from semsearch.errors import FileError
from semsearch.store.store import Store

# Records in one transaction.
_BATCH = 200


def verify(plan: Plan, store: Store) -> None:
    """Sort the doubtful files of a plan, and write the new inodes and times of unchanged files.

    Raises RedisError.
    """
    hash_doubtful(plan)
    for start in range(0, len(plan.noted), _BATCH):
        store.documents.replace_records(plan.noted[start : start + _BATCH])


def hash_doubtful(plan: Plan) -> None:
    """Sort the doubtful files of a plan: one whose hash is that of its record has not changed.

    A file that cannot be read becomes work, which says why.
    """
    doubtful, plan.doubtful = plan.doubtful, []
    for file, record in doubtful:
        try:
            same = content_hash(file) == record.sha256
        except FileError:
            same = False
        if same:
            plan.leave(file, record)
        else:
            plan.add(file)
