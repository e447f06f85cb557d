"""Blocks of code that describe a request become parameters like any other, with their places and their doubts."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.entries import walk
from teststrip.provider.reading.read import Reading


def read(page: str, file: str = "page.md") -> Reading:
    return adopt(dedent(page), file).reading


def parameters(reading: Reading) -> dict[str, dict[str, Any]]:
    """The report's own words for each parameter, by its full name."""
    found: dict[str, dict[str, Any]] = {}
    told: Any = report(reading)["parameters"]
    left: list[tuple[dict[str, Any], str]] = [(one, "") for one in told]
    while left:
        one, above = left.pop(0)
        path = f"{above}{one['name']}"
        found[path] = one
        inner = {**one.get("properties", {}), **one.get("items", {}).get("properties", {})}
        left += [(member, f"{path}.") for member in inner.values()]
    return found


def problems(reading: Reading) -> list[tuple[int, str, str]]:
    return [(flag.where.line, flag.path, flag.problem) for flag in reading.flags]


def block(language: str, text: str, heading: str = "Request") -> str:
    return f"# A page\n\n## {heading}\n\n```{language}\n{dedent(text).strip()}\n```\n"


def openapi(schema: str, more: str = "") -> str:
    """A whole document with one POST, whose body has a schema."""
    return (
        "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          application/json:\n"
        f"            schema:\n{indent(dedent(schema).strip(), ' ' * 14)}\n{dedent(more).strip()}\n"
    )


def test_every_parameter_has_the_line_of_its_own_name() -> None:
    page = block("yaml", openapi("type: object\nproperties:\n  a: {type: string}\n  b:\n    type: integer\n"))
    lines = page.split("\n")
    for entry in walk(read(page).entries):
        assert lines[entry.row.where.line - 1].strip().startswith(f"{entry.name}:")


def test_a_file_of_openapi_is_read_without_a_page_around_it() -> None:
    text = openapi("type: object\nrequired: [a]\nproperties:\n  a: {type: string}\n")
    reading = read(text, "api.yaml")
    assert parameters(reading)["a"]["required"] is True
    assert parameters(reading)["a"]["line"] == 12
    assert adopt(text, "api.yaml").page.count("/a") >= 1


def test_a_file_of_openapi_with_another_name_is_known_by_its_first_line() -> None:
    assert set(parameters(read(openapi("properties: {a: {type: string}}"), "download"))) == {"a"}


def test_a_draft_has_the_addresses_and_the_key_of_the_document() -> None:
    more = """
      /a/{id}:
        get: {parameters: [{name: id, in: path}]}
    info: {title: Sails}
    servers: [{url: 'https://api.sails.example/v3/'}]
    components: {securitySchemes: {k: {type: http, scheme: bearer}}}
    """
    text = openapi("properties: {a: {type: string}}") + dedent(more).lstrip("\n")
    draft = adopt(text, "api.yaml").page
    assert "base_url: https://api.sails.example\n" in draft
    assert "submit: {path: /v3/a}" in draft
    assert "title: Sails" in draft
    assert 'poll: {path: "/v3/a/{id}"}' in draft
    assert 'auth: {header: Authorization, form: "Bearer {key}"' in draft


def test_answers_callbacks_and_webhooks_are_no_parameters() -> None:
    page = openapi("type: object\nproperties: {a: {type: string}}") + indent(
        dedent(
            """\
            responses: {'200': {content: {application/json: {schema: {properties: {b: {type: string}}}}}}}
            callbacks: {c: {x: {post: {requestBody: {content: {application/json: {schema: {properties: {d: {}}}}}}}}}}
            """
        ),
        " " * 6,
    )
    page += (
        "webhooks: {e: {post: {requestBody: {content: {application/json: {schema: {properties: {f: {}}}}}}}}}\n"
    )
    assert set(parameters(read(block("yaml", page)))) == {"a"}


def test_operations_that_ask_for_one_thing_are_no_submits() -> None:
    page = (
        openapi("properties: {a: {type: string}}") + "  /a/{id}:\n    get: {parameters: [{name: id, in: path}]}\n"
    )
    reading = read(page, "api.yaml")
    assert set(parameters(reading)) == {"a"}
    assert [role for _, role in reading.roles] == ["parameters", "poll"]


def test_two_operations_keep_their_parameters_apart() -> None:
    body = "requestBody: {content: {application/json: {schema: {properties: {a: {type: integer}}}}}}"
    page = openapi("properties: {a: {type: string}}") + f"  /b:\n    post:\n      {body}\n"
    assert [entry.kind.kind for entry in read(page, "api.yaml").entries] == ["string", "integer"]


def test_a_reference_that_comes_back_to_itself_ends() -> None:
    more = "components: {schemas: {A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}}}"
    reading = read(openapi("$ref: '#/components/schemas/A'", more), "api.yaml")
    assert set(parameters(reading)) == {"a"}
    assert [problem for _, _, problem in problems(reading) if "repeats" in problem]


@pytest.mark.parametrize(
    "reference", ["other.yaml#/A", "https://example.com/a.json", "#/components/schemas/No", "../../etc"]
)
def test_a_reference_that_leads_nowhere_is_flagged_at_its_parameter(reference: str) -> None:
    reading = read(openapi(f"properties:\n  a: {{$ref: '{reference}'}}"), "api.yaml")
    assert any(
        path == "a" and ("another document" in said or "does not describe" in said)
        for _, path, said in problems(reading)
    )


def test_references_that_multiply_are_read_up_to_a_limit() -> None:
    doubling = "".join(
        f"    A{i}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/A{i - 1}'}},"
        f" b: {{$ref: '#/components/schemas/A{i - 1}'}}}}}}\n"
        for i in range(1, 40)
    )
    more = f"components:\n  schemas:\n    A0: {{type: object, properties: {{x: {{type: string}}}}}}\n{doubling}"
    reading = read(openapi("$ref: '#/components/schemas/A39'", more), "api.yaml")
    assert any("more in this block than is read" in said for _, _, said in problems(reading))


def test_aliases_that_multiply_are_told_at_their_place() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for last, one in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{one}: &{one} [{', '.join(['*' + last] * 9)}]\n"
    reading = read("openapi: 3.0.0\n" + bomb, "api.yaml")
    assert reading.entries == ()
    assert [said for _, _, said in problems(reading)] == ["aliases make this document far too large"]


def test_a_key_that_is_given_twice_is_told_at_its_place() -> None:
    page = openapi("properties:\n  a: {type: string}\n  a: {type: integer}")
    assert problems(read(page, "api.yaml"))[0][0] == 10


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("{type: integer, minimum: 1, exclusiveMaximum: 9, default: 2}", {"type": "integer", "minimum": 1, "exclusiveMaximum": 9, "default": 2}),
        ("{type: integer, minimum: 0, exclusiveMinimum: true}", {"type": "integer", "exclusiveMinimum": 0}),
        ("{type: integer, maximum: 18446744073709551615}", {"type": "integer", "maximum": 18446744073709551615}),
        ("{type: string, enum: [1, yes, no]}", {"type": "string", "enum": ["1", "yes", "no"]}),
        ("{enum: [1, 2]}", {"type": "integer", "enum": [1, 2]}),
        ("{const: x}", {"type": "string", "enum": ["x"]}),
        ("{type: string, nullable: true, enum: [a, null]}", {"type": ["string", "null"], "enum": ["a"]}),
        ("{type: [string, 'null']}", {"type": ["string", "null"]}),
        ("{anyOf: [{type: number}, {type: 'null'}]}", {"type": ["number", "null"]}),
        ("{anyOf: [{type: string}, {type: array, items: {type: string}}]}", {"type": ["string", "array"], "items": {"type": "string"}}),
        ("{type: array, minItems: 1, items: {type: string, enum: [a, b], maxLength: 3}}", {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["a", "b"], "maxLength": 3}}),
        ("{type: string, format: binary}", {"type": "file"}),
        ("{type: number, multipleOf: 0.5}", {"type": "number", "multipleOf": 0.5}),
        ("{allOf: [{type: string, minLength: 2}, {maxLength: 5}]}", {"type": "string", "minLength": 2, "maxLength": 5}),
        ("{type: object, additionalProperties: {type: string}}", {"type": "object"}),
    ],
)  # fmt: skip
def test_a_schema_says_exactly_this(schema: str, told: dict[str, object]) -> None:
    reading = read(openapi(f"required: [b]\nproperties:\n  a: {schema}"), "api.yaml")
    found = parameters(reading)["a"]
    assert {key: value for key, value in found.items() if key not in {"name", "path", "line", "required"}} == told
    assert problems(reading) == []


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ("{type: integer, default: many}", "is not of the type"),
        ("{type: string, enum: [a], default: b}", "is not one of the values"),
        ("{type: integer, maximum: 3, default: 4}", "outside the range"),
        ("{anyOf: [{type: string}, {type: string, enum: [a, b]}]}", "other values than these"),
        ("{type: wonder}", "no type that is known"),
        ("{}", "no type is given"),
        ("{type: integer, maximum: 4, description: 'At most 5.'}", "the range is another"),
        ("{type: string, default: a, description: 'Default: `b`.'}", "the default is another"),
        ("{type: object, properties: {b: {type: string}}, if: {}}", "a condition here"),
    ],
)
def test_what_a_schema_leaves_open_is_flagged(schema: str, problem: str) -> None:
    reading = read(openapi(f"required: [b]\nproperties:\n  a: {schema}"), "api.yaml")
    assert [said for _, path, said in problems(reading) if path == "a" and problem in said]


def test_the_words_of_a_description_add_what_the_schema_lacks() -> None:
    page = openapi("required: [a]\nproperties:\n  a: {type: integer, description: 'Between 1 and 9, default 4.'}")
    found = parameters(read(page, "api.yaml"))["a"]
    assert (found["minimum"], found["maximum"], found["default"]) == (1, 9, 4)


def test_a_page_whose_table_and_block_differ_is_flagged_and_has_each_parameter_once() -> None:
    table = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n| `a` | integer | Yes | 1-5 |\n| `b` | string | No | B |\n"
    page = (
        "# A\n\n## Request body\n\n"
        + table
        + "\n"
        + block(
            "yaml",
            openapi(
                "required: [b]\nproperties:\n  a: {type: integer, maximum: 6}\n  b: {type: string}\n  c: {type: boolean}"
            ),
        )
    )
    reading = read(page)
    assert list(parameters(reading)) == ["a", "b", "c"]
    said = [(path, problem.split(" on line")[0]) for _, path, problem in problems(reading)]
    assert said == [
        ("a", "the OpenAPI block has another range"),
        ("a", "the OpenAPI block has another word on having to be given"),
        ("b", "the OpenAPI block has another word on having to be given"),
    ]


def test_a_declaration_that_is_about_something_else_than_the_table_is_left_out() -> None:
    table = "| Parameter | Type | Required |\n|---|---|---|\n| `a` | integer | Yes |\n| `b` | string | No |\n"
    page = (
        "# A\n\n## Request body\n\n"
        + table
        + "\n"
        + block("ts", "interface ClientOptions { key: string; retries?: number }", "Client")
    )
    assert list(parameters(read(page))) == ["a", "b"]


def test_an_example_of_a_schema_in_a_request_is_no_parameter() -> None:
    page = block(
        "json",
        '{"model": "x", "response_format": {"type": "json_schema", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}',
    )
    reading = read(page)
    assert [entry.name for entry in reading.entries] == ["model", "response_format"]
    (kind, schema) = reading.entries[1].children
    assert (kind.name, schema.name, schema.children) == ("type", "schema", ())


def test_declarations_of_answers_are_left_out_by_their_names_and_by_their_headings() -> None:
    both = "interface SailRequest { a: string }\ninterface SailResponse { b: string }"
    assert list(parameters(read(block("ts", both)))) == ["a"]
    assert read(block("ts", "interface Sail { b: string }", "Response")).entries == ()


def test_functions_of_a_type_are_no_parameters() -> None:
    page = block(
        "ts",
        "interface SailRequest { a: string; done?: (sail: Sail) => void; stop(): void; b: (string | number)[] }",
    )
    assert list(parameters(read(page))) == ["a", "b"]


def test_classes_that_are_no_python_are_passed_over() -> None:
    page = block(
        "python", "class ARequest(BaseModel):\n    a: int = (\n\nclass BRequest(BaseModel):\n    b: int = 1\n"
    )
    assert list(parameters(read(page))) == ["b"]


def test_what_a_class_calls_is_never_run() -> None:
    page = block(
        "python",
        "class ARequest(BaseModel):\n    a: int = __import__('os').system('exit 3')\n    b: str = open('/etc/passwd').read()\n",
    )
    found = parameters(read(page))
    assert ("default" in found["a"], "default" in found["b"]) == (False, False)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"a": 7 // required, 1-9', {"type": "integer", "required": True, "minimum": 1, "maximum": 9}),
        ('"a": "x" // optional, default "y"', {"type": "string", "required": False, "default": "y"}),
        ('"a": "low" | "high" // optional', {"type": "string", "required": False, "enum": ["low", "high"]}),
        ('"a": "integer (required)"', {"type": "integer", "required": True}),
        ('"a": "string[], optional"', {"type": "array", "required": False, "items": {"type": "string"}}),
        ('// 必填\n"a": 1.5', {"type": "number", "required": True}),
        ("'a': true, # optional", {"type": "boolean", "required": False}),
        ('/* required,\n * 1-9 */\n"a": 7', {"type": "integer", "required": True, "minimum": 1, "maximum": 9}),
        ('/* required */ "a": 7, // at most 9', {"type": "integer", "required": True, "maximum": 9}),
        ('"a": 7 /* required, at most 9 */, "d": 1 /* optional, at most 3 */', {"required": True, "maximum": 9}),
    ],
)
def test_a_body_with_remarks_says_this(line: str, told: dict[str, object]) -> None:
    other = '"b": 1, // optional, at most 4\n"c": 2, // required\n'
    found = parameters(read(block("json", "{\n" + other + line + "\n}")))["a"]
    assert {key: found[key] for key in told} == told


def test_a_body_without_remarks_is_an_example_and_every_member_is_flagged() -> None:
    reading = read(block("json", '{"a": 1, "b": "https://example.com/x"}'))
    assert {entry.name: entry.kind.kind for entry in reading.entries} == {"a": "integer", "b": "string"}
    assert [flag.path for flag in reading.flags] == ["a", "b"]


def test_a_fence_inside_of_a_description_does_not_end_the_block() -> None:
    text = "type: object\nrequired: [a]\nproperties:\n  a:\n    type: string\n    description: |\n      An example:\n      ```json\n      {}\n      ```\n  b: {type: integer}"
    reading = read(block("yaml", openapi(text)))
    assert list(parameters(reading)) == ["a", "b"]


def test_types_of_a_program_are_left_out_where_another_is_named_a_request() -> None:
    page = (
        block("ts", "interface KiteRequest { a: string }")
        + "\n## A hook for requests\n\n```ts\ninterface Kite { busy: boolean; stop: string }\n```\n"
    )
    assert list(parameters(read(page))) == ["a"]


def test_lengths_that_a_text_speaks_of_do_not_bound_what_is_listed() -> None:
    page = openapi(
        "required: [a]\nproperties:\n  a: {type: string, enum: [x, y], description: 'With x at most 8 characters are sung.'}"
    )
    assert "maxLength" not in parameters(read(page, "api.yaml"))["a"]
