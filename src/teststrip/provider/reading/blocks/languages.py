"""Blocks of a programming language that declare what a request has, and bodies with remarks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.blocks.around import Around, FoundBody
from teststrip.provider.reading.blocks.commented import Commented, starts
from teststrip.provider.reading.blocks.data import OF_DATA
from teststrip.provider.reading.blocks.declared import requests_among
from teststrip.provider.reading.blocks.proto import Proto
from teststrip.provider.reading.blocks.python import read_python
from teststrip.provider.reading.blocks.tree import placed
from teststrip.provider.reading.blocks.typescript import TypeScript
from teststrip.provider.reading.blocks.zod import Zod
from teststrip.provider.reading.told import COMMENTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json
    from teststrip.provider.reading.blocks.finder import Finder
    from teststrip.provider.reading.document import Code

_TYPED: Final = Pattern(r"\b(?:interface|type|class)\s+[A-Za-z_$][\w$]*[^\n{]{0,200}[={]")
_ZOD: Final = Pattern(r"\bz\.(?:object|strictObject|looseObject)\(")
_CLASSES: Final = Pattern(r"(?m)^[ \t]*class\s+\w+[^\n]{0,300}:[ \t]*(?:#[^\n]*)?$")
_MESSAGES: Final = Pattern(r"\bmessage\s+\w+\s*\{")
_REMARKS: Final = Pattern(
    r"//|#|/\*|\|\s*[\"'\d]|:\s*\"<?(?:string|number|integer|int|float|bool|boolean|array|object)\b"
)
_DECLARED: Final = Pattern(r"\b(?:interface|type|class|enum)\s+[A-Za-z_$][^\n{]{0,200}$")
_NEAR: Final = 240  # characters before a brace that may declare what is in it
_SHELL: Final = Pattern(r"(?m)^[ \t$>]{0,20}(?:curl|http|wget)\s|--(?:data|header|request)\b")


def _language(name: str, made: Mapping[str, Json], finder: Finder, around: Around) -> list[FoundBody]:
    tree = placed({"$defs": dict(made)}, finder.file)
    found = requests_among(made, tree, ("$defs",), around, finder.making(tree, name))
    return [replace(one, declares="types") for one in found]


def is_typed(language: str, text: str) -> bool:
    """Tell whether a block may declare types of TypeScript."""
    return language in {"ts", "typescript", "tsx", "", "js", "javascript"} and _TYPED.search(text) is not None


def read_typescript(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read the interfaces and types of a block that are requests'."""
    made = TypeScript(code.text, code.where.line + code.offset).read()
    return _language("the TypeScript", made, finder, around) if made else []


def is_zod(language: str, text: str) -> bool:
    """Tell whether a block may have schemas of Zod."""
    return language in {"ts", "typescript", "tsx", "", "js", "javascript"} and _ZOD.search(text) is not None


def read_zod(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read the objects of Zod that are requests'."""
    made = Zod(code.text, code.where.line + code.offset).read()
    return _language("the Zod schema", made, finder, around) if made else []


def is_python(language: str, text: str) -> bool:
    """Tell whether a block may have classes of Python."""
    return language in {"py", "python", "python3", ""} and _CLASSES.search(text) is not None


def read_python_block(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read the classes of a block that are requests'."""
    made = read_python(code.text, code.where.line + code.offset)
    return _language("the Python class", made, finder, around) if made else []


def is_proto(language: str, text: str) -> bool:
    """Tell whether a block may have messages of protocol buffers."""
    return language in {"proto", "protobuf", "proto3", "", "grpc"} and _MESSAGES.search(text) is not None


def read_proto(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read the messages of a block that are requests'."""
    made = Proto(code.text, code.where.line + code.offset).read()
    return _language("the message", made, finder, around) if made else []


def is_commented(language: str, text: str) -> bool:
    """Tell whether a block may be a body with remarks."""
    if language not in OF_DATA | {"ts", "typescript", "python", "py"} or _SHELL.search(text):
        return False
    return _REMARKS.search(text) is not None


def read_commented(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read a body whose remarks or values say what its members are."""
    said = around.says()
    if said in {"response", "errors"} or "{" not in code.text:
        return []
    tree = None
    for at in starts(code.text):
        if _DECLARED.search(code.text[max(0, at - _NEAR) : at]):
            continue  # a declaration that is no request's
        read = Commented(code.text, finder.file, code.where.line + code.offset, at)
        tree = None if read.is_program() else read.tree(asked=said == "request")
        if tree is not None:
            break
    if tree is None or (read.looks_answered() and said != "request" and not read.call):
        return []
    rows = finder.maker(tree, COMMENTED).of_body(tree.value, ())
    finder.spent(rows)
    finder.note(read.read.problems, set())
    return [FoundBody(rows, around.headings, tree.where(()), "parameters", sure=False, declares="")]
