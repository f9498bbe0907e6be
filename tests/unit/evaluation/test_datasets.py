import json
from pathlib import Path

import pytest

from semsearch.errors import FileError
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.measure import score


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """Three documents and two queries. One of the queries is judged."""
    folder = tmp_path / "birds"
    (folder / "qrels").mkdir(parents=True)
    rows = [
        {"_id": "a/1", "title": "Owls", "text": "Owls hunt mice."},
        {"_id": "b", "text": "Geese fly."},
        {"_id": "c", "title": "", "text": "Ships sail."},
    ]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    queries = [{"_id": "q1", "text": "birds of prey"}, {"_id": "q2", "text": "not judged"}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta/1\t2\nq1\tb\t0\n")
    return folder


def test_a_folder_in_beir_layout_is_read_without_the_queries_that_nobody_judged(beir: Path) -> None:
    dataset = load(beir)
    assert dataset.name == "birds"
    assert dataset.queries == {"q1": "birds of prey"}
    assert dataset.judged == {"q1": {"a/1": 2, "b": 0}}
    assert dataset.corpus["a/1"] == ("Owls", "Owls hunt mice.")


def test_its_documents_become_files_that_give_their_ids_back(beir: Path, tmp_path: Path) -> None:
    dataset = load(beir)
    dataset.write(tmp_path / "files")
    files = sorted(file.name for file in (tmp_path / "files").iterdir())
    assert sorted(map(dataset.document_of, files)) == ["a/1", "b", "c"]
    assert (tmp_path / "files" / "a%2F1.txt").read_text() == "Owls\n\nOwls hunt mice.\n"


def test_a_csv_file_pairs_queries_with_paths(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text('Query,Path\n"tax, again",a.txt\nowls,b/owls.md\nowls,b/more.md\n\n')
    dataset = load(file)
    assert dataset.judged == {"tax, again": {"a.txt": 1}, "owls": {"b/owls.md": 1, "b/more.md": 1}}
    assert dataset.document_of("b/owls.md") == "b/owls.md"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("corpus.jsonl", "{broken", r"corpus.jsonl, line 1 cannot be read"),
        ("corpus.jsonl", '{"_id": "a"}', r"corpus.jsonl, line 1 cannot be read: it needs _id and text"),
        ("qrels/test.tsv", "a\tb\n1\t2\n", r"test.tsv needs the columns query-id, corpus-id and score"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", r"birds has no query with a judgement"),
    ],
)
def test_what_is_wrong_with_a_collection_is_named(beir: Path, name: str, content: str, reason: str) -> None:
    (beir / name).write_text(content)
    with pytest.raises(FileError, match=reason):
        load(beir)


def test_a_collection_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nothing\.csv cannot be read as a judged collection: No such file"):
        load(tmp_path / "nothing.csv")


def test_a_row_of_three_cells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "three.csv").write_text("a,b,c\n")
    with pytest.raises(FileError, match=r"three\.csv, line 1: a row must be a query and a path"):
        load(tmp_path / "three.csv")


def test_the_measures_are_those_of_the_textbooks() -> None:
    dataset = Dataset("d", {"q": "?"}, {"q": {"a": 1, "b": 1}}, {})
    found = score(dataset, {"q": {"x": 3.0, "a": 2.0, "y": 1.0}})
    assert found["RR@10"] == pytest.approx(1 / 2)
    assert found["AP"] == pytest.approx(1 / 4)
    assert found["P@10"] == pytest.approx(1 / 10)
    assert found["R@10"] == pytest.approx(1 / 2)


def test_a_query_that_finds_nothing_counts_as_zero() -> None:
    dataset = Dataset("d", {"q": "?", "r": "!"}, {"q": {"a": 1}, "r": {"a": 1}}, {})
    assert score(dataset, {"q": {"a": 1.0}, "r": {}})["RR@10"] == pytest.approx(1 / 2)
