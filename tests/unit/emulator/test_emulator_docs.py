"""What docs/emulator.md shows works as it stands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from emulator_bench import BASE, KEY, SUBMIT, emulated, gptproto

from teststrip.emulator.faults import KINDS, read_faults

PAGE = (Path(__file__).parents[3] / "docs" / "emulator.md").read_text("utf-8")


def test_the_python_example_serves_the_bundled_page(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 1
    assert "port=8765" in blocks[0]
    program = tmp_path / "example.py"
    program.write_text(blocks[0].replace("port=8765", "port=0").replace("on_ready=print", "on_ready=ready"))
    program.write_text("def ready(url):\n    print(url, flush=True)\n\n\n" + program.read_text())
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        body = {"prompt": "a hill", "size": "64x64", "steps": 1, "enable_sync_mode": True}
        reply = httpx.post(f"{url}{SUBMIT}", json=body, headers=KEY, timeout=30)
        server.terminate()
        server.communicate(timeout=20)
    assert reply.json()["data"]["status"] == "completed"


@pytest.mark.parametrize("body", re.findall(r"-d '(.*?)'", PAGE))
async def test_every_request_that_the_page_shows_is_accepted(body: str) -> None:
    path = re.findall(r"http://127\.0\.0\.1:8765(/api/\S+)", PAGE)[0]
    async with emulated() as client:
        reply = await client.post(f"{BASE}{path}", json=json.loads(body))
        assert reply.status_code == 200


def test_the_fault_plan_that_the_page_shows_is_one() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    plan = read_faults(block, "faults.yaml", gptproto())
    assert len(plan.rules) == 6
    told = PAGE[PAGE.index("| fault | what happens |") : PAGE.index("A `variant` says")]
    assert all(f"`{name}`" in told for name in KINDS)
    options = PAGE[PAGE.index("A `variant` says") : PAGE.index("`--latency 0.1-0.5`")]
    assert all(f"`{name}" in options for name in KINDS["variant"][1])
