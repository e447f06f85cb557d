"""Whatever documentation holds, reading it ends in a Reading, and `provider adopt` in one of its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import warm
from teststrip.errors import PageError
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.page import read_page

CASES = Path(__file__).parents[2] / "cases" / "docs"
PAGES = [path.read_text("utf-8") for path in sorted(CASES.glob("*/page.*"))]
HEADER = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"
SCRAPS = [
    *("|", "`", "**", "__", "~~", "[", "](", "<", ">", "<br/>", "<code>", "<!--", "{/*", "&#xE000;", "&amp;"),
    *("\\", "\\|", "\x00", "\ue000", "\ud800", "\ufeff", "\r\n", "\r", "\t", "\u2028", "\u3000", "🎈", "é" * 3),
    *('<ParamField body="a">', "</ParamField>", "<Expandable>", "<table>", "<td>", "</tr>", '<td rowspan="9">'),
    *("---", "|---|---|", "# ", "## `a` object", "- ", "- `a` (integer): ", "```", "~~~", "$", "$\\geq 1$"),
    *("1 - 5", "[0, 1]", "(0, 1]", "2^32-1", "1e999", "9" * 40, "-∞", "64x64 - 1x1", "0 = a, 1 = b", "a | b"),
    *("see X", "See below", "when `a` is b", "当 a 为 b 时必填", "default: 1", "one of ", "a[].b", "a.b.c", "> a"),
    *(
        "a\n\nstring\n\n",
        "a\nrequired\nstring\n",
        "Field\tType\tRequired\n",
        "a\tstring\tno\t\n",
        "Enum: a b\n",
        "Hide properties\n",
    ),
    *(
        "a\n\n",
        "string\tno\tb\n",
        "POST\t/a\n",
        "Response Body\n",
        "\u200b\n\n",
        "[default to AEnum.B]",
        "¦",
        "(def)",
    ),
    *(
        "```yaml\nopenapi: 3.0.0\npaths:\n",
        "```json\n{",
        "```ts\n",
        "```python\n",
        "```proto\n",
        "\n```\n",
        "## Request\n\n",
    ),
    *(
        "  /a:\n    post:\n",
        "requestBody:\n",
        "properties:\n",
        "  a: {type: string}\n",
        "required: [a]\n",
        "$ref: '#/a'\n",
    ),
    *(
        '"properties": {"a": {"type": "string"}},',
        '"a": 1, // optional, default 2\n',
        "/*",
        "*/",
        "&a",
        "*a",
        "<<: *a\n",
    ),
    *(
        "interface ARequest {",
        "type A = ",
        "a?: string | null;",
        "z.object({",
        "a: z.string().min(1),",
        "}",
        "})",
        "(",
        ")",
    ),
    *(
        "class ARequest(BaseModel):\n",
        "    a: int = Field(1, ge=0)\n",
        "message ARequest {",
        "string a = 1;",
        "oneOf:\n- ",
    ),
    *(
        "+---+---+\n",
        "+===+===+\n",
        "=== ===\n",
        ".. list-table::\n",
        "   * - a\n",
        "     - b\n",
        ":param int a: b\n",
    ),
    *(
        "@apiParam {a{1..2}=b} [c=d] e\n",
        "+ Attributes\n",
        "    + a: b (c, required) - d\n",
        "        + Members\n",
    ),
    *(
        '{% param name="a" type="string" %}\n',
        "{% /param %}\n",
        "{% swagger-response %}\n",
        "[block:parameters]\n",
    ),
    *('{"data": {"h-0": "Name", "0-0": "a"}}\n', "[/block]\n", "<dl>", "<dt>a string</dt>", "<dd>", "</dl>\n"),
    *(
        "Parameter\nType\nRequired\nDescription\n",
        "a\nstring\nno\nb\n",
        "**a** *string*, optional\n\n",
        "a (string): b\nc (integer): d\n",
        "Type: `string` | Default: `b`\n",
        "`a`\n: String. b\n",
        "a::\n",
    ),
    *(
        "## Parameters\n\n",
        "# a object\n",
        "The request accepts these fields:\n\n",
        "- Parameters:\n  - `a`: b\n",
        "1. `a` string\n",
        "> - ",
        "[^1]: b\n",
        "\\* b\n",
    ),
    *(
        "--a STRING  b (default: 5)\n",
        "a=VALUE   b\n",
        "a   string   b\n",
        '<A b={[{name: "c"}]} />\n',
        "<ul><li>",
        "{{< required >}}",
        "::: tip\n",
        "astringrequired\n\n",
    ),
    *(
        "```bash\ncurl -d '{\"a\": 1}' https://a.b/c?d=1\n```\n",
        "client.images.create(a=1, ",
        "message A {\n",
        "$schema",
        "Cannot be used with `a`.",
        "Exactly one of `a` or `b`",
        "(default)",
        "by default",
        "1-1-1-",
        "٣",
        "²",
        "①",
    ),
    *("array<array<array<string>>>", "enum(", "union<", "string | null", "\n", "\n\n", HEADER),
]


def reads(text: str, file: str = "page.md") -> None:
    adoption = adopt(text, file)
    json.dumps(report(adoption.reading))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for flag in adoption.reading.flags:
        assert 1 <= flag.where.line <= lines
        assert flag.where.column >= 1
    for page in (text, adoption.page):
        try:
            read_page(page, "page.md")
        except PageError as error:
            assert error.problems  # noqa: PT017  either outcome is right, and only this one has something to look at


@given(st.text())
@example("\ufeff")
@example("\x00")
@example("---\n")
@example("|" * 10_000)
@example(HEADER + "|" * 10_000)
@example(HEADER + "| a | string | no | - | - | " + "word " * 20_000 + " |")
@example("<ParamField " * 200)
@example("<table><tr>" * 200)
@example(HEADER + "| a | " + "array<" * 500 + " | no | - | - | - |")
@example(HEADER + "".join(f"| {'> ' * depth}a | object | no | - | - | - |\n" for depth in range(60)))
@example(HEADER + "| " + ".".join("a" * 60) + " | string | no | - | - | - |")
@example("".join(f"{'  ' * depth}- `a` (object): b\n" for depth in range(60)))
@example("Field\tType\tRequired\n" + "a\n" * 2_000 + "string\tno\tb\n" * 50)
@example("a\n\nstring\n\n" * 300)
@example(f"# A\n\n{HEADER}\n```\n1\n```\n\n{HEADER}| a | string | no | - | - | b |\n")
@example(HEADER + "| a | integer | no | 1 | &#xE000;0&#xE000; | &#xE000;9&#xE000; `b` |")
def test_any_text_is_read(text: str) -> None:
    reads(text)


@given(st.lists(st.sampled_from(SCRAPS) | st.text(max_size=6), max_size=40).map("".join))
def test_any_mixture_of_markup_is_read(text: str) -> None:
    reads(text)
    reads(HEADER + text)


@given(
    st.sampled_from(("yaml", "json", "ts", "python", "proto", "")),
    st.lists(st.sampled_from(SCRAPS) | st.text(max_size=6), max_size=30).map("".join),
)
@example("yaml", "openapi: 3.0.0\npaths:\n\ud800")
@example("yaml", "openapi: 3.0.0\npaths:\n__")
def test_any_block_of_code_is_read(language: str, text: str) -> None:
    reads(f"## Request\n\n```{language}\n{text}\n```\n")


@pytest.mark.parametrize("ending", ["yaml", "json", "ts", "py", "proto"])
@given(text=st.lists(st.sampled_from(SCRAPS) | st.text(max_size=6), max_size=20).map("".join))
@example(text="curl -F b=1 https://a.b/c")
@example(text=HEADER + "| a | string | no | - | - | b |\n\n{% b")
@settings(max_examples=30)
def test_any_file_of_data_or_of_a_program_is_read(ending: str, text: str) -> None:
    reads(text, f"page.{ending}")


@given(st.sampled_from(PAGES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(SCRAPS))))
@settings(max_examples=60)
def test_documentation_with_anything_put_into_it_is_read(page: str, changes: list[tuple[float, int, str]]) -> None:
    for place, cut, scrap in changes:
        at = int(place * len(page))
        page = page[:at] + scrap + page[at + cut :]
    reads(page)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 2),
        (b"\xff\xfe\x00binary", 2),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 2),
        ("# Nur Text\n".encode("utf-16"), 2),
        (b"Nothing here is a table.\n", 2),
        (b"x" * (20 * 2**20), 2),
        (b"\xef\xbb\xbf" + HEADER.encode().replace(b"\n", b"\r\n") + b"| a | string | no | - | - | b |\r\n", 0),
        (HEADER.encode() + b"| a |  | no | - | - | b |\n", 1),
    ],
)
def test_any_file_ends_in_an_exit_code(content: bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_bytes(content)
    assert run(tmp_path, "page.md", "--json").returncode == code


@pytest.mark.parametrize("name", ["missing.md", "."])
def test_what_is_no_file_is_told(name: str, tmp_path: Path) -> None:
    result = run(tmp_path, name)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {name}: ")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    result = warm.run([sys.executable, "-m", "teststrip", "provider", "adopt", *arguments], cwd=folder)
    if "--json" in arguments:
        json.loads(result.stdout)
    assert "Traceback" not in result.stdout + result.stderr
    return result
