"""The comparison as page, Markdown, charts and text, from runs that pytest sessions made and from hostile ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image

from ecom_fixtures.cli import main
from ecom_fixtures.comparison.charts import charts, inline
from ecom_fixtures.comparison.compared import compare
from ecom_fixtures.comparison.page import render
from ecom_fixtures.comparison.text import lines, markdown
from ecom_fixtures.runs.journal import JOURNAL

MakeRun = Callable[..., Path]
HOSTILE = "<script>alert(1)</script> $x^2$ | `a` \u202e\n#3d55b8"


def folders(runs: Mapping[str, Path]) -> list[str]:
    return [str(folder) for folder in runs.values()]


def test_the_command_prints_who_is_best_and_writes_every_file(
    real_runs: Mapping[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, text, figures = tmp_path / "new" / "c.html", tmp_path / "c.md", tmp_path / "figures"
    options = ["--out", str(out), "--markdown", str(text), "--figures", str(figures), "--with-paper"]
    assert main(["compare", *folders(real_runs), *options]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("oracle solved most: pass^1 100.0 %.\n")
    assert "4 runs over the 4 tasks that all of them have." in printed
    assert "not comparable with the runs above" in printed
    assert out.as_uri() in printed
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert "| oracle | 100.0 % " in text.read_text("utf-8")
    assert sorted(path.name for path in figures.iterdir()) == sorted(
        f"{name}.{kind}"
        for name in ("pass-k", "pass-1", "failure-classes", "failure-dimensions")
        for kind in ("svg", "png")
    )


def test_the_figures_open_and_hold_the_names(real_runs: Mapping[str, Path], tmp_path: Path) -> None:
    assert main(["compare", *folders(real_runs), "--figures", str(tmp_path)]) == 0
    for path in tmp_path.glob("*.svg"):
        texts = {"".join(found.itertext()) for found in xml.parse(path).iter("{http://www.w3.org/2000/svg}text")}
        assert {"oracle", "apprentice (seed 1)", "dump"} <= texts, path
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width > 1_000
            assert len(picture.convert("L").getcolors() or ()) > 1


def test_the_same_runs_give_the_same_page(real_runs: Mapping[str, Path]) -> None:
    comparison = compare(list(real_runs.values()))
    assert render(comparison, with_paper=True) == render(compare(list(real_runs.values())), with_paper=True)


def test_a_chart_takes_its_colours_from_the_page_and_says_what_it_shows(real_runs: Mapping[str, Path]) -> None:
    page = render(compare(list(real_runs.values())), with_paper=False)
    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawn) == 4
    for svg in drawn:
        assert not re.search(r"(?:fill|stroke|color): *#", svg)
        assert re.search(r'role="img" aria-labelledby="([\w-]+) ([\w-]+)"', svg)
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", svg)
    assert "oracle: 100.0 %" in drawn[0]
    used = set(re.findall(r"var\((--[\w-]+)\)", page))
    assert used <= set(re.findall(r"(--[\w-]+):", page))


def test_no_two_parts_of_a_page_have_the_same_id(real_runs: Mapping[str, Path]) -> None:
    page = render(compare(list(real_runs.values())), with_paper=True)
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    linked = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
    assert linked <= set(ids)


def test_only_what_is_more_than_chance_is_coloured(make_run: MakeRun) -> None:
    tasks = [f"task-{n}" for n in range(12)]
    good = make_run("good", dict.fromkeys(tasks, 3))
    near = make_run("near", {**dict.fromkeys(tasks, 3), "task-0": 2})
    page = render(compare([good, near, make_run("bad", dict.fromkeys(tasks, 0))]), with_paper=False)
    cells = re.findall(r'<td( class="[^"]+")? title="(\w+) against (\w+):', page)
    coloured = {(row, column): look for look, row, column in cells if look}
    assert len(cells) == 6
    assert coloured == {
        ("good", "bad"): ' class="ecom-ahead"',
        ("near", "bad"): ' class="ecom-ahead"',
        ("bad", "good"): ' class="ecom-behind"',
        ("bad", "near"): ' class="ecom-behind"',
    }


def test_a_hostile_name_is_only_text_everywhere(make_run: MakeRun) -> None:
    comparison = compare([make_run(HOSTILE, {"refund": 2}), make_run("b", {"refund": 1})])
    page = render(comparison, with_paper=False)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $x^2$" in page
    rows = [line for line in markdown(comparison, with_paper=False).splitlines() if line.startswith("|")]
    assert r"\<script\>alert(1)\</script\> $x^2$ \| \`a\`" in "".join(rows)
    assert not any("\u202e" in line for line in lines(comparison, with_paper=False))


def test_a_name_in_another_script_is_drawn_without_a_warning(make_run: MakeRun) -> None:
    comparison = compare([make_run("豆包-专业版", {"refund": 2}), make_run("b", {"refund": 1})])
    assert all("豆包-专业版" in inline(chart) for chart in charts(comparison))


def test_a_terminal_that_lacks_a_letter_still_shows_the_comparison(make_run: MakeRun) -> None:
    runs = [make_run("豆包", {"refund": 2}), make_run("b", {"refund": 1})]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "ecom_fixtures", "compare", *map(str, runs), "--with-paper"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "?? solved most: pass^1 66.7 %."), done.stderr


def test_one_trial_a_task_has_no_curve(make_run: MakeRun) -> None:
    comparison = compare(
        [make_run("a", {"refund": 1, "late": 0}, count=1), make_run("b", {"refund": 0, "late": 0}, count=1)]
    )
    assert [chart.name for chart in charts(comparison)] == ["pass-1", "failure-classes", "failure-dimensions"]
    assert render(comparison, with_paper=False).count("<svg") == 3


def test_runs_that_solve_nothing_or_are_all_incomplete_still_have_a_page(make_run: MakeRun) -> None:
    nothing = compare([make_run("a", {"refund": 0}), make_run("b", {"refund": 0})])
    assert "a and b solved the same share: pass^1 0.0 %" in render(nothing, with_paper=False)
    cut = compare([make_run("c", {"refund": 3}, judged=0), make_run("d", {"refund": 3}, judged=1)])
    assert "No run is complete" in render(cut, with_paper=True)


def test_without_matplotlib_the_text_stands_and_the_page_says_what_to_install(
    real_runs: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["compare", *folders(real_runs), "--markdown", str(tmp_path / "c.md")]) == 0
    for option in ("--out", "--figures"):
        assert main(["compare", *folders(real_runs), option, str(tmp_path / "c")]) == 4
        assert "pip install 'ecom-fixtures[compare]'" in capsys.readouterr().err
        assert not (tmp_path / "c").exists()


def test_wrong_use_is_one_sentence_and_status_4(
    real_runs: Mapping[str, Path], make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, torn = folders(real_runs)[0], make_run("torn", {"refund": 1})
    text = (torn / JOURNAL).read_text("utf-8")
    (torn / JOURNAL).write_text(text.replace('"outcome"', '"outcme"', 1), encoding="utf-8")
    (tmp_path / "file").touch()
    fine = [str(make_run("a", {"refund": 1})), str(make_run("b", {"refund": 1}))]
    for arguments, told in (
        ([good], "error: a comparison needs at least two runs"),
        ([good, good, "--with-paper"], "is given twice"),
        ([good, str(tmp_path / "nowhere"), "--with-paper"], "nowhere/manifest.json: cannot be read"),
        ([str(torn), *fine], f"{JOURNAL}: line 1 is no record"),
        ([good, *fine], "no task in common"),
        ([*fine, good, "--ask=overall"], "--ask is for the decision on one run against a baseline"),
        ([*fine, "--out", str(tmp_path)], "can't be written"),
        ([*fine, "--figures", str(tmp_path / "file")], "can't be written"),
    ):
        assert main(["compare", *arguments]) == 4
        assert told in capsys.readouterr().err.splitlines()[-1]
