"""The journal under kills, repeats, threads and strange text."""

from __future__ import annotations

import json
import logging
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from records import case, record

from ecom_fixtures.runs.files import JournalError, clean
from ecom_fixtures.runs.journal import Index, Journal, dump_record
from ecom_fixtures.runs.journal import read_journal as stream
from ecom_fixtures.trajectory import Message
from ecom_fixtures.trial.record import Outcome, Record


def read_journal(path: Path) -> list[Record]:
    return list(stream(path))


def written(folder: Path, *records: Record) -> Path:
    with Journal(folder) as journal:
        for one in records:
            journal.append(dump_record(one))
    return journal.path


def test_what_is_appended_can_be_read_before_the_journal_is_closed(tmp_path: Path) -> None:
    with Journal(tmp_path / "run") as journal:
        assert journal.append(dump_record(record()))
        assert read_journal(journal.path) == [record()]


def test_a_second_record_of_a_trial_is_ignored(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(dump_record(record()))
        assert not journal.append(dump_record(record(outcome=Outcome.FAILED)))
    assert read_journal(journal.path) == [record()]


def test_a_journal_that_is_opened_again_still_knows_its_records(tmp_path: Path) -> None:
    written(tmp_path, record(trial=1))
    path = written(tmp_path, record(trial=1, outcome=Outcome.FAILED), record(trial=2))
    assert read_journal(path) == [record(trial=1), record(trial=2)]


def test_threads_dont_mix_their_lines(tmp_path: Path) -> None:
    records = [record(trial=trial, error="x" * 20_000) for trial in range(1, 41)]
    with Journal(tmp_path) as journal, ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(journal.append, map(dump_record, records * 2)))
    assert sorted(read_journal(journal.path), key=lambda one: one.trial) == records
    assert sum(taken) == len(records)


def test_a_record_over_several_lines_becomes_one(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(record().model_dump_json(indent=2))
    assert journal.path.read_bytes().count(b"\n") == 1


def test_text_that_is_no_record_is_refused_and_not_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for text in ("{", "[]", '{"task": "refund"}'):
            with pytest.raises(JournalError, match="is no record"):
                journal.append(text)
    assert journal.path.read_bytes() == b""


def test_a_write_that_fails_leaves_no_part_of_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk:
        def __init__(self, file: Any) -> None:
            self.file, self.fileno, self.truncate = file, file.fileno, file.truncate

        def write(self, data: memoryview) -> int:
            if len(data) < 100:
                raise OSError("no space left on device")
            return int(self.file.write(data[: len(data) // 2]))

    with Journal(tmp_path) as journal:
        journal.append(dump_record(record(trial=1)))
        before = journal.path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(journal, "_file", FullDisk(journal._file))
            with pytest.raises(OSError, match="no space left"):
                journal.append(dump_record(record(trial=2)))
        assert journal.path.read_bytes() == before
        assert journal.append(dump_record(record(trial=2)))


def test_a_cut_emoji_is_replaced_on_its_way_to_the_journal(tmp_path: Path) -> None:
    said = Message(role="agent", text="Done \ud83d!")
    path = written(tmp_path, record(events=(said,)))
    [event] = read_journal(path)[0].events
    assert event == Message(role="agent", text="Done \ufffd!")


def test_text_with_half_a_character_is_refused_where_nobody_has_replaced_it(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal, pytest.raises(JournalError, match="is no record"):
        journal.append(json.dumps(record(error="cut \ud83d").model_dump(mode="json")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain \u20ac \U0001f600", "plain \u20ac \U0001f600"),
        ("halved \ud83d\ude00 pair", "halved \U0001f600 pair"),
        ("high \ud83d then text", "high \ufffd then text"),
        ("low \ude00 then text", "low \ufffd then text"),
        ("at the end \ud83d", "at the end \ufffd"),
        ("\ufeffmark", "\ufeffmark"),
    ],
)
def test_clean_text_keeps_everything_but_lone_surrogates(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_journal_cut_at_any_byte_gives_its_whole_lines(tmp_path: Path) -> None:
    path = written(tmp_path, record(trial=1), record(trial=2, error="5 \u20ac"))
    data = path.read_bytes()
    first = data.index(b"\n") + 1
    for size in range(first, len(data) - 1):
        path.write_bytes(data[:size])
        assert read_journal(path) == [record(trial=1)]


def test_a_line_cut_short_is_noted_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, record(trial=1), record(trial=2))
    path.write_bytes(path.read_bytes()[:-20])
    with caplog.at_level(logging.WARNING):
        read_journal(path)
    assert f"{path}: line 2 was cut short and is left out" in caplog.text


def test_a_journal_with_a_line_cut_short_can_be_gone_on_with(tmp_path: Path) -> None:
    path = written(tmp_path, record(trial=1), record(trial=2))
    path.write_bytes(path.read_bytes()[:-20])
    written(tmp_path, record(trial=2), record(trial=3))
    assert [one.trial for one in read_journal(path)] == [1, 2, 3]


def test_a_journal_that_lost_only_its_last_line_break_can_be_gone_on_with(tmp_path: Path) -> None:
    path = written(tmp_path, record(trial=1))
    path.write_bytes(path.read_bytes()[:-1])
    written(tmp_path, record(trial=2))
    assert [one.trial for one in read_journal(path)] == [1, 2]


def test_of_two_records_of_a_trial_in_one_file_the_first_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [dump_record(record()), dump_record(record(outcome=Outcome.FAILED))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_journal(path) == [record()]
    assert "line 2 repeats trial 1 of refund" in caplog.text


@pytest.mark.parametrize("garbage", [b"{broken\n", b"17\n", b'{"task": "refund"}\n', b"\xff\n"])
def test_garbage_is_an_error_that_names_the_line(tmp_path: Path, garbage: bytes) -> None:
    path = written(tmp_path, record(trial=1))
    path.write_bytes(path.read_bytes() + garbage)
    with pytest.raises(JournalError, match=r"journal\.jsonl: line 2 is no record"):
        read_journal(path)


def test_garbage_before_the_last_line_is_never_taken_for_a_kill(tmp_path: Path) -> None:
    path = written(tmp_path, record(trial=1), record(trial=2))
    path.write_bytes(path.read_bytes().replace(b"}\n", b"\n", 1))
    with pytest.raises(JournalError, match="line 1 is no record"):
        read_journal(path)


def test_a_journal_of_another_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps({"schema_version": 9, "new": "shape"}) + "\n", encoding="utf-8")
    with pytest.raises(JournalError, match=r"line 1 is no record .schema_version: input should be 1, 2 or 3"):
        read_journal(path)


def test_a_journal_that_isnt_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        read_journal(tmp_path / "journal.jsonl")


def test_records_are_read_in_any_order_without_the_others(tmp_path: Path) -> None:
    path = written(tmp_path, *(record(trial=trial, error=f"Nr. {trial} \u20ac") for trial in (3, 1, 2)))
    index = Index(path)
    assert list(index) == [case("refund", trial) for trial in (3, 1, 2)]
    wanted = [case("refund", trial) for trial in (1, 4, 3)]
    assert [one.error for one in index.read(wanted)] == ["Nr. 1 \u20ac", "Nr. 3 \u20ac"]


def test_a_line_that_has_the_key_of_a_record_and_no_more_is_found_when_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, record(trial=1))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"task": "refund", "trial": 2, "seed": 7}) + "\n")
    records = stream(path)
    assert next(records) == record(trial=1)
    with pytest.raises(JournalError, match="line 2 is no record"):
        next(records)


def test_a_large_journal_is_read_without_being_held(tmp_path: Path) -> None:
    path = written(tmp_path, *(record(trial=trial, error="x" * 200_000) for trial in range(1, 61)))
    tracemalloc.start()
    count = sum(1 for _ in stream(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60
    assert peak < path.stat().st_size / 4
