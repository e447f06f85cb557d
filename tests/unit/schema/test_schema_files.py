"""The committed schemas, and the writing of them."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from teststrip.provider.catalogue import bundled_providers
from teststrip.schema.files import generate, stale_schemas, write_schemas
from teststrip.schema.recipe import recipe_structure

COMMITTED = Path(__file__).parents[3] / "schemas"


def test_the_committed_files_are_what_the_pages_generate() -> None:
    assert stale_schemas(COMMITTED, bundled_providers()) == []


def test_each_model_has_its_two_files() -> None:
    models = [f"{provider.name}/{model.id}" for provider in bundled_providers() for model in provider.models]
    assert list(generate(bundled_providers())) == [
        f"{model}.{kind}.json" for model in models for kind in ("request", "recipe")
    ]


def test_every_schema_is_valid_and_named_for_its_place() -> None:
    for path, text in generate(bundled_providers()).items():
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == f"https://teststrip.dev/schemas/{path}"
    Draft202012Validator.check_schema(recipe_structure())


def test_generating_twice_gives_the_same_bytes() -> None:
    assert generate(bundled_providers()) == generate(bundled_providers())


def test_writing_makes_a_folder_right_and_touches_nothing_else(tmp_path: Path) -> None:
    providers = bundled_providers()
    everything = list(generate(providers))
    assert stale_schemas(tmp_path, providers) == everything
    assert write_schemas(tmp_path, providers) == everything
    assert write_schemas(tmp_path, providers) == []

    changed, removed = everything[0], everything[1]
    (tmp_path / changed).write_text("{}")
    (tmp_path / removed).unlink()
    left_over = tmp_path / "gptproto" / "gone.request.json"
    mine = [
        tmp_path / "gptproto" / "mine.json",
        tmp_path / "other" / "x.request.json",
        tmp_path / "y.request.json",
    ]
    for path in [left_over, *mine]:
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    expected = [changed, removed, "gptproto/gone.request.json"]
    assert stale_schemas(tmp_path, providers) == expected
    assert write_schemas(tmp_path, providers) == expected
    assert stale_schemas(tmp_path, providers) == []
    assert not left_over.exists()
    assert all(path.exists() for path in mine)
