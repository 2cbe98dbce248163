"""PyYAML without its C library reads the same, and says so where it is felt."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
sys.modules["yaml._yaml"] = None  # as if the C extension were not there
import yaml
assert not yaml.__with_libyaml__
from npconv.diagnostics.render.report import render
from npconv.source.load import parse
HEAD = "apiVersion: v1\\nkind: A\\n"
first = HEAD + "base: &b {a: 1}\\nv: [080, on, {<<: *b}, 22:23, 'x']\\n"
small = parse(first + "---\\na: [\\n---\\n" + HEAD + "w: {a: 1, a: 2}\\n", "a")
print(small.documents[0].data["v"], small.documents[0].span(("v", 3)))
print(render(small.diagnostics, concise=True), end="")
print(render(parse("[" * 5000, "a").diagnostics, concise=True), end="")
large = parse(HEAD + "v: " + "x" * 1_000_000, "a")
print(render(large.diagnostics, concise=True), end="")
"""


def test_the_python_parser_reads_the_same() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120)
    assert run.stderr == ""
    assert run.stdout.splitlines() == [
        "[80, True, {'a': 1}, '22:23', 'x'] Span(line=4, column=24, end_line=4, end_column=29)",
        "a:6:5: error[NPC103] invalid YAML: expected the node content, but found '<stream end>'",
        "a:10:11: error[NPC104] key `a` is set twice in one mapping",
        "a:1:301: error[NPC107] nested deeper than 300 levels",
        "note[NPC116] `a` is read slowly: PyYAML came without libyaml",
    ]
