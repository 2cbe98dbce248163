"""Plans whose every text is from a stranger who wants to break out of it."""

from __future__ import annotations

from plans import shop_plan
from plans_aks import aks_report

from npconv.report.model import Plan
from npconv.report.redact import Mode, _mode
from npconv.report.texts import rewritten

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a|b||c",
    "`tick` ``two``` three",
    "=cmd|'/c calc'!A1",
    "[text](https://evil.example/) ![image](https://evil.example/x.png)",
    "@everybody #1 https://evil.example/ www.evil.example",
    "\u202egnirts\u202c \x1b[31mred\x1b[0m \u200bzero",
    "line\nbreak\r\nother",
    "# heading\n- [x] item\n```\nfence",
    "</style></title></textarea>--><!--",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "x" * 253,
    "日本語の名前",
)
_CLOSED = {("Risk", "effect"), ("Flow", "change")}
"""Fields with a closed list of values, which renderers look up."""


def hostile_plan(payload: str) -> Plan:
    """The plan of the shop, with the payload behind every text that may come from the input."""
    from dataclasses import replace

    def spoiled(owner: type, field: str, text: str) -> str:
        ours = _mode(owner, field) is Mode.OURS or (owner.__name__, field) in _CLOSED
        return text if ours or not text else f"{text}{payload}"

    return rewritten(replace(shop_plan(), aks=aks_report()), spoiled)
