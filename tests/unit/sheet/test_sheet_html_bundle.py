from __future__ import annotations

import pytest

from teststrip.sheet.html_bundle import BundleError, bundle, page_modules, style


def test_modules_stand_after_those_that_they_import_from() -> None:
    text = bundle(
        {
            "main.js": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nb();\n',
            "b.js": 'import { c } from "./c.js";\nexport function b() { return c; }\n',
            "c.js": "export const c = 1;\n",
        }
    )
    assert text.index("module_c = ") < text.index("module_b = ") < text.index("module_main = ")
    assert text.count("module_c = ") == 1
    assert "import" not in text
    assert "export" not in text


def test_every_export_is_handed_out() -> None:
    module = "export class One {}\nexport async function two() {}\nexport const three = 3;\nfunction own() {}\n"
    text = bundle({"main.js": 'import { One } from "./a.js";\n', "a.js": module})
    assert "return { One, two, three };" in text


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"main.js": 'import { a } from "./a.js";\n'}, "is not there"),
        (
            {
                "main.js": 'import { a } from "./a.js";\n',
                "a.js": 'import { m } from "./main.js";\nexport const a = 1;\n',
            },
            "in a circle: main.js -> a.js -> main.js",
        ),
        ({"main.js": "export default 3;\n"}, "no form of import or export"),
        ({"main.js": 'import * as x from "./a.js";\n'}, "no form of import or export"),
        ({"main.js": 'const a = "</script>";\n'}, "would end the script"),
    ],
)
def test_what_is_not_in_the_form_is_refused(modules: dict[str, str], said: str) -> None:
    with pytest.raises(BundleError, match=said):
        bundle(modules)


def test_the_pages_own_modules_are_in_the_form_and_all_used() -> None:
    modules = page_modules()
    text = bundle(modules)
    for name in modules:
        assert f"module_{name.removesuffix('.js')} = " in text
    assert "innerHTML" not in text
    assert "insertAdjacentHTML" not in text
    assert "eval(" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert "</style" not in style()
