"""The page of a run, as far as it can be read without a browser: from the folder alone, escaped, small, complete."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import shutil
import tracemalloc
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bots import DATASET, setup_of
from PIL import Image
from records import UNSAID, case, manifest, record, write_run

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.evaluation.judgement import Failure, FailureClass
from ecom_fixtures.reporting.page import passk_table, render, write_page
from ecom_fixtures.reporting.transcript import visible
from ecom_fixtures.runs.figures import figures
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trajectory import Message, ModelCall, ToolCall
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.trial.trial import run_trial

LINK = "https://img.mapleway.example/hose.png"
EVIL = "</script><img src=x onerror=alert(1)>\"'&\x00\u202e\ud83d"


class Tags(HTMLParser):
    """The tags of a piece of HTML, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def page(folder: Path, plan: Manifest, *records: Record, played: PlayedTasks | None = None) -> str:
    return "".join(render(write_run(folder, plan, records, played)))


def of(folder: Path, *records: Record, count: int = 1, **other: Any) -> str:
    """The page of a run of just these records."""
    return page(folder, manifest(*dict.fromkeys(one.task for one in records), count=count, **other), *records)


def trials(html: str, number: int = 1) -> list[dict[str, Any]]:
    """What the script finds of the task with that number."""
    found = re.search(rf'<script type="application/json" id="ecom-task-{number}">(.*?)</script>', html, re.DOTALL)
    assert found
    content: list[dict[str, Any]] = json.loads(gzip.decompress(base64.b64decode(json.loads(found[1]))))
    known: list[Any] = []
    for trial in content:
        for place, event in enumerate(trial["events"]):
            known += [] if isinstance(event, int) else [event]
            trial["events"][place] = known[event] if isinstance(event, int) else event
    return content


def pictures(html: str) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="ecom-pictures">(.*?)</script>', html, re.DOTALL)
    assert found
    content: dict[str, str] = json.loads(found[1])
    return content


def call(result: str, **arguments: Any) -> ToolCall:
    return ToolCall(tool="get_product_info", arguments=arguments, result=result, ok=True, writes=False)


# ---- from the folder alone


async def test_the_page_needs_neither_dataset_nor_world(tmp_path: Path) -> None:
    copied = Dataset.load(Path(shutil.copytree(DATASET.folder, tmp_path / "data")))
    setup = setup_of("apprentice", copied)
    cases = [Case.of("refuse-cashback-for-product-page", trial) for trial in (1, 2)]
    records = [await run_trial(setup, one) for one in cases]
    folder = tmp_path / "run"
    folder.mkdir()
    played = PlayedTasks.of(setup, cases, folder)
    shutil.rmtree(copied.folder)
    html = page(folder, manifest(cases=cases), *records, played=played)
    assert [trial["title"] for trial in trials(html)] == [DATASET.task(cases[0].task_id).title] * 2
    unsolved = next(trial for trial in trials(html) if trial["outcome"] == "failed")
    assert re.match(r"(Never|Didn't) look", unsolved["reason"])
    assert pictures(html).keys() == {
        f"https://img.mapleway.example/{name}" for name in DATASET.task(cases[0].task_id).pictures
    }


def test_the_page_is_a_file_of_the_folder(tmp_path: Path) -> None:
    path = write_page(write_run(tmp_path, manifest("refund"), [record()]))
    assert path == tmp_path / "report.html"
    assert path.read_text("utf-8") == "".join(render(tmp_path))
    assert not list(tmp_path.glob("*.new"))


def test_a_run_that_was_killed_before_its_first_trial_ended_has_a_page(tmp_path: Path) -> None:
    html = page(tmp_path, manifest("refund", "hose", count=2, wall_seconds=None))
    assert "INCOMPLETE: 4 of 4 trials not judged: 4 missing." in html


def test_a_run_without_tasks_still_makes_a_page(tmp_path: Path) -> None:
    assert "Tasks" in page(tmp_path, manifest())


def schema_1(one: Record) -> str:
    """The record as version 0.1.0 wrote it."""
    content = one.model_dump(mode="json", exclude={"variant", "calls"}) | {"schema_version": 1}
    for event in content["events"]:
        del event["start"], event["duration"]
    return json.dumps(content)


def test_the_page_of_an_older_run_says_what_it_cant_show(tmp_path: Path) -> None:
    plan, one = manifest("refund"), record(events=(Message(role="agent", text="Hello."),))
    folder = write_run(tmp_path, plan, [])
    (folder / "journal.jsonl").write_text(schema_1(one) + "\n", encoding="utf-8")
    html = "".join(render(folder))
    assert "Recorded by an older version (journal schema 1), which kept no times of messages and calls" in html
    assert trials(html)[0]["moments"] == [[]]
    assert "Recorded by an older version" not in of(tmp_path / "new", one)


# ---- the transcripts


def test_a_transcript_comes_out_as_it_went_in(tmp_path: Path) -> None:
    events = (Message(role="agent", text="您好 \U0001f600\n</script>"), call("short", order_id="2511"))
    [trial] = trials(of(tmp_path, record(events=events)))
    message, tool = trial["events"]
    assert (message["who"], message["text"]) == ("Agent", "您好 \U0001f600\n</script>")
    assert [(part["name"], part["text"]) for part in tool["parts"]] == [
        ("Arguments", '{"order_id": "2511"}'),
        ("Result", "short"),
    ]


def test_half_a_character_is_replaced_rather_than_breaking_the_page(tmp_path: Path) -> None:
    html = of(tmp_path, record(events=(Message(role="agent", text="a\ud83d"), call("b\ude00", x="c\ud83d"))))
    html.encode()
    message, tool = trials(html)[0]["events"]
    assert (message["text"], tool["parts"][1]["text"]) == ("a\ufffd", "b\ufffd")


def test_numbers_in_arguments_are_not_left_to_the_browser_to_round(tmp_path: Path) -> None:
    [trial] = trials(of(tmp_path, record(events=(call("", order=12345678901234567890),))))
    assert trial["events"][0]["parts"][0]["text"] == '{"order": 12345678901234567890}'


def test_an_event_that_happened_alike_in_several_trials_is_kept_once(tmp_path: Path) -> None:
    chance = random.Random(1)
    text = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=40_000))
    records = [record(trial=trial, events=(call(text),)) for trial in range(1, 9)]
    html = of(tmp_path, *records, count=8)
    assert len(html) < len(of(tmp_path / "one", records[0])) + 10_000
    assert [trial["events"][0]["parts"][1]["text"] for trial in trials(html)] == [text] * 8


def test_every_event_shows_when_it_was_and_how_long_it_took(tmp_path: Path) -> None:
    event = Message(role="agent", text="Hello.", start=12.3, duration=4.1)
    [trial] = trials(of(tmp_path, record(events=(event, event.model_copy(update={"start": 80.0})))))
    assert trial["moments"] == [
        ["16.4 s", "from 12.3 s to 16.4 s after the trial began"],
        ["1 min 24 s", "from 1 min 20 s to 1 min 24 s after the trial began"],
    ]
    assert trial["events"][0] == trial["events"][1]


def test_trials_stand_in_the_order_of_the_plan_whatever_ended_first(tmp_path: Path) -> None:
    records = [record("b", 2), record("a", 2), record("b", 1), record("a", 1)]
    html = page(tmp_path, manifest("a", "b", count=2), *records)
    assert [[trial["key"] for trial in trials(html, number)] for number in (1, 2)] == [
        ["a/01", "a/02"],
        ["b/01", "b/02"],
    ]


def test_what_each_side_took_stands_with_the_trial(tmp_path: Path) -> None:
    vision = ModelCall(role="vision", model="eyes", input_tokens=900, output_tokens=30, finish="stop")
    [trial] = trials(of(tmp_path, record(agent="bots:build", calls=(vision,))))
    facts = dict(trial["facts"])
    assert facts["Pictures used"] == "1 model call, 900 tokens in, 30 out"
    assert facts["Agent used"] == "model calls and tokens unknown: the agent doesn't report them"


def test_no_text_ends_the_script_element_or_adds_one(tmp_path: Path) -> None:
    hostile = record(task=EVIL, title=EVIL, error=EVIL, persona=EVIL, events=(Message(role="agent", text=EVIL),))
    html = of(
        tmp_path,
        hostile,
        agent=EVIL,
        customer=EVIL,
        run=EVIL,
        platform=EVIL,
        world=EVIL,
        settings={"count": 1, EVIL: EVIL},
    )
    html.encode()
    tags = Tags(html)
    assert tags.seen.count("script") == 3
    assert tags.seen.count("img") == 1, "the one in the template of a picture"
    assert tags.handlers == []
    assert not set("\x00\u202e") & set(html)


def test_a_transcript_holds_the_failure_class(tmp_path: Path) -> None:
    failure = Failure(kind=FailureClass.WRONG_ARGUMENT, intent="refund", call=EVIL)
    html = of(tmp_path, record(outcome=Outcome.FAILED, verdict=UNSAID, failure=failure))
    section = next(section for section in trials(html)[0]["sections"] if section["title"] == "Class: wrong argument")
    assert section["lines"] == ["in intent refund", f"at {visible(EVIL)}"]
    assert EVIL not in html


# ---- pictures


def sent(*links: str) -> Record:
    return record(events=(Message(role="customer", text="Here.", pictures=links),) * 2)


def kept(folder: Path, **names: str) -> PlayedTasks:
    (folder / "pictures").mkdir(parents=True)
    for name in names.values():
        Image.new("RGB", (8, 8), "red").save(folder / "pictures" / Path(name).name)
    return PlayedTasks(pictures={f"https://img.mapleway.example/{link}.png": name for link, name in names.items()})


def test_only_pictures_that_were_sent_and_are_the_runs_own_come_into_the_page(tmp_path: Path) -> None:
    played = kept(tmp_path, hose="hose.webp", unsent="unsent.webp")
    html = page(tmp_path, manifest("refund"), sent(LINK, "https://elsewhere.example/x.png"), played=played)
    data = base64.b64encode((tmp_path / "pictures" / "hose.webp").read_bytes()).decode()
    assert pictures(html) == {LINK: data}


def test_a_picture_that_is_gone_stays_a_link(tmp_path: Path) -> None:
    played = kept(tmp_path, hose="hose.webp")
    (tmp_path / "pictures" / "hose.webp").unlink()
    html = page(tmp_path, manifest("refund"), sent(LINK), played=played)
    assert pictures(html) == {}
    assert trials(html)[0]["events"][0]["pictures"] == [[LINK, f"Picture: {LINK}"]]


def test_a_run_that_was_written_by_somebody_else_brings_no_file_from_outside_its_folder(tmp_path: Path) -> None:
    played = kept(tmp_path / "run", hose="hose.webp").model_copy(update={"pictures": {LINK: "../../hose.webp"}})
    (tmp_path / "hose.webp").write_bytes(b"a secret")
    html = page(tmp_path / "run", manifest("refund"), sent(LINK), played=played)
    assert base64.b64decode(pictures(html)[LINK]).startswith(b"RIFF")


# ---- size and memory


def long_trials(tasks: int, count: int) -> Iterable[Record]:
    chance = random.Random(1)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(3_000)]
    for number in range(tasks):
        look_ups = [" ".join(chance.choices(words, k=500)) for _ in range(20)]
        for trial in range(1, count + 1):
            said = [Message(role="agent", text=" ".join(chance.choices(words, k=160))) for _ in range(25)]
            found = [call(chance.choice(look_ups)) for _ in range(25)]
            yield record(
                f"t-{number}", trial, events=tuple(one for pair in zip(said, found, strict=True) for one in pair)
            )


def test_a_page_of_424_long_trials_stays_below_fifteen_megabytes(tmp_path: Path) -> None:
    folder = write_run(tmp_path, manifest("t-0", "t-1", count=8), long_trials(2, 8))
    assert (folder / "journal.jsonl").stat().st_size > 16 * 90_000
    assert sum(map(len, render(folder))) * 424 / 16 < 15e6


def test_the_page_is_made_of_one_tasks_transcripts_at_a_time(tmp_path: Path) -> None:
    peaks = []
    for tasks in (3, 12):
        plan = manifest(*(f"t-{number}" for number in range(tasks)), count=4)
        folder = write_run(tmp_path / str(tasks), plan, long_trials(tasks, 4))
        list(render(folder))
        tracemalloc.start()
        assert sum(map(len, render(folder))) > 0
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    few, many = peaks
    assert many < few * 1.3


# ---- the summary


def test_the_title_says_who_was_tried_on_how_much(tmp_path: Path) -> None:
    html = page(tmp_path, manifest("refund", "hose", count=8))
    assert "<title>oracle: 2 tasks, 8 trials each</title>" in html


def test_a_selection_is_named_by_what_was_planned(tmp_path: Path) -> None:
    plan = manifest(cases=[case("refund", 2), case("refund", 3), case("hose", 2)])
    html = page(tmp_path, plan, record("refund", 2))
    assert "<title>oracle: 2 tasks, 1 to 2 trials each</title>" in html
    assert 'title="trial 2: solved"' in html
    assert 'title="trial 3: missing"' in html


def test_a_complete_run_shows_its_values_and_no_notice(tmp_path: Path) -> None:
    html = of(tmp_path, record(trial=1), record(trial=2, outcome=Outcome.FAILED, verdict=UNSAID), count=2)
    assert '<p class="ecom-figure">50.0 %</p>' in html
    assert 'class="ecom-notice"' not in html


def test_an_incomplete_run_says_why_and_shows_bounds_only(tmp_path: Path) -> None:
    html = of(tmp_path, record(trial=1), record(trial=2, outcome=Outcome.INFRA_ERROR), count=4)
    assert "INCOMPLETE: 3 of 4 trials not judged: 2 missing, 1 infra error." in html
    assert "25.0 % to 100.0 %" in html


def test_an_interrupted_run_says_so(tmp_path: Path) -> None:
    assert "The run was interrupted." in of(tmp_path, record(), interrupted=True)


def test_a_square_opens_its_trial_unless_there_is_no_record(tmp_path: Path) -> None:
    html = of(tmp_path, record(trial=2, outcome=Outcome.FAILED), count=2)
    assert re.findall(r'class="ecom-open ecom-square ecom-is-(\w+)" data-trial="(.*?)"', html) == [
        ("failed", "refund/02")
    ]
    assert '<span class="ecom-square ecom-is-missing" title="trial 1: missing">' in html


def test_one_trial_a_task_has_no_curve(tmp_path: Path) -> None:
    assert "<svg" not in of(tmp_path, record())


def test_the_settings_of_the_run_are_shown(tmp_path: Path) -> None:
    html = of(tmp_path, record())
    assert "<dt>Max turns</dt><dd>20</dd>" in html
    assert "d4t4" in html
    assert "openai 3.54.0" in html


def test_the_failure_classes_stand_in_the_summary_where_there_are_any(tmp_path: Path) -> None:
    failure = Failure(kind=FailureClass.WRONG_ARGUMENT, intent="refund", call="cancel()")
    html = of(tmp_path, record(outcome=Outcome.FAILED, verdict=UNSAID, failure=failure))
    assert "<li>wrong argument 1</li><li>wrong decision 0</li>" in html
    assert "<h3>Classes" not in of(tmp_path / "solved", record())


@pytest.mark.parametrize("text", ["plain", "two\nlines\tand 中文 \U0001f468\u200d\U0001f469", "שלום"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_characters_that_reorder_or_hide_text_are_written_out() -> None:
    assert visible("a\u202eb\x00") == "a⟨U+202E⟩b⟨U+0000⟩"


# ---- the table for pytest-html's file


def test_the_table_for_another_page_has_every_k_and_the_way_to_our_own() -> None:
    plan = manifest("refund", "hose", count=2)
    records = [record("refund", 1), record("refund", 2), record("hose", 1), record("hose", 2, Outcome.FAILED)]
    html = passk_table(figures(plan, records), "reports/a&b/report.html")
    assert re.findall(r"<tr><td>(\d)</td><td>([\d.]+ %)</td>", html) == [("1", "75.0 %"), ("2", "50.0 %")]
    assert 'href="reports/a&amp;b/report.html"' in html


def test_the_table_for_another_page_is_text_whatever_the_names_are() -> None:
    html = passk_table(figures(manifest("refund", agent=EVIL), [record()]), EVIL)
    assert set(Tags(html).seen) <= {"h2", "table", "thead", "tbody", "tr", "th", "td", "p", "a"}
    assert Tags(html).handlers == []
