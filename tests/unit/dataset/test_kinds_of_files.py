"""Each file of a dataset is a plain file; anything else is refused in one sentence, never followed or waited for."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ecom_fixtures.cli import main
from ecom_fixtures.dataset.folder import PARTS, Dataset, default_folder
from ecom_fixtures.dataset.limits import MAX_FILE
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.worlds.shop.source import Source

TASK = "tasks/refund-app-price-drop-install-and-invoice.yaml"
SHOP = ("shop/shop.yaml", "shop/products/cooking.yaml", "shop/customers/part-a.yaml")
POLICY = "policy/agent.md"
PICTURE, SIDECAR = "images/shot-u1006-2.png", "images/shot-u1006-2.yaml"
FILES = (TASK, "personas/core.yaml", POLICY, "policy/customer.md", *SHOP, PICTURE, SIDECAR)
LINK = "is a symbolic link; a dataset holds its files itself, so put a copy here"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def plug(path: Path) -> None:
    # From inside its folder, since the path of a socket may have no more than 100 characters.
    with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
        made.bind(path.name)


def folder_of_that_name(path: Path) -> None:
    path.mkdir()


def link_out(path: Path) -> None:
    outside = Path(__file__).parents[3] / "data" / "en" / path.parent.name / path.name
    path.symlink_to(outside if outside.exists() else __file__)


def link_within(path: Path) -> None:
    path.with_name("kept.txt").write_text("x")
    path.symlink_to("kept.txt")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def text(content: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_text(content)

    return make


KINDS: dict[Callable[[Path], None], str] = {
    pipe: "is a named pipe, and must be a file",
    plug: "is a socket, and must be a file",
    folder_of_that_name: "is a folder, and must be a file",
    **dict.fromkeys((link_out, link_within, link_to_nothing, link_to_itself, link_to_a_device), LINK),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the built-in dataset."""
    return Path(shutil.copytree(default_folder(), tmp_path / "data"))


def put(make: Callable[[Path], None], path: Path) -> Path:
    """Put another kind of file in the place of ``path``."""
    path.unlink()
    make(path)
    return path


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("make", KINDS)
def test_what_is_no_plain_file_is_refused_when_the_dataset_is_loaded(
    folder: Path, make: Callable[[Path], None], file: str
) -> None:
    path = put(make, folder / file)
    with pytest.raises(DatasetError) as caught:
        Dataset.load(folder)
    assert str(caught.value) == f"{path}: {KINDS[make]}"


@pytest.mark.parametrize("file", SHOP)
@pytest.mark.parametrize("make", KINDS)
def test_the_shop_refuses_it_for_itself(folder: Path, make: Callable[[Path], None], file: str) -> None:
    path = put(make, folder / file)
    with pytest.raises(DatasetError) as caught:
        Source(folder / "shop")
    assert str(caught.value) == f"{path}: {KINDS[make]}"


@pytest.mark.parametrize("make", KINDS)
def test_a_fingerprint_neither_follows_nor_waits(folder: Path, make: Callable[[Path], None]) -> None:
    dataset = Dataset.load(folder)
    path = put(make, folder / POLICY)
    for parts in ((), ("policy",), (POLICY,)):
        with pytest.raises(DatasetError) as caught:
            dataset.fingerprint(*parts)
        assert str(caught.value) == f"{path}: {KINDS[make]}"


@pytest.mark.parametrize("name", ["agent_policy", "customer_guide"])
def test_no_text_from_elsewhere_gets_into_a_prompt(folder: Path, name: str) -> None:
    dataset = Dataset.load(folder)
    put(link_out, folder / "policy" / ("agent.md" if name == "agent_policy" else "customer.md"))
    with pytest.raises(DatasetError, match=LINK):
        getattr(dataset, name)


@pytest.mark.parametrize("part", [*PARTS, "shop/products", "shop/customers"])
def test_a_folder_inside_that_is_a_link_is_refused(folder: Path, part: str) -> None:
    (folder / part).rename(folder.parent / "elsewhere")
    (folder / part).symlink_to(folder.parent / "elsewhere")
    with pytest.raises(DatasetError) as caught:
        Dataset.load(folder)
    assert str(caught.value) == f"{folder / part}: {LINK}"


def test_the_shop_server_refuses_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(link_out, folder / PICTURE)
    assert main(["shop", "--ecom-dir", str(folder)]) == 4
    assert capsys.readouterr().err == f"error: {path}: {LINK}\n"


def test_a_dataset_that_is_itself_reached_by_a_link_is_as_good(folder: Path) -> None:
    alias = folder.parent / "alias"
    alias.symlink_to(folder)
    dataset = Dataset.load(alias)
    assert dataset.tasks == Dataset.load(folder).tasks
    assert dataset.agent_policy
    assert dataset.personas
    assert Source(alias / "shop").products
    assert dataset.fingerprint() == Dataset.load(folder).fingerprint()


def test_hidden_files_and_what_lies_beside_the_parts_do_not_count(folder: Path) -> None:
    before = Dataset.load(folder).fingerprint()
    (folder / "tasks" / ".#a-lock.yaml").symlink_to("someone@somewhere.1234")
    os.mkfifo(folder / "README")
    (folder / "runs").mkdir()
    (folder / "runs" / "latest").symlink_to("nothing")
    assert Dataset.load(folder).fingerprint() == before


def test_a_file_of_a_name_that_is_not_read_is_refused(folder: Path) -> None:
    (folder / TASK).rename((folder / TASK).with_suffix(".yml"))
    with pytest.raises(DatasetError, match=r"\.yml: must end in \.yaml to be read"):
        Dataset.load(folder)


def test_a_picture_that_is_too_large_is_refused(folder: Path) -> None:
    with (folder / PICTURE).open("r+b") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(DatasetError, match=r"\.png: has 20,000,001 bytes; at most 20,000,000 are allowed"):
        Dataset.load(folder)


@pytest.mark.parametrize(
    ("file", "make", "problem"),
    [
        (TASK, pipe, f"{TASK}: {KINDS[pipe]}"),
        (SIDECAR, pipe, f"{SIDECAR}: {KINDS[pipe]}"),
        (POLICY, link_out, f"{POLICY}: {LINK}"),
        (TASK, text("[" * 100_000), f"{TASK}:1: {'0.' * 29}0: more than 30 lists and mappings"),
        (SIDECAR, text("kind: a\nkind: b\n"), f"{SIDECAR}:2: kind: stands twice"),
        (
            SIDECAR,
            text("fields: &a {b: *a}"),
            f"{SIDECAR}:1: fields: an anchor (&a) is not read",
        ),
        (
            SHOP[2],
            text("- user_id: U1\n  phon: '1'\n"),
            f"{SHOP[2]}:1: 0.platform: field required",
        ),
        (SHOP[2], text("[]\n---\n[]\n"), f"{SHOP[2]}:2: a second document begins here"),
    ],
    ids=["pipe", "pipe beside a picture", "link", "nesting", "key twice", "bomb", "schema", "documents"],
)
def test_the_check_of_a_dataset_says_it_in_one_line(
    folder: Path, file: str, make: Callable[[Path], None], problem: str
) -> None:
    put(make, folder / file)
    command = [sys.executable, "-m", "ecom_fixtures.validity", str(folder), "-k", "books"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"error: {folder / problem}")
    assert done.stderr.count("\n") == 1
