"""What site generators write: GitBook, Markdoc, ReadMe, Docusaurus, HTML definitions, cells of several lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from teststrip.provider.reading.read import read_documentation

GITBOOK = """\
# Make

{% swagger method="post" path="/v1/make" baseUrl="https://x.example" summary="Make a picture" %}
{% swagger-parameter in="header" name="Authorization" type="String" required="true" %}
a token
{% endswagger-parameter %}

{% swagger-parameter in="body" name="prompt" type="String" required="true" %}
What to draw
{% endswagger-parameter %}

{% swagger-parameter in="body" name="width" type="Integer" required="false" %}
64 to 2048. Default: 512
{% endswagger-parameter %}

{% swagger-response status="200: OK" description="fine" %}
{% swagger-parameter in="body" name="id" type="String" %}
of the picture
{% endswagger-parameter %}
{% endswagger-response %}
{% endswagger %}
"""
GITBOOK_OLD = """\
# Make

{% api-method method="post" host="https://x.example" path="/v1/make" %}
{% api-method-headers %}
{% api-method-parameter name="Authorization" type="string" required=true %}
a token
{% endapi-method-parameter %}
{% endapi-method-headers %}
{% api-method-body-parameters %}
{% api-method-parameter name="prompt" type="string" required=true %}
What to draw
{% endapi-method-parameter %}
{% api-method-parameter name="width" type="integer" required=false %}
64 to 2048. Default: 512
{% endapi-method-parameter %}
{% endapi-method-body-parameters %}
"""
MARKDOC = """\
# Make

{% param name="prompt" type="string" required=true %}
What to draw
{% /param %}
{% param name="width" type="integer" default=512 description="64 to 2048" /%}
"""
HUGO = """\
# Make

{{< param name="prompt" type="string" required="true" >}}
What to draw
{{< /param >}}
{{< param name="width" type="integer" default="512" >}}
64 to 2048
{{< /param >}}
"""
README = """\
# Make

[block:parameters]
{
  "data": {
    "h-0": "Parameter",
    "h-1": "Type",
    "h-2": "Required",
    "h-3": "Description",
    "0-0": "`prompt`",
    "0-1": "string",
    "0-2": "yes",
    "0-3": "What to draw",
    "1-0": "`width`",
    "1-1": "integer",
    "1-3": "64 to 2048. Default: 512"
  },
  "cols": 4,
  "rows": 2
}
[/block]
"""
DOCUSAURUS = """\
# Make

<SchemaItem collapsible={false} name={"prompt"} required={true} schemaName={"string"}
  schema={{"type":"string","description":"What to draw"}}></SchemaItem>
<SchemaItem collapsible={false} name={"width"} required={false} schemaName={"integer"}
  schema={{"type":"integer","minimum":64,"maximum":2048,"default":512}}></SchemaItem>
<StatusCodes label={undefined}>
<SchemaItem name={"id"} required={true} schemaName={"string"} schema={{"type":"string"}}></SchemaItem>
</StatusCodes>
"""
DEFINITIONS = """\
# Make

## Parameters

<dl>
  <dt><code>prompt</code> <em>string</em> (required)</dt>
  <dd>What to draw</dd>
  <dt><code>width</code> <em>integer</em></dt>
  <dd>64 to 2048. Default: 512</dd>
</dl>
"""
LINES = """\
# Make

| Parameter | Description |
|---|---|
| **prompt**<br>string<br>*required* | What to draw |
| **width**<br>integer<br>*optional* | 64 to 2048. Default: 512 |
"""
HEADLESS = """\
# Make

## Request

| Payload | | |
|---|---|---|
| **prompt*** | _string_ | What to draw |
| **width** | _integer_ | 64 to 2048. Default: 512 |
"""
LISTED = """\
# Make

<FormFields
  fields={[
    {
      name: "prompt",
      type: "string",
      required: true,
      description: "What to draw",
    },
    { name: "width", type: "integer", defaultValue: 512, description: "64 to 2048" },
  ]}
  responseFields={[{ name: "id", type: "string", description: "of the picture" }]}
/>
"""
PAGES = {
    "a list in a tag": LISTED,
    "GitBook": GITBOOK,
    "GitBook, older": GITBOOK_OLD,
    "Markdoc": MARKDOC,
    "Hugo": HUGO,
    "ReadMe": README,
    "Docusaurus": DOCUSAURUS,
    "definitions in HTML": DEFINITIONS,
    "lines in a cell": LINES,
    "a header of one word": HEADLESS,
}


@pytest.mark.parametrize("form", PAGES)
def test_each_form_says_the_same(form: str) -> None:
    reading = read_documentation(PAGES[form], "page.md")
    assert [(entry.path, entry.kind.kind, entry.required) for entry in reading.entries] == [
        ("prompt", "string", True),
        ("width", "integer", False),
    ]
    width = reading.entries[1]
    bounds = width.facts.bounds
    assert bounds is not None
    assert (bounds.minimum, bounds.maximum, width.facts.default.value) == (Decimal(64), Decimal(2048), 512)
    assert reading.flags == ()


def test_rows_keep_the_lines_that_they_stand_on() -> None:
    for form, line in (("GitBook", 8), ("Markdoc", 3), ("ReadMe", 10), ("definitions in HTML", 6)):
        assert read_documentation(PAGES[form], "page.md").entries[0].row.where.line == line, form


def test_fields_and_definitions_hold_others() -> None:
    page = """\
{% field name="style" type="object" %}
How it looks
{% field name="tone" type="string" /%}
{% /field %}

<dl><dt>size object</dt><dd>How large
<dl><dt>width integer</dt><dd>across</dd></dl>
</dd></dl>
"""
    style, size = read_documentation(page, "page.md").entries
    assert [child.path for child in style.children] == ["style.tone"]
    assert [child.path for child in size.children] == ["size.width"]


def test_two_names_on_lines_of_a_cell_stay_two_names() -> None:
    page = "# Make\n\n| Parameter | Type |\n|---|---|\n| width<br>height | integer |\n"
    assert [entry.path for entry in read_documentation(page, "page.md").entries] == ["width", "height"]


@pytest.mark.parametrize(
    "page",
    [
        "[block:parameters]\n{\n[/block]\n",
        "[block:parameters]\n[]\n[/block]\n",
        '[block:parameters]\n{"data": {"h-0": 1, "0-0": "a", "9-999": "b", "x": "c"}}\n[/block]\n',
        "[block:parameters]\n" + "[" * 5000 + "\n[/block]\n",
        '{% param name="a" %}\n{% param %}\n{% /param %}\n{% endparam %}\n',
        '<SchemaItem name={"a"} schema={{"type":[]}} /><SchemaItem schema={{ />\n',
        "<dl><dt>\n<dl></dl>\n<dl><dd>a</dd></dl></dt>\n",
        "<dl><dt>two words are running text here</dt><dd>a</dd></dl>",
    ],
)
def test_what_is_broken_ends_in_a_reading(page: str) -> None:
    assert read_documentation(page, "page.md").document.file == "page.md"
