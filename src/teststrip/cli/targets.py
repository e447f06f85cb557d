"""Where requests go, by the options: the target, and what keeps the paid API from being one."""

from __future__ import annotations

import os

from teststrip.errors import UsageError
from teststrip.provider.catalogue import Catalogue
from teststrip.provider.model import Provider
from teststrip.run.target import Target, darkroom_target, key_fault, live_target, url_target


def live_faults(provider: Provider, catalogue: Catalogue) -> list[str]:
    """Say what keeps the paid API from being used: its address, and the key, by the name of its variable."""
    try:
        target = live_target(provider, os.environ)
    except UsageError as error:
        return [fault for fault in (str(error), key_fault(provider, os.environ)) if fault is not None]
    owner = catalogue.key_owner(provider)
    if owner is not None:
        page = catalogue.page(provider.name)
        file = page.file if page is not None else provider.file
        key = f"the key of {owner.file} ({provider.auth.env}) to another place than that page"
        advice = "name a variable of its own for its key, or put the page into your user folder"
        return [f"{file} comes with this project, and would send {key}: {advice}"]
    fault = key_fault(provider, os.environ)
    notice = page_notice(catalogue, provider, target)
    return [f"{fault}; {notice}" if notice else fault] if fault is not None else []


def page_notice(catalogue: Catalogue, provider: Provider, target: Target) -> str | None:
    """Say what decides where a key goes: a page that came with somebody's project, or a variable; None else."""
    page = catalogue.page(provider.name)
    if not target.paid:
        return None
    if page is None or page.source == "bundled":
        if target == live_target(provider, {}):
            return None
        return f"{provider.base_url_env} is set: requests and the key go to {target.base_url}"
    return f"{page.file} ({page.whose}) is the page: requests and the key go to {target.base_url}"


def choose_target(name: str, provider: Provider, *, live: bool) -> Target:
    """Turn `--target` and `--live` into a target. Raises UsageError."""
    if live:
        if name != "darkroom":
            raise UsageError("--live and --target name two targets; give one")
        return live_target(provider, os.environ)
    if name in {"darkroom", "proof"}:
        # Imported late: numpy and Pillow are not needed to check a recipe or to reach a server.
        from teststrip.darkroom import RENDERER_VERSION  # noqa: PLC0415  see above

        return darkroom_target(RENDERER_VERSION + ("-proof" if name == "proof" else ""))
    if "://" not in name:
        raise UsageError(
            f"--target {name}: it is `darkroom`, `proof`, or an address such as http://127.0.0.1:8765"
        )
    return url_target(name, provider)
