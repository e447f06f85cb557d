"""The list of runs, as HTML without a script: every text in it is escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from teststrip.run.catalogue import Listed
from teststrip.sheet.html_bundle import page_file
from teststrip.sheet.text import visible

_STYLE: Final = """
main { max-width: 1100px; margin: 0 auto; padding: 22px 16px 60px; display: grid; gap: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-size: 12.5px; font-weight: 500; }
td small { display: block; color: var(--soft); }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
form select { max-width: 380px; }
"""  # noqa: E501  a style sheet reads by its rules
_WORDS: Final = (
    "done",
    "failed",
    "moderated",
    "cancelled",
    "uncertain",
    "submitted",
    "intent",
    "fetched",
    "planned",
)


def listing_style() -> str:
    """Return the style sheet of the list."""
    return page_file("look.css") + _STYLE


def listing(runs: Sequence[Listed], folder: str, policy: str) -> str:
    """Write the list of runs of a folder; `policy` is the Content-Security-Policy."""
    rows = "".join(_row(run) for run in runs) or "<tr><td>There is no run yet.</td></tr>"
    whole = [run for run in runs if run.plan is not None]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_safe(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>Runs in {_safe(folder)}</title>\n<style>{listing_style()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Runs in {_safe(folder)}</h1>\n"
        '<table>\n<thead><tr><th scope="col">run</th><th scope="col">model, target</th>'
        '<th scope="col">cells</th><th scope="col">last written to</th></tr></thead>\n'
        f"<tbody>{rows}</tbody>\n</table>\n{_diff(whole) if len(whole) > 1 else ''}</main>\n</body>\n</html>\n"
    )


def _row(run: Listed) -> str:
    name = run.folder.name
    if run.plan is None:
        return f"<tr><td>{_safe(name)}<small>{_safe(run.problem)}</small></td><td></td><td></td><td></td></tr>"
    states = {str(state): count for state, count in (run.states or {}).items()}
    told = ", ".join(f"{states[word]:,} {word}" for word in _WORDS if states.get(word))
    plan = run.plan
    return (
        f'<tr><td><a href="run/{quote(name)}/">{_safe(plan.title or name)}</a><small>{_safe(name)}</small></td>'
        f"<td>{_safe(f'{plan.provider}/{plan.model}')}<small>{_safe(plan.target)}</small></td>"
        f'<td class="number">{len(plan.cells):,}<small>{_safe(told)}</small></td>'
        f'<td class="number">{_safe(run.updated[:16].replace("T", " "))}</td></tr>'
    )


def _diff(runs: Sequence[Listed]) -> str:
    """Write the form that lays two runs side by side."""
    selects = []
    for field, chosen in (("one", 1), ("two", 0)):
        options = "".join(
            f'<option value="{_safe(run.folder.name)}"{" selected" if at == chosen else ""}>'
            f"{_safe(run.folder.name)}</option>"
            for at, run in enumerate(runs)
        )
        label = "first run" if field == "one" else "second run"
        selects.append(f'<select name="{field}" aria-label="{label}">{options}</select>')
    return (
        f'<form action="diff" method="get"><span>Side by side:</span> {selects[0]} {selects[1]} '
        '<button type="submit">Show</button></form>\n'
    )


def _safe(text: str) -> str:
    return html.escape(visible(text).replace("\n", " "))
