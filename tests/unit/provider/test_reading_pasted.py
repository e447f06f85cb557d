"""Pages as they are copied or scraped out of documentation sites: each parameter is a few bare lines."""

from __future__ import annotations

from typing import Any, Final

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

LINES: Final = """\
Build a boat
POST
/v1/boats
Headers
Authorization
string
required
Your key
Body
application/json
wood
enum<string>
required
What it is made of.
Available options:
`oak`,
`pine`
masts
integer
default:3
How many masts stand on it.
Required range: `1 <= x <= 9`
song
string
What the crew sings.
Maximum string length: `200`
sails
string[]
Their colours.
Maximum array length: `4`
Response
200 - application/json
id
string
required
Which boat it is.
"""
COPIED: Final = """\
Build a boat
Headers
Authorization
stringrequired
Your key
Body
application/json
\u200b
wood
enum<string>required
What it is made of.

Available options: oak, pine

\u200b
masts
integerdefault:3
How many masts stand on it.

Required range: 1 <= x <= 9

\u200b
song
string
What the crew sings.

Maximum string length: 200

\u200b
sails
string[]
Their colours.

Maximum array length: 4

Response
200 - application/json
\u200b
id
stringrequired
Which boat it is.

Was this page helpful?
"""
TITLED: Final = """\
Headers
Authorization
Type:string
required
Your key
Body
required
application/json
wood
Type:string
enum
required
What it is made of.
oak
pine
masts
Type:integer
min:
1
max:
9
default:
3
How many masts stand on it.
song
Type:string
max length:
200
What the crew sings.
sails
Type:array string[]
…4
Their colours.
Responses
200
Successful Response
application/json
"""
ALLOWED: Final = """\
Path Params
harbour
string
required
Where it is built
Body Params
wood
string
enum
required
What it is made of.

oakpine
Allowed:

oak

pine

masts
integer
1 to 9
Defaults to 3
How many masts stand on it.
song
string
length ≤ 200
What the crew sings.
sails
array of strings
length ≤ 4
Their colours.
ADD STRING
Responses
200
Success
Response body
object
id
string
Which boat it is.
"""
STACKED: Final = """\
Request
Headers
Authorization
string
required
Your key
Body
application/json
wood
string
required
What it is made of.
Allowed values:
oak
pine
masts
integer
How many masts stand on it.
>= 1
<= 9
Default:
3
song
string
What the crew sings.
<= 200 characters
sails
array[string]
Their colours.
<= 4 items
Responses
200
OK
Body
application/json
id
string
Which boat it is.
"""
BRACKETED: Final = """\
header Parameters
Authorization
required
string non-empty
Your key
Request Body schema: application/json
wood
required
string
Enum: "oak" "pine"
What it is made of.

masts\t
integer <int32> [ 1 .. 9 ]
Default: 3
How many masts stand on it.

song\t
string <= 200 characters
What the crew sings.

sails\t
Array of strings <= 4 items
Their colours.

Responses
200
It floats.
Response Schema: application/json
id
required
string
Which boat it is.
"""
GLUED: Final = """\
# Build a boat

### Headers

AuthorizationstringRequired

Your key

### Request

This endpoint expects an object.

woodenumRequired

What it is made of.

Allowed values:`oak``pine`

mastsintegerOptional1-9Defaults to 3

How many masts stand on it.

songstringOptional<=200 characters

What the crew sings.

sailslist of stringsOptional<=4 items

Their colours.

### Response

It floats.

idstring

Which boat it is.
"""
DOTTED: Final = """\
Header parameters
Authorization
string
Required
Your key
Body
wood
string · enum
Required
What it is made of.

Possible values
:
oak
pine
masts
integer · min: 1 · max: 9
Optional
How many masts stand on it.

Default: 3
song
string · max: 200
Optional
What the crew sings.

sails
string[] · max: 4
Optional
Their colours.

Responses
200
It floats.
application/json
id
string
Optional
Which boat it is.
"""
SPACED: Final = """\
Request
Header Parameters
Authorization string required

Your key

Body

wood string required

Possible values: [oak, pine]

What it is made of.

masts integer

Possible values: >= 1 and <= 9

Default value: 3

How many masts stand on it.

song string

Possible values: <= 200 characters

What the crew sings.

sails string[]

Possible values: <= 4

Their colours.

Responses
200

It floats.

id string

Which boat it is.
"""
PLACED: Final = """\
Parameters
Try it out
Name\tDescription
wood *
string
(query)
What it is made of.

Available values : oak, pine

masts
integer($int32)
(query)
How many masts stand on it.

Default value : 3
minimum: 1
maximum: 9
song
string
(query)
What the crew sings.

maxLength: 200
sails
array[string]
(query)
Their colours.

maxItems: 4
Authorization *
string
(header)
Your key

Responses
Code\tDescription
"""
CHINESE: Final = """\
Header 参数
Authorization
string
必需
Your key
Body 参数application/json
wood
enum<string>
必需
What it is made of.
枚举值:
oak
pine
masts
integer
可选
How many masts stand on it.
>= 1<= 9
默认值:
3
song
string
可选
What the crew sings.
<= 200 字符
sails
array[string]
可选
Their colours.
<= 4 项
返回响应
application/json
id
string
必需
Which boat it is.
"""
BELOW: Final = """\
Request Body
The request accepts the following data in JSON format.

wood
What it is made of.

Type: String

Valid Values: oak | pine

Required: Yes

masts
How many masts stand on it.

Type: Integer

Valid Range: Minimum value of 1. Maximum value of 9.

Default: 3

Required: No

song
What the crew sings.

Type: String

Length Constraints: Maximum length of 200.

Required: No

sails
Their colours.

Type: Array of strings

Array Members: Maximum number of 4 items.

Required: No

Response Elements
If the action is successful, the service sends back an HTTP 200 response.

id
Which boat it is.

Type: String
"""
SAID: Final = """\
Body Required

wood string Required

What it is made of.

Values are oak or pine.

masts integer

How many masts stand on it.

Minimum value is 1, maximum value is 9. Default value is 3.

song string

What the crew sings.

Maximum length is 200.

sails array[string]

Their colours.

Not more than 4 elements.

Responses
200 application/json

id string

Which boat it is.
"""
LAYOUTS: Final = {
    "each fact on its line": LINES,
    "each fact in a paragraph": LINES.replace("\n", "\n\n"),
    "with anchors": LINES.replace("masts\n", "[\u200b](#body-masts)\nmasts\n"),
    "copied": COPIED,
    "with titles of types": TITLED,
    "with a box of values": ALLOWED,
    "labels above values": STACKED,
    "brackets behind types": BRACKETED,
    "nothing between": GLUED,
    "dots between": DOTTED,
    "blanks between": SPACED,
    "with places": PLACED,
    "in Chinese": CHINESE,
    "types below the words": BELOW,
    "limits in sentences": SAID,
}


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def read(page: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(page)["parameters"]}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bare_lines_say_what_a_table_would(layout: str) -> None:
    """Names, types, needs, defaults, values and limits; headers and answers are no parameters."""
    found = read(LAYOUTS[layout])
    assert list(found) == ["wood", "masts", "song", "sails"]
    assert [one["required"] for one in found.values()] == [True, False, False, False]
    assert [one["type"] for one in found.values()] == ["string", "integer", "string", "array"]
    assert found["wood"]["enum"] == ["oak", "pine"]
    assert [found["masts"][key] for key in ("minimum", "maximum", "default")] == [1, 9, 3]
    assert found["song"]["maxLength"] == 200
    assert (found["sails"]["maxItems"], found["sails"]["items"]["type"]) == (4, "string")
    assert [one["description"].split(".")[0] for one in found.values()] == [
        "What it is made of",
        "How many masts stand on it",
        "What the crew sings",
        "Their colours",
    ]


def test_a_value_that_is_the_only_one_tells_its_type() -> None:
    page = "Body\nkind\nconst: \nboat\nrequired\nname\nType:string\nrequired\nmasts\nType:integer\n"
    found = read(page)
    assert (found["kind"]["enum"], found["kind"]["type"]) == (["boat"], "string")


def test_members_stand_below_the_object_whose_example_has_them() -> None:
    code = 'curl https://boats.example/v1/boats -d \'{\n  "hull": {"wood": "oak"},\n  "masts": 1\n}\''
    page = f"Body\nhull\nobject\nWhat floats.\nwood\nstring\nWhat it is made of.\nmasts\ninteger\n\n{code}\n"
    found = read(page)
    assert list(found) == ["hull", "masts"]
    assert list(found["hull"]["properties"]) == ["wood"]


def test_names_with_dots_say_their_place_also_below_a_button() -> None:
    page = (
        "Body\nhull\nobject\nrequired\nWhat floats.\nShow child attributes\nhull.wood\nstring\nWhat of.\n"
        "masts\ninteger\n"
    )
    found = found_in(page)
    assert [one["name"] for one in found["parameters"]] == ["hull", "masts"]
    assert list(found["parameters"][0]["properties"]) == ["wood"]
    assert not found["flags"]


def test_brackets_hold_the_members_of_an_array() -> None:
    members = "Array [\nwood string required\nnails integer required\n]"
    page = f"Body\nhulls object[] required\n{members}\nmasts integer required\n"
    found = read(page)
    assert list(found) == ["hulls", "masts"]
    assert list(found["hulls"]["items"]["properties"]) == ["wood", "nails"]


def test_members_that_were_folded_away_are_flagged() -> None:
    hull = "hullobjectRequired\n\nWhat floats.\n\nShow 2 properties\n"
    page = f"### Request\n\n{hull}\nmastsintegerOptional\n\nHow many.\n"
    found = found_in(page)
    assert [one["name"] for one in found["parameters"]] == ["hull", "masts"]
    assert any("folded away" in flag["problem"] and flag["parameter"] == "hull" for flag in found["flags"])


def test_an_answer_below_its_code_is_no_body() -> None:
    code = '```\n{\n  "id": "<string>", // optional\n  "state": "<string>" // optional\n}\n```\n'
    body = "#### Body\nwood\nstring\nrequired\nWhat of.\nmasts\ninteger\nHow many.\n"
    assert list(read(f"# Boats\n\n200\nCopy\n{code}\n{body}")) == ["wood", "masts"]


def test_a_reading_call_of_the_page_is_not_the_one_that_makes() -> None:
    page = (
        "POST\n/v1/boats\nBody\nwood\nstring\nrequired\nmasts\ninteger\nResponses\n200\nid\nstring\n"
        "GET\n/v1/boats\nQuery Parameters\npage\ninteger\nlimit\ninteger\nResponses\n200\nid\nstring\n"
    )
    assert list(read(page)) == ["wood", "masts"]


def test_words_that_end_like_types_are_no_parameters() -> None:
    page = (
        "# Boats\n\ncheckpoint\n\nA footprint.\n\n## Parameters\n\n| Name | Type |\n|---|---|\n| wood | string |\n"
    )
    assert list(read(page)) == ["wood"]


def test_a_default_in_a_sentence_is_none_of_the_labels() -> None:
    page = (
        "Body\nsize\nenum<string>\nDefault value: if it is not given, the wright takes that of the harbour.\n"
        "Available options:\n`s`,\n`m`\nmasts\ninteger\nrequired\n"
    )
    assert "default" not in read(page)["size"]


def test_an_anchor_tells_where_a_glued_name_ends() -> None:
    page = (
        '# Boats\n\n200CopyAsk AI```\n{\n  "id": "<string>"\n}\n```\n\n#### Body\n\n'
        "[](#body-wood)woodenum<string>requiredWhat it is made of.\n\nAvailable options: `oak`, `pine` "
        "[](#body-masts)mastsintegerdefault:3How many stand on it.\n\nRequired range: `1 <= x <= 9`"
        "[](#body-song)songstringWhat the crew sings.#### Response\n\n200 - application/json\n\n"
        "[](#response-id)idstringrequiredWhich boat it is.\n"
    )
    found = read(page)
    assert list(found) == ["wood", "masts", "song"]
    assert found["wood"]["enum"] == ["oak", "pine"]
    assert [found["masts"][key] for key in ("minimum", "maximum", "default")] == [1, 9, 3]
    assert found["song"]["description"] == "What the crew sings."


def test_an_object_whose_members_nothing_tells_is_flagged_unless_it_is_of_an_answer() -> None:
    page = (
        "Body\nhull\nobject\nrequired\nWhat floats.\nwood\nstring\nWhat of.\nmasts\ninteger\n"
        "Response\nboat\nobject\nThe boat.\nid\nstring\nWhich one.\n"
    )
    flags = [flag for flag in found_in(page)["flags"] if "members of this object" in flag["problem"]]
    assert [flag["parameter"] for flag in flags] == ["hull"]


def test_a_scraped_table_of_two_columns_has_no_header() -> None:
    page = (
        "##### Request Body schema: application/json\n\n"
        'woodrequired | string Enum: "oak" "pine" What it is made of.\n---|---\n'
        "masts | integer [ 1 .. 9 ] Default: 3 How many stand on it.\n"
        "song | string <= 200 charactersWhat the crew sings.\n"
    )
    found = read(page)
    assert [(name, one["required"]) for name, one in found.items()] == [
        ("wood", True),
        ("masts", False),
        ("song", False),
    ]
    assert found["wood"]["enum"] == ["oak", "pine"]
    assert [found["masts"][key] for key in ("minimum", "maximum", "default")] == [1, 9, 3]
    assert found["song"]["maxLength"] == 200


@pytest.mark.parametrize(
    ("first", "row"),
    [
        ("Required\n\n", "Optional\n\nmasts\n\nint\n\nHow many stand on it.\n\n"),
        ("Required\n\n", "Optional (for large ones)\tmasts\tint\t\nHow many stand on it.\n\n"),
        ("必填\n\n", "可选\n\nmasts\n\nint\n\nHow many stand on it.\n\n"),
        ("Obligatorio\n\n", "Opcional\n\nmasts\n\nint\n\nHow many stand on it.\n\n"),
    ],
)
def test_marks_may_stand_above_the_names(first: str, row: str) -> None:
    page = (
        "Request Parameter\n\nName\n\nType\n\nDescription\n\n"
        f"{first}wood\n\nString\n\nWhat it is of.\n\n{first}song\n\nString\n\nWhat the crew sings.\n\n{row}"
        "Return Values\n\nid\n\nString\n\nWhich one it is.\n"
    )
    found = read(page)
    assert [(name, one["required"]) for name, one in found.items()] == [
        ("wood", True),
        ("song", True),
        ("masts", False),
    ]
    assert found["masts"]["description"] == "How many stand on it."


def test_a_header_that_ends_with_the_first_mark_of_its_rows_is_none_of_four_columns() -> None:
    page = (
        "Parameters\n\nName\n\nType\n\nDescription\n\nRequired\n\nwood\n\nString\n\nWhat it is of.\n\n"
        "Required (one of two)\n\nsong\n\nString\n\nWhat they sing.\n\nverse\n\nString\n\nA part of it.\n\n"
        "Optional\n\nmasts\n\nint\n\nHow many.\n"
    )
    told = found_in(page)
    found = {one["name"]: one for one in told["parameters"]}
    assert [found[name]["required"] for name in ("wood", "masts")] == [True, False]
    # The cell spans both rows; what "one of two" is of nobody can tell.
    assert {flag["parameter"] for flag in told["flags"] if "one of two" in flag["problem"]} == {"song", "verse"}


@pytest.mark.parametrize(
    "title",
    [
        "Return Values",
        "Response Values",
        "Returned Fields",
        "Return value description",
        "Response parameters:",
        "Result Fields",
        "Response Message",
        "Returns",
        "Response Elements",
        "返回值",
    ],
)
def test_a_title_of_what_is_answered_ends_the_request(title: str) -> None:
    page = (
        "Request Parameter\n\nwood\n\nString\n\nWhat it is of.\n\nmasts\n\nInt\n\nHow many stand on it.\n\n"
        f"{title}\n\nFields\n\nType\n\nDescription\n\nid\n\nString\n\nWhich one it is.\n\n"
        "boats\n\nArray\n\nAll of them.\n\n"
        "Elements of the boats array\n\nFields\n\nType\n\nDescription\n\nspeed\n\nFloat\n\nHow fast it is.\n"
    )
    assert list(read(page)) == ["wood", "masts"]


def test_a_sentence_that_begins_like_such_a_title_is_none() -> None:
    page = (
        "Body\n\nwood\nstring\nReturned to the shipyard.\nmasts\ninteger\nResults in a tall boat.\n"
        "song\nstring\nOf all.\n"
    )
    assert list(read(page)) == ["wood", "masts", "song"]


SORTED: Final = """\
Bake a loaf
POST
https://oven.example/v1/loaves

Request Body
barley
number or null
Optional
Defaults to 0
How much barley goes in, between 0 and 4.

crumb
{standing}
string / object or null
Optional
How fine the crumb is.

Show possible types
dough
object or null
Optional
What it is made of.

Show properties
flour
string
Required
The flour to use.

hours
integer or null
Optional
How long it rests.

mould
object or null
Optional
Its mould.

Show properties
name
string
Optional
What it is called.

oven
boolean or null
Optional
Defaults to false
Whether the oven is hot.

Returns
Returns a loaf object.
"""


@pytest.mark.parametrize("standing", ["Deprecated", "Beta", "Optional", "read-only", "已弃用"])
def test_names_in_the_order_of_the_alphabet_are_no_members_of_each_other(standing: str) -> None:
    found = found_in(SORTED.format(standing=standing))
    names = ["barley", "crumb", "dough", "flour", "hours", "mould", "name", "oven"]
    assert [one["name"] for one in found["parameters"]] == names
    assert found["parameters"][1]["type"] == ["string", "object", "null"]
    assert [one["name"] for one in found["parameters"] if one["required"]] == ["flour"]
    folded = {flag["parameter"] for flag in found["flags"] if "folded away" in flag["problem"]}
    assert folded == {"dough", "mould"}


def test_names_out_of_order_may_be_members() -> None:
    page = SORTED.format(standing="Beta").replace("oven\nboolean", "heat\nboolean")
    found = found_in(page)
    assert {"dough", "mould"} <= {flag["parameter"] for flag in found["flags"]}
