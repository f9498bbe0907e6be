"""On a cluster each write is applied once, and the keys are those of a single server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis
from redis.exceptions import ConnectionError as LostError

from semsearch.errors import SettingsError
from semsearch.records import Due, Kind, State
from semsearch.settings import Settings
from semsearch.store import connection, indexes, keys, slots, transactions
from semsearch.store.access import RULES, Role
from semsearch.store.cluster import ClusterClient
from semsearch.store.codec import piece_ids
from semsearch.store.entries import Embedded, Entry
from semsearch.store.generation import Algorithm, Stage
from semsearch.store.layout import Layout, Slot
from semsearch.store.schema import TEXT
from semsearch.store.statistics import Calibration
from semsearch.store.store import Store
from semsearch.store.transactions import MOST_PIECES, Transactions
from tests.clusters import Node, cluster
from tests.integration.store.documents import DIMS, LONG, SHORT, KilledError, known, prepare, text
from tests.redis_client import redis_of

NAMES = [f"{n}.txt" for n in range(12)]
PASSWORD = "PASSWORD"
_OF_GENERATIONS = (b"semsearch:meta:text", b"semsearch:other:", b"semsearch:middle:")
Database = dict[bytes, Any]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    folder = tmp_path_factory.mktemp("cluster")
    users = [f"user {role} on >{PASSWORD} {RULES[role]}\n" for role in Role]
    (folder / "users.acl").write_text("user default on nopass ~* &* +@all\n" + "".join(users))
    with cluster(folder, "--aclfile", str(folder / "users.acl")) as nodes:
        yield nodes


def settings_of(nodes: list[Node], home: Path, role: Role = Role.WORKER) -> Settings:
    places = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
    return Settings(home=home, redis_url=f"redis://{role}:{PASSWORD}@{places}/0")


@pytest.fixture
def spread(nodes: list[Node], tmp_path: Path) -> Iterator[Store]:
    """The store of a worker on a cluster that holds nothing."""
    for node in nodes:
        node.client.flushall()
    with closing(Store.open(settings_of(nodes, tmp_path))) as store:
        yield store


def database(*clients: redis.Redis) -> Database:
    """All keys but the turns, with their values, without what differs from one run to the next."""
    found: Database = {}
    for client in clients:
        for key in client.scan_iter(count=1000):
            if not key.startswith(b"semsearch:turn:"):
                value: Any = client.hgetall(key) if client.type(key) == b"hash" else client.get(key)
                if isinstance(value, dict):
                    value.pop(b"revision", None)  # there are more transactions on a cluster
                found[key] = value
    return {key: value for key, value in found.items() if value != {}}


def of_cluster(nodes: list[Node]) -> Database:
    return database(*(node.client for node in nodes))


def of_single(store: Store) -> Database:
    return database(redis_of(store))


def without_vectors(entry: Entry) -> Entry:
    pieces = tuple(replace(piece, vectors={}) for piece in entry.pieces)
    return replace(entry, record=replace(entry.record, due=Due.VECTORS), pieces=pieces)


def add(store: Store) -> None:
    """New documents, whose passages get their vectors afterwards, several documents at a time."""
    entries = [without_vectors(text(name, "old", SHORT + n)) for n, name in enumerate(NAMES)]
    store.documents.replace(entries, {})
    vector = np.eye(DIMS, dtype=np.float32)[0]
    made = [
        Embedded(replace(each.counted, due=Due.NONE), dict.fromkeys(range(len(each.pieces)), vector))
        for each in entries
    ]
    store.documents.add_vectors(made)


def edit(store: Store) -> None:
    store.documents.replace([text(name, "new", 40) for name in NAMES[:8]], known(store))


def touch(store: Store) -> None:
    store.documents.touch([replace(record, mtime_ns=7) for record in known(store).values()])


def mark(store: Store) -> None:
    store.documents.replace_records(replace(record, note="read") for record in known(store).values())


def move(store: Store) -> None:
    source = store.ledger.get(keys.doc_id("/made-up", NAMES[0]))
    target = replace(source, doc=keys.doc_id("/made-up", "moved.txt"), path="moved.txt")
    store.documents.copy([(source, target)], known(store))
    store.documents.remove([source])


def remove(store: Store) -> None:
    store.documents.remove([store.ledger.get(keys.doc_id("/made-up", name)) for name in NAMES[4:9]])


def grow(store: Store) -> None:
    store.documents.replace([text(NAMES[1], "long", LONG)], known(store))


def shrink(store: Store) -> None:
    store.documents.replace([text(NAMES[1], "short", 2)], known(store))


def miss(store: Store) -> None:
    for name in NAMES[1:4]:
        store.drafts.set_aside(store.ledger.get(keys.doc_id("/made-up", name)), since=5.0)


def find(store: Store) -> None:
    for record in known(store).values():
        if record.state is State.MISSING:
            store.drafts.bring_back(record)


STEPS = [add, edit, touch, mark, move, grow, miss, find, shrink, remove]


def test_all_writes_leave_the_keys_of_a_single_server(spread: Store, store: Store, nodes: list[Node]) -> None:
    for step in STEPS:
        step(spread)
        step(store)
        assert of_cluster(nodes) == of_single(store), step.__name__
    held = [node.client.dbsize() for node in nodes]
    assert all(held), held


def test_the_ledger_reads_what_is_written(spread: Store, store: Store) -> None:
    for each in (spread, store):
        for step in STEPS[:6]:
            step(each)
    assert known(spread) == known(store)
    assert spread.ledger.has_due() is store.ledger.has_due() is False
    for record in known(spread).values():
        assert spread.ledger.passages(record) == store.ledger.passages(record)
        assert spread.ledger.all_terms(record) == store.ledger.all_terms(record)
        assert np.array_equal(spread.ledger.vectors(record), store.ledger.vectors(record))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_part_whose_reply_is_lost_is_applied_once(
    spread: Store, store: Store, nodes: list[Node], monkeypatch: pytest.MonkeyPatch, step: Callable[..., None]
) -> None:
    before = STEPS[: STEPS.index(step)]
    for each in (*before, step):
        each(store)
    for each in before:
        each(spread)
    ask, lost = transactions._ask, [0]

    def losing(connection: Any, commands: Any) -> Any:
        replies = ask(connection, commands)
        if commands[-1] == ("EXEC",) and not lost[0] % 2:
            lost[0] += 1
            raise LostError("Connection closed by server.")
        lost[0] += commands[-1] == ("EXEC",)
        return replies

    monkeypatch.setattr(transactions, "_ask", losing)
    monkeypatch.setattr("semsearch.store.waiting._FIRST_PAUSE", 0.0)
    step(spread)
    assert lost[0]
    assert of_cluster(nodes) == of_single(store)


def restored(store: Store) -> None:
    """What a run does before it writes."""
    store.complete()
    store.inventory.count(store.inventory.sweep(store.inventory.census()))


@pytest.mark.parametrize("step", [add, edit, grow, miss, find, remove], ids=lambda step: step.__name__)
def test_a_worker_that_is_killed_between_two_parts_leaves_what_the_next_run_mends(
    spread: Store, store: Store, nodes: list[Node], monkeypatch: pytest.MonkeyPatch, step: Callable[..., None]
) -> None:
    before = STEPS[: STEPS.index(step)]
    for each in (*before, step):
        each(store)
    restored(store)
    expected = of_single(store)
    apply, left = Transactions._apply, [0]

    def killed(self: Transactions, *arguments: Any) -> None:
        apply(self, *arguments)
        left[0] -= 1
        if not left[0]:
            raise KilledError

    for n in (1, 2, 4, 9, 25):
        for node in nodes:
            node.client.flushall()
        for each in before:
            each(spread)
        left[0] = n
        with monkeypatch.context() as patch:
            patch.setattr(Transactions, "_apply", killed)
            try:
                step(spread)
            except KilledError:
                pass
            else:
                break
        restored(spread)
        assert by_parts(of_cluster(nodes)) == [], n
        again(step, spread)
        assert of_cluster(nodes) == expected, n


def by_parts(found: Database) -> list[bytes]:
    """The keys of pieces whose document has no record, neither visible nor aside."""
    docs = {
        key[key.index(b"{") :] for key in found if key.startswith((b"semsearch:doc:", b"semsearch:aside:"))
    }
    docs = {doc for doc in docs if doc.endswith(b"}")}
    return [key for key in found if b"{" in key and key[key.index(b"{") : key.index(b"}") + 1] not in docs]


def again(step: Callable[..., None], store: Store) -> None:
    """What the next run does, which sees the same files."""
    if step is miss:
        for name in NAMES[1:4]:
            record = store.ledger.get(keys.doc_id("/made-up", name))
            if record.state is not State.MISSING:
                store.drafts.set_aside(record, since=5.0)
    elif step is remove:
        store.documents.remove(store.ledger.get_many([keys.doc_id("/made-up", n) for n in NAMES[4:9]]))
    else:
        step(store)


def test_a_worker_waits_for_a_node_that_was_killed(nodes: list[Node], spread: Store, store: Store) -> None:
    told: list[str] = []
    spread.tell_waits(told.append)
    nodes[1].kill()
    timer = threading.Timer(2.0, nodes[1].start)
    timer.start()
    add(spread)
    add(store)
    timer.join()
    assert of_cluster(nodes) == of_single(store)
    assert any(told)
    assert told[-1] == ""


def hand_over(slot: int, source: Node, target: Node) -> None:
    """Give a slot without keys to another node."""
    names = [node.client.execute_command("CLUSTER", "MYID").decode() for node in (source, target)]
    target.client.execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
    source.client.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
    for node in (target, source):
        node.client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", names[1])


def test_a_write_follows_a_slot_to_another_node(nodes: list[Node], spread: Store) -> None:
    entry = text("a.txt", "new", SHORT)
    key = keys.doc_key(entry.record.doc)
    slot = slots.slot_of(key)
    source = nodes[slot * 3 // 16_384]
    target = next(node for node in nodes if node is not source)
    spread.documents.replace([text(name, "old", SHORT) for name in NAMES], {})  # the client knows the nodes
    hand_over(slot, source, target)
    try:
        spread.documents.replace([entry], {})
        assert target.client.exists(key)
        assert spread.ledger.get(entry.record.doc) == replace(entry.counted, due=Due.NONE)
    finally:
        spread.documents.remove([entry.counted])
        target.client.unlink(*target.client.keys(f"*{{{slots.tag(slot)}}}"))  # the turn
        hand_over(slot, target, source)


def test_the_rights_of_the_roles_are_enough_on_a_cluster(
    nodes: list[Node], spread: Store, tmp_path: Path
) -> None:
    add(spread)
    with closing(Store.open(settings_of(nodes, tmp_path, Role.WEB), Role.WEB)) as reader:
        records = list(known(spread).values())
        assert reader.ledger.get_many([record.doc for record in records]) == records
        assert reader.server_version().startswith(("Valkey", "Redis"))
        assert reader.is_full() is False


def test_a_pipeline_that_watches_is_discarded_when_somebody_was_quicker(
    nodes: list[Node], spread: Store, tmp_path: Path
) -> None:
    with closing(connection.connect(settings_of(nodes, tmp_path))) as client:
        for n in range(6):  # in several slots
            key = f"semsearch:{n}"
            with client.pipeline() as pipe:
                pipe.watch(key)
                assert pipe.get(key) is None
                spread._client.set(key, "theirs")
                pipe.multi()
                pipe.set(key, "mine")
                with pytest.raises(redis.WatchError):
                    pipe.execute()
            pipe = client.pipeline()
            assert all(pipe.set(key, "mine").expire(key, 100).execute())
            assert spread._client.get(key) == b"mine"


def test_a_cluster_has_no_use_for_workers(spread: Store, store: Store) -> None:
    with pytest.raises(SettingsError, match="is a cluster, on which a run works by itself"):
        spread.jobs.check_server()
    store.jobs.check_server()


def test_one_node_is_enough_to_find_the_others(nodes: list[Node], tmp_path: Path) -> None:
    client = connection.connect(settings_of(nodes[2:], tmp_path))
    assert isinstance(client, ClusterClient)
    assert connection.address(client).endswith(" (a cluster)")
    assert client.hgetall(keys.meta_key(TEXT)) is not None


def generations(store: Store) -> Any:
    """What Redis holds of the generations, without the time of the swap."""
    found = {key: value for key, value in of_single(store).items() if key.startswith(_OF_GENERATIONS)}
    for value in found.values():
        if isinstance(value, dict):
            value.pop(b"at", None)
    return found, index_behind(store)


def index_behind(store: Store) -> str:
    return indexes.name_behind(redis_of(store), keys.index_alias(TEXT))


def test_a_swap_in_several_steps_that_is_killed_is_completed_by_the_next_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(store)
    store.statistics.keep_calibration(Kind.TEXT, Calibration(mean_vector=b"first", measured=True))
    wanted = replace(store.generations.in_use()[TEXT], algorithm=Algorithm.HNSW, layout=Layout(Slot.B))
    other = store.generations.begin(TEXT, wanted, 0)
    store.generations.create_index(TEXT, other.generation)
    store.generations.note(TEXT, stage=Stage.READY)
    store.generations.swap([TEXT])
    second = generations(store)
    store.generations.swap([TEXT])
    first = generations(store)
    assert first[1] != second[1]

    monkeypatch.setattr(Transactions, "in_slots", True)  # as on a cluster
    apply, left = Transactions._apply, [0]

    def killed(self: Transactions, *arguments: Any) -> None:
        apply(self, *arguments)
        left[0] -= 1
        if not left[0]:
            raise KilledError

    was_killed = 0
    for n in range(1, 10):
        expected = second if generations(store) == first else first
        left[0] = n
        with monkeypatch.context() as patch:
            patch.setattr(Transactions, "_apply", killed)
            try:
                store.generations.swap([TEXT])
            except KilledError:
                was_killed += 1
        store.complete()
        assert generations(store) == expected, n
    assert 4 <= was_killed < 9


def test_a_tag_lies_in_its_slot() -> None:
    for slot in (0, 1, 5460, 16_383):
        assert slots.slot_of(keys.turn_key("process", slots.tag(slot))) == slot


def test_a_long_document_is_in_one_slot() -> None:
    record = text("a.txt", "new", MOST_PIECES + 50).counted
    every = [keys.doc_key(record.doc), keys.aside_key(record.doc), keys.pages_key(record.doc)]
    every += [keys.piece_key(space, record.doc, n) for space, n in piece_ids(record)]
    assert len({slots.slot_of(key) for key in every}) == 1
