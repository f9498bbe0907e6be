"""On a cluster, the commands of a transaction are grouped by slot, in an order that a kill may cut."""

from __future__ import annotations

from semsearch.store import keys
from semsearch.store.slots import grouped, in_order, slot_of

ONE, OTHER = "0" * 16, "1" * 16
RECORD, PIECE = ("HSET", keys.doc_key(ONE), "path", "a"), ("HSET", keys.piece_key("text", ONE, 0), "n", 0)
DUE, DONE = ("HSET", keys.DUE, ONE, "vectors"), ("HDEL", keys.DUE, ONE)
MOVING = ("HSET", keys.MOVING, ONE, "leave")
COUNT = ("HINCRBY", keys.meta_key("text"), "hashes", 1)


def test_what_is_due_is_noted_before_the_document_changes_and_once_more_afterwards() -> None:
    assert in_order([RECORD, DUE, PIECE, COUNT]) == ([DUE], [RECORD, PIECE], [DUE, COUNT])


def test_what_is_done_is_struck_out_after_the_document_has_changed() -> None:
    assert in_order([DONE, RECORD]) == ([], [RECORD], [DONE])


def test_a_renaming_is_announced_before_or_after_the_change_as_the_transaction_says() -> None:
    assert in_order([MOVING, RECORD]) == ([MOVING], [RECORD], [])
    assert in_order([RECORD, MOVING]) == ([], [RECORD], [MOVING])


def test_a_transaction_without_a_document_keeps_its_order() -> None:
    assert in_order([COUNT, DONE, DUE]) == ([], [], [COUNT, DONE, DUE])


def test_a_command_for_keys_of_several_slots_is_split() -> None:
    here, there = keys.doc_key(ONE), keys.doc_key(OTHER)
    piece = keys.piece_key("text", ONE, 7)
    _, own, _ = in_order([("UNLINK", here, there, piece)])
    assert own == [("UNLINK", here, piece), ("UNLINK", there)]
    assert grouped(own) == [(slot_of(here), [own[0]]), (slot_of(there), [own[1]])]
