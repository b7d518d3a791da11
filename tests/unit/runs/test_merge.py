"""What a merged run is made of, where a real session would take long."""

from __future__ import annotations

from pathlib import Path

from records import case, manifest, record, write_run

from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.merge import merge

GROUPS = {"patient-clear": ("patient", "clear"), "hasty-vague": ("hasty", "vague")}


def test_the_cases_of_an_ablation_stand_in_the_order_in_which_it_is_planned(tmp_path: Path) -> None:
    planned = [case("refund", trial, group) for trial in (1, 2) for group in GROUPS]
    for name, part in (("one", planned[1::2]), ("other", planned[0::2])):
        records = [record("refund", it.trial, variant=it.variant) for it in part]
        write_run(tmp_path / name, manifest(run=name, cases=part, groups=GROUPS), records)
    merged = Manifest.read(merge([tmp_path / "one", tmp_path / "other"], tmp_path / "both"))
    assert list(merged.cases) == planned


def test_how_long_it_took_is_unknown_where_a_part_was_killed(tmp_path: Path) -> None:
    for name, seconds in (("refund", 4.0), ("exchange", None)):
        write_run(tmp_path / name, manifest(name, run=name, wall_seconds=seconds), [record(name)])
    merged = Manifest.read(merge([tmp_path / "refund", tmp_path / "exchange"], tmp_path / "both"))
    assert merged.wall_seconds is None
