"""Models by name: the built-in table, a project's own rows, and endpoints given by URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecom_fixtures.errors import SettingsError
from ecom_fixtures.models.presets import LOCAL_KEY, ChatModel, chat_model, load_presets

OWN = """
[tool.ecom-fixtures.presets.my-model]
model = "mine-7b"
base_url = "http://127.0.0.1:8000/v1"
key = "MY_KEY"
"""


def pyproject(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def found(name: str) -> ChatModel:
    model = chat_model(name, load_presets())
    assert model is not None
    return model


def test_the_table_holds_the_papers_models() -> None:
    assert {"gpt-4o", "doubao-1.5-pro-32k", "deepseek-v3", "qwen-max", "moonshot-v1-32k"} <= load_presets().keys()


def test_every_row_names_a_secure_endpoint_and_a_variable() -> None:
    for preset in load_presets().values():
        assert preset.base_url.startswith("https://")
        assert preset.key.isupper()


def test_a_project_without_own_rows_has_the_table(tmp_path: Path) -> None:
    assert load_presets(pyproject(tmp_path, '[project]\nname = "x"\n')) == load_presets()
    assert load_presets(tmp_path / "nowhere.toml") == load_presets()


def test_own_rows_come_on_top(tmp_path: Path) -> None:
    presets = load_presets(pyproject(tmp_path, OWN))
    assert presets["my-model"].model == "mine-7b"
    assert presets.keys() == load_presets().keys() | {"my-model"}


def test_an_own_row_may_replace_a_built_in_one(tmp_path: Path) -> None:
    presets = load_presets(pyproject(tmp_path, OWN.replace("my-model", "qwen-max")))
    assert presets["qwen-max"].model == "mine-7b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool", "is not valid TOML"),
        (OWN.replace('key = "MY_KEY"', ""), "tool.ecom-fixtures.presets.my-model.key: field required"),
        (OWN + 'temperature = "0"\n', "tool.ecom-fixtures.presets.my-model.temperature"),
        (OWN.replace('"MY_KEY"', "3"), "tool.ecom-fixtures.presets.my-model.key: input should be a valid string"),
        ("[[tool.ecom-fixtures.presets]]\n", "tool.ecom-fixtures.presets must be tables"),
        ("[tool.ecom-fixtures]\npresets = 3\n", "tool.ecom-fixtures.presets must be tables"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = pyproject(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_presets(path)
    assert str(path) in str(caught.value)
    assert told in str(caught.value)


def test_a_project_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b'[project]\nname = "\xff"\n')
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_presets(path)


def test_a_preset_goes_by_its_name() -> None:
    assert found("deepseek-v3").preset.model == "deepseek-chat"


@pytest.mark.parametrize("name", ["nobody", "", "my_bot:build", "openai"])
def test_any_other_name_is_no_model(name: str) -> None:
    assert chat_model(name, load_presets()) is None


@pytest.mark.parametrize(
    ("name", "model", "url"),
    [
        ("openai:my-model@http://127.0.0.1:8000/v1", "my-model", "http://127.0.0.1:8000/v1"),
        ("openai:org/model:tag@https://models.example/v1", "org/model:tag", "https://models.example/v1"),
        ("openai:model@v2@http://127.0.0.1:1/v1", "model@v2", "http://127.0.0.1:1/v1"),
    ],
)
def test_an_endpoint_may_be_given_by_model_and_url(name: str, model: str, url: str) -> None:
    made = found(name)
    assert (made.name, made.preset.model, made.preset.base_url) == (name, model, url)


@pytest.mark.parametrize("name", ["openai:", "openai:model", "openai:@http://127.0.0.1", "openai:model@127.0.0.1:8000"])
def test_half_an_endpoint_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SettingsError, match=r"write openai:MODEL@URL, as in openai:"):
        chat_model(name, load_presets())


def test_a_missing_key_is_named_with_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=r"--vision=deepseek-v3 needs an API key: .* DEEPSEEK_API_KEY"):
        found("deepseek-v3").check("--vision")


def test_an_empty_key_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "")
    with pytest.raises(SettingsError):
        found("deepseek-v3").check()


async def test_the_key_is_the_variables_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "secret")
    model = found("deepseek-v3")
    model.check()
    assert model.endpoint("agent").client.api_key == "secret"
    await model.endpoint("agent").client.close()


async def test_a_given_endpoint_works_without_a_key_and_takes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "openai:my-model@http://127.0.0.1:9/v1"
    for value, expected in (("", "none"), ("mine", "mine")):
        monkeypatch.setenv(LOCAL_KEY, value)
        model = found(name)
        model.check()
        assert model.endpoint("agent").client.api_key == expected
        await model.endpoint("agent").client.close()


async def test_all_trials_share_one_client() -> None:
    model = found("openai:my-model@http://127.0.0.1:9/v1")
    assert model.endpoint("agent") is model.endpoint("agent")
    await model.endpoint("agent").client.close()


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "secret")
    assert "secret" not in repr(found("deepseek-v3"))
