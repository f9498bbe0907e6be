"""One run that reads the text in some pictures and on some scanned pages."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.indexes import followed
from ingest.progress import Observer, reported
from ingest.stages import calibrate, read_pictures
from ingest.summary import Summary
from semsearch.models.loaded import Models
from semsearch.records import Ocr
from semsearch.search.tuning import TUNING
from semsearch.settings import Settings
from semsearch.store.store import Store


def ingest_scans(
    docs: Sequence[str],
    settings: Settings,
    store: Store,
    models: Models,
    observer: Observer,
    earlier: int = 0,
    together: int = 0,
) -> Summary | None:
    """Read the text in these documents, if it is still due, and return what was done.

    They come after `earlier` ones, of so many `together`. After the last of these nothing will be due, and
    fewer changes are enough to calibrate. Returns None, and has done nothing, when a run over the whole
    folders is needed, or when Redis lost something meanwhile. Raises RedisError and FingerprintError.
    """
    with store.lease.alone(settings.home), reported(store, observer) as progress:
        models = followed(store, models)
        if not store.is_whole(models.text_id, models.image_id):
            return None
        records = [record for record in store.ledger.get_many(docs) if record.ocr is Ocr.DUE]
        summary = Summary(found=len(records))
        if records:
            mark, _ = store.inventory.begin_run()
            progress.go_on(earlier, together)
            read_pictures(records, store, models, summary, progress)
            if earlier + len(docs) >= together:
                calibrate(store, models, summary, 0, TUNING.last_share)
            if store.inventory.has_lost(mark) or not store.inventory.end_run(mark):
                return None
        summary.time(progress.took())
        return summary
