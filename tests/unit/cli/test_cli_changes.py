"""`-s`, `--var`, `--vars` and `--env`, which mean the same to `check`, `plan` and `run`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teststrip.cli.main import program
from teststrip.cli.options import named_env
from teststrip.errors import UsageError

RECIPE = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
vars: {subject: 1girl}
params: {prompt: "${{ subject }}", size: 256x256, steps: 2}
axes: {seed: [1, 2, 3]}
"""
STYLED = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {{prompt: "{prompt}"}}
axes: {{style: [{styles}]}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "r.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(program, [*arguments])


def requests(*arguments: str) -> list[dict[str, object]]:
    result = invoke("plan", "r.yaml", "--json", "--cells", *arguments)
    assert result.exit_code == 0, result.output
    return [cell["request"] for cell in json.loads(result.stdout)["list"]]


def test_a_plan_is_of_the_changed_recipe(folder: Path) -> None:
    (folder / "v.yaml").write_text("subject: from a file\n")
    assert [one["prompt"] for one in requests("-s", "axes.seed=[7]", "--vars", "v.yaml")] == ["from a file"]
    changed = requests(
        "--set", "axes.seed=[7, 8]", "-s", "params.steps=4", "--vars", "v.yaml", "--var", "subject=2girls"
    )
    assert [(one["prompt"], one["steps"], one["seed"]) for one in changed] == [("2girls", 4, 7), ("2girls", 4, 8)]


def test_check_tells_a_mistake_at_the_option_that_made_it(folder: Path) -> None:
    assert folder.exists()
    result = invoke("check", "r.yaml", "-s", "params.steps=400", "-s", "axs.seed=1", "--var", "subjekt=x")
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert lines[0].startswith(
        "--var subjekt:1:1  subjekt  nothing in the recipe uses this variable; did you mean"
    )
    assert lines[1].startswith("-s axs.seed:1:1  axs.seed  a recipe has no 'axs'")
    assert lines[2].startswith("-s params.steps:1:1  params.steps  400 is above the maximum 50")
    assert lines[3] == "3 problems."


def test_a_run_sends_what_the_changed_recipe_says_and_only_what_is_new(folder: Path) -> None:
    first = invoke("run", "r.yaml", "-s", "axes.seed=[1]")
    assert first.exit_code == 0, first.output
    assert "1 of 1 cell done; 1 request sent" in first.stdout
    again = invoke("run", "r.yaml", "-s", "axes.seed=[1, 2]")
    assert "2 of 2 cells done; 1 request sent" in again.stdout
    assert (folder / "runs").exists()


def test_the_environment_reaches_a_recipe_by_name_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "sea")
    (folder / "r.yaml").write_text(RECIPE.replace("1girl}", '"1girl, ${{ env.PLACE }}"}'))
    assert [one["prompt"] for one in requests("--env", "PLACE")] == ["1girl, sea"] * 3
    refused = invoke("check", "r.yaml")
    assert (refused.exit_code, "'env' is no variable here" in refused.stdout) == (2, True)


@pytest.mark.parametrize(
    "name",
    [
        *("GPTPROTO_API_KEY", "github_token", "AWS_SECRET_ACCESS", "DB_PASSWORD", "Pgpassword"),
        *("NPM_AUTH", "GH_PAT", "DB_PASS", "SESSION_COOKIE", "Bearer"),
    ],
)
def test_a_secret_never_becomes_part_of_a_recipe(name: str) -> None:
    with pytest.raises(UsageError, match="looks like a secret"):
        named_env([name], {name: "hidden"})


def test_a_name_that_only_looks_like_a_secret_and_an_address_without_a_password_may_be_seen() -> None:
    fine = {"AUTHOR": "me", "PATH": "/bin", "COMPASS": "north", "PLACE": "http://host/@here:there"}
    assert named_env(list(fine), fine) == fine


def test_an_address_with_a_password_never_becomes_part_of_a_recipe() -> None:
    with pytest.raises(UsageError, match="holds a password") as caught:
        named_env(["DATABASE_URL"], {"DATABASE_URL": "postgres://me:hidden@host/db"})
    assert "hidden" not in str(caught.value)


def test_a_name_that_the_environment_does_not_have_is_told() -> None:
    with pytest.raises(UsageError, match="--env PLACE: the environment has no such variable"):
        named_env(["PLACE"], {})


@pytest.mark.parametrize("name", ["check", "plan", "run"])
def test_the_options_are_the_same_in_each_command(name: str) -> None:
    text = invoke(name, "--help").stdout
    for option in ("-s, --set PATH=VALUE", "--var NAME=VALUE", "--vars FILE", "--env NAME"):
        assert option in text


def test_a_variable_that_an_axis_goes_before_is_told_and_not_ignored(folder: Path) -> None:
    (folder / "r.yaml").write_text(STYLED.format(prompt="${{ style }}", styles="ink, wash"))
    refused = invoke("check", "r.yaml", "--var", "style=oil")
    assert refused.exit_code == 2
    assert refused.stdout.splitlines()[0] == (
        "--var style:1:1  style  this is an axis, which goes before a variable; -s 'axes.style=[...]' changes that"
    )


def test_a_variable_that_a_whole_file_template_uses_may_be_called_like_an_axis(folder: Path) -> None:
    (folder / "r.yaml.jinja").write_text(STYLED.format(prompt="$${{ style }}", styles="${{ style }}, wash"))
    assert invoke("check", "r.yaml.jinja", "--var", "style=oil").exit_code == 0


def test_a_member_of_the_environment_that_nothing_uses_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", "sea")
    refused = invoke("check", str(folder / "r.yaml"), "--env", "PLACE")
    assert (refused.exit_code, refused.stdout.splitlines()[0]) == (
        2,
        "--env PLACE:1:1  PLACE  nothing in the recipe uses ${{ env.PLACE }}",
    )
