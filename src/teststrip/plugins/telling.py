"""Telling plugins of what has happened: a listener's mistake reaches neither the others nor what it listens to."""

from __future__ import annotations

import pluggy

from teststrip.plugins.manager import implementations, quiet, words


def tell(hook: pluggy.HookCaller, **event: object) -> tuple[str, ...]:
    """Tell every plugin of an event, and return a sentence for each that failed at it.

    What a listener prints goes to stderr.
    """
    return tuple(complaint for one in implementations(hook) if (complaint := told(one, hook.name, event)))


def told(implementation: pluggy.HookImpl, hook: str, event: dict[str, object]) -> str:
    """Tell one plugin of an event; the sentence of its failure, or ""."""
    heard = {name: event[name] for name in implementation.argnames}
    try:
        with quiet():
            implementation.function(**heard)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        return f"the plugin {implementation.plugin_name!r} failed in {hook}: {words(error)}"
    return ""
