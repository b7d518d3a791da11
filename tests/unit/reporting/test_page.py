"""What the HTML report hands to pytest-html: escaped, sortable, small, and true to the records."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from records import UNSAID, manifest, record

from ecom_fixtures.evaluation.judgement import Failure, FailureClass
from ecom_fixtures.reporting.chart import passk_svg
from ecom_fixtures.reporting.page import (
    other_cells,
    report_title,
    summary_html,
    table_cells,
    table_header,
    transcripts_html,
    trial_key,
    visible,
)
from ecom_fixtures.runs.figures import figures
from ecom_fixtures.statistics.passk import PassK
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome, Record

PNG = b"\x89PNG\r\n\x1a\n and the rest"
LINK = "https://img.mapleway.example/hose.png"
EVIL = "</script><img src=x onerror=alert(1)>\"'&\x00\u202e\ud83d"
HEADER = ['<th class="sortable">Result</th>', "<th>Test</th>", "<th>Duration</th>", "<th>Links</th>"]


def summary(*records: Record, count: int = 1, **other: Any) -> str:
    plan = manifest(*dict.fromkeys(record.task for record in records), count=count, **other)
    return summary_html(figures(plan, records), plan)


def call(result: str, **arguments: Any) -> ToolCall:
    return ToolCall(tool="get_product_info", arguments=arguments, result=result, ok=True, writes=False)


def archive(html: str) -> dict[str, Any]:
    """What page.js finds in the script element, with everything in it unpacked."""
    found = re.search(r'<script type="application/json" id="ecom-transcripts">(.*?)</script>', html, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    for trial in content["trials"]:
        trial["data"] = unpacked(trial["data"])
    content["results"] = unpacked(content["results"])
    return content


def unpacked(data: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(data)))


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


# ---- the table


def test_the_header_leaves_pytest_htmls_first_three_columns_where_its_script_expects_them() -> None:
    header = table_header(HEADER)
    assert header[:3] == HEADER[:3]
    assert header[-1] == HEADER[-1]


@pytest.mark.parametrize("cells", [table_cells(record()), other_cells(HEADER)], ids=["trial", "other test"])
def test_a_row_has_a_cell_for_every_column_of_the_header(cells: list[str]) -> None:
    columns = table_header(HEADER)[3:-1]
    assert len(cells) == len(columns)
    for column, cell in zip(columns, cells, strict=True):
        name = re.search(r'data-column-type="(\w+)"', column)
        assert not name or f'class="col-{name[1]}"' in cell


def key(cells: list[str], column: str) -> str:
    """What pytest-html sorts a row by."""
    [content] = [cell for cell in cells if f"col-{column}" in cell]
    found = re.search(r"<td.*?>(.*?)</td>", content)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("task", record(number=9, trial=2), record(number=10, trial=1)),
        ("task", record(number=9, trial=2), record(number=9, trial=11)),
        ("trial", record(trial=9), record(trial=10)),
        ("seconds", record(seconds=9.5), record(seconds=10.25)),
        ("outcome", record(outcome=Outcome.FAILED), record(outcome=Outcome.PASSED)),
    ],
)
def test_columns_sort_by_value_although_pytest_html_compares_strings(
    column: str, first: Record, second: Record
) -> None:
    assert key(table_cells(first), column) < key(table_cells(second), column)


def test_cells_show_which_dimension_failed() -> None:
    cells = "".join(table_cells(record(outcome=Outcome.FAILED, verdict=UNSAID)))
    assert ">✓ action<" in cells
    assert ">✗ output<" in cells


def test_cells_hold_nothing_of_a_name_that_is_markup_or_breaks_the_line() -> None:
    cells = "".join(table_cells(record(task=f"a\n{EVIL}")))
    assert set(Tags(cells).seen) == {"td", "data", "b", "span", "button"}
    assert not set("\n\x00\u202e") & set(cells)
    cells.encode()


def test_the_button_names_the_trial_as_the_archive_does() -> None:
    wanted = record(task="refund & more", trial=3)
    [trial] = archive(transcripts_html([wanted]))["trials"]
    assert f'data-trial="{trial["key"].replace("&", "&amp;")}"' in "".join(table_cells(wanted))


# ---- the transcripts


def test_a_transcript_comes_out_as_it_went_in() -> None:
    events = (Message(role="agent", text="您好 \U0001f600\n</script>"), call("short", order_id="2511"))
    [trial] = archive(transcripts_html([record(trial=2, events=events)]))["trials"]
    assert trial["key"] == trial_key("refund", 2)
    message, tool = trial["data"]["events"]
    assert message["text"] == "您好 \U0001f600\n</script>"
    assert (tool["arguments"], tool["result"]) == ('{"order_id": "2511"}', "short")


def test_half_a_character_is_replaced_rather_than_breaking_the_page() -> None:
    html = transcripts_html([record(events=(Message(role="agent", text="a\ud83d"), call("b\ude00", x="c\ud83d")))])
    html.encode()
    message, tool = archive(html)["trials"][0]["data"]["events"]
    assert (message["text"], tool["result"]) == ("a\ufffd", "b\ufffd")


def test_numbers_in_arguments_are_not_left_to_the_browser_to_round() -> None:
    [trial] = archive(transcripts_html([record(events=(call("", order=12345678901234567890),))]))["trials"]
    assert trial["data"]["events"][0]["arguments"] == '{"order": 12345678901234567890}'


def test_a_long_result_is_kept_once_for_all_trials() -> None:
    text = "terms " * 100
    content = archive(transcripts_html(record(trial=trial, events=(call(text),)) for trial in (1, 2, 3)))
    assert content["results"] == [text]
    assert [trial["data"]["events"][0]["result"] for trial in content["trials"]] == [0, 0, 0]


def test_no_text_ends_the_script_element_or_adds_one() -> None:
    html = transcripts_html([record(task=EVIL, title=EVIL, error=EVIL, events=(Message(role="agent", text=EVIL),))])
    assert Tags(html).seen == ["script", "dialog", "script"]


def test_trials_stand_in_the_order_of_tasks_whatever_ended_first() -> None:
    records = [record("b", 1, number=2), record("a", 2, number=1), record("a", 1, number=1)]
    assert [trial["key"] for trial in archive(transcripts_html(records))["trials"]] == ["a/01", "a/02", "b/01"]


def test_the_first_record_of_a_trial_counts() -> None:
    [trial] = archive(transcripts_html([record(), record(outcome=Outcome.FAILED)]))["trials"]
    assert trial["outcome"] == "passed"


def test_only_pictures_that_were_sent_and_are_the_datasets_own_come_into_the_page() -> None:
    sent = (LINK, "https://elsewhere.example/x.png", "https://img.mapleway.example/page.png")
    events = (Message(role="customer", text="Here.", pictures=sent),) * 2
    known = {LINK: PNG, "https://img.mapleway.example/unsent.png": PNG, sent[2]: b"<html>"}
    content = archive(transcripts_html([record(events=events)], known))
    assert content["pictures"] == {LINK: base64.b64encode(PNG).decode()}


def test_a_page_of_424_long_trials_stays_below_fifteen_megabytes() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(3_000)]
    look_ups = [" ".join(chance.choices(words, k=500)) for _ in range(60)]

    def trial(number: int) -> Record:
        said = [Message(role="agent", text=" ".join(chance.choices(words, k=160))) for _ in range(25)]
        found = [call(chance.choice(look_ups)) for _ in range(25)]
        return record(f"task-{number}", events=tuple(event for pair in zip(said, found, strict=True) for event in pair))

    share = 20
    records = [trial(number) for number in range(424 // share)]
    assert all(len(record.model_dump_json()) > 90_000 for record in records)
    assert len(transcripts_html(records)) * share < 15e6


# ---- the summary


def test_the_title_says_who_was_tried_on_how_much() -> None:
    assert report_title(manifest("refund", "hose", count=8)) == "oracle: 2 tasks, 8 trials each"


def test_a_complete_run_shows_its_values_and_no_notice() -> None:
    html = summary(record(trial=1), record(trial=2, outcome=Outcome.FAILED, verdict=UNSAID), count=2)
    assert '<p class="ecom-figure">50.0\xa0%</p>' in html
    assert 'class="ecom-notice"' not in html


def test_an_incomplete_run_says_why_and_shows_bounds_only() -> None:
    html = summary(record(trial=1), record(trial=2, outcome=Outcome.INFRA_ERROR), count=4)
    assert "1 of 4 planned trials could be judged; 2 have no result; 1 by infrastructure errors." in html
    assert "25.0\xa0% \N{EN DASH} 100.0\xa0%" in html


def test_an_interrupted_run_says_so() -> None:
    assert "<b>Interrupted.</b>" in summary(record(), interrupted=True)


def test_a_square_opens_its_trial_unless_there_is_no_record() -> None:
    html = summary(record(trial=2, outcome=Outcome.FAILED), count=2)
    assert re.findall(r'class="ecom-open ecom-square ecom-is-(\w+)" data-trial="(.*?)"', html) == [
        ("failed", "refund/02")
    ]
    assert '<span class="ecom-square ecom-is-missing" title="Trial 1: missing">' in html


def test_one_trial_a_task_has_no_curve() -> None:
    assert "<svg" not in summary(record())


def test_the_settings_of_the_run_are_shown() -> None:
    html = summary(record())
    assert "d4t4" in html
    assert "openai 3.54.0" in html


def test_names_in_the_summary_are_text() -> None:
    html = summary(record(task=EVIL, title=EVIL, tags=(EVIL,)), agent=EVIL, customer=EVIL, run=EVIL, platform=EVIL)
    html.encode()
    assert "img" not in Tags(html).seen
    assert Tags(html).handlers == []
    assert not set("\x00\u202e") & set(html)


def test_a_run_without_tasks_still_makes_a_page() -> None:
    plan = manifest()
    assert "Tasks" in summary_html(figures(plan, []), plan)


@pytest.mark.parametrize("text", ["plain", "two\nlines\tand 中文 \U0001f468\u200d\U0001f469", "שלום"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_characters_that_reorder_or_hide_text_are_written_out() -> None:
    assert visible("a\u202eb\x00") == "a⟨U+202E⟩b⟨U+0000⟩"


# ---- the curve


def test_the_curve_says_its_values_to_who_cannot_see_it() -> None:
    svg = passk_svg([PassK(1, 0.75, 0.6, 0.9, 0.75, 0.75), PassK(2, 0.5, None, None, 0.5, 0.5)])
    assert "k=1: 75.0%, k=2: 50.0%" in svg


def heights(svg: str, name: str) -> list[float]:
    found = re.search(rf'class="{name}" points="(.*?)"', svg)
    assert found
    return [float(point.split(",")[1]) for point in found[1].split()]


def test_a_higher_value_stands_higher() -> None:
    curve = heights(passk_svg([PassK(k, 1 / k, None, None, 1 / k, 1 / k) for k in (1, 2, 3)]), "ecom-curve")
    assert curve == sorted(curve)
    assert len(set(curve)) == 3


def test_the_interval_is_a_band_around_the_curve() -> None:
    svg = passk_svg([PassK(k, 0.5, 0.25, 0.75, 0.5, 0.5) for k in (1, 2)])
    upper, _, lower, _ = heights(svg, "ecom-band")
    assert upper < heights(svg, "ecom-curve")[0] < lower


def test_without_values_only_the_bounds_are_drawn() -> None:
    svg = passk_svg([PassK(k, None, None, None, 0.25, 0.75) for k in (1, 2)])
    assert "ecom-bounds" in svg
    assert "ecom-curve" not in svg
    assert "ecom-dot" not in svg


def test_no_points_no_picture() -> None:
    assert passk_svg([]) == ""


def test_the_failure_classes_stand_in_the_summary_where_there_are_any() -> None:
    failure = Failure(kind=FailureClass.WRONG_ARGUMENT, intent="refund", call="cancel()")
    html = summary(record(outcome=Outcome.FAILED, verdict=UNSAID, failure=failure))
    assert "<li><b>1</b> wrong argument</li>" in html
    assert "<li><b>0</b> partially resolved</li>" in html
    assert "<h3>Classes" not in summary(record())


def test_a_transcript_holds_the_failure_class() -> None:
    failure = Failure(kind=FailureClass.WRONG_ARGUMENT, intent="refund", call=EVIL)
    html = transcripts_html([record(outcome=Outcome.FAILED, verdict=UNSAID, failure=failure)])
    assert archive(html)["trials"][0]["data"]["failure"]["kind"] == "wrong argument"
    assert EVIL not in html
