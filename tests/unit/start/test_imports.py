"""What a run does not import: everything that only other commands, inputs or options need."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import npconv

KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}
"""

NEVER = (
    *("attrs", "concurrent", "dd", "jinja2", "jsonschema", "kubernetes", "multiprocessing", "netaddr", "numpy"),
    *("pydantic", "rich", "ruamel", "subprocess", "z3", "xml", "email", "http", "asyncio"),
    *("npconv.snapshot", "npconv.report", "npconv.cli.plan", "npconv.cli.snapshot", "npconv.cli.completion"),
    *("npconv.config.decode", "npconv.config.text", "npconv.config.lock", "npconv.diagnostics.render.forms"),
    *("npconv.cli.project", "npconv.cli.leftovers", "npconv.cli.layout_objects", "npconv.cli.report"),
    *("npconv.pipeline.existing", "npconv.pipeline.surroundings.gather"),
    *("npconv.dialects.cluster.read", "npconv.dialects.cluster.pods"),
)
"""What is for others: other commands, a configuration, a cluster, reports, files of the output, findings."""

BY_LARK = ("importlib.resources", "json", "tempfile", "unicodedata", "hashlib", "lark")
"""What the grammar of Calico's selectors needs, and nothing else does here."""

OF_FORMULAS = (
    *("pysat", "pysolvers", "npconv.semantics.endpoint_code", "npconv.semantics.flow_code", "npconv.semantics.gates"),
    *("npconv.semantics.mentions", "npconv.semantics.policy_code", "npconv.semantics.question"),
    *("npconv.semantics.shrink", "npconv.semantics.solver"),
)
"""What decides where normal forms do not."""

OF_TRANSLATIONS = (
    "npconv.linter",
    "npconv.diagnostics.render",
    "npconv.cli.linting",
    "difflib",
    "gzip",
    "decimal",
    "npconv.pipeline.check_idle",
    *OF_FORMULAS,
)
OF_LINT = ("npconv.cli.translate", "npconv.pipeline.convert", "npconv.pipeline.targets", "gzip", *OF_FORMULAS)

LIGHT = {"", "kinds", "profile", "lifted"}
"""The modules of a dialect that every run may import: which objects are its own, and what its engine is called."""

FEW = 9
"""How many modules of another dialect a run may import: a bound, to go down."""

MOST = 280
"""Modules of npconv that a run may import, each of which takes as long as reading ten policies: a bound, to go down."""


def _imported(folder: Path, script: str) -> list[str]:
    """The modules that a script imports; it ends well, or this fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NPCONV_")}
    environment["PYTHONPATH"] = str(Path(npconv.__file__).parents[1])  # this one, wherever another is installed
    said = f"import sys\n{script}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stderr.split()


def _below(modules: list[str], names: tuple[str, ...]) -> list[str]:
    return sorted(one for one in modules if one in names or one.startswith(tuple(f"{name}." for name in names)))


def _dialects(modules: list[str]) -> set[str]:
    """The dialects of which more was imported than what everybody needs, and the few that are asked for an engine."""
    parts = [one.split(".") for one in modules if one.startswith("npconv.dialects.") and "cluster" not in one]
    found = Counter(dialect for _, _, dialect, *rest in parts if ".".join(rest) not in LIGHT)
    return {dialect for dialect, count in found.items() if count > FEW}


@pytest.mark.parametrize(
    ("text", "command", "dialects"),
    [
        (KUBERNETES, "k8s-to-cilium", {"k8s", "cilium"}),
        (KUBERNETES, "k8s-to-calico", {"k8s", "calico"}),
        (CALICO, "calico-to-calico", {"calico"}),
        (CALICO, "calico-to-cilium", {"calico", "cilium"}),
        (CILIUM, "cilium-to-k8s", {"k8s", "cilium"}),
    ],
)
def test_a_translation_imports_its_own_dialects(text: str, command: str, dialects: set[str], tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(text, encoding="utf-8")
    run = f"from npconv.cli.main import run\nassert run(['{command}', 'web.yaml', '--quiet']) == 0"
    imported = _imported(tmp_path, run)
    assert _below(imported, (*NEVER, *OF_TRANSLATIONS, *(() if "calico" in dialects else BY_LARK))) == []
    assert _dialects(imported) <= dialects
    assert len([one for one in imported if one.startswith("npconv")]) <= MOST


def test_a_lint_imports_no_translation(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(KUBERNETES, encoding="utf-8")
    run = "from npconv.cli.main import run\nassert run(['lint', 'web.yaml', '--quiet']) == 0"
    imported = _imported(tmp_path, run)
    assert _below(imported, (*NEVER, *OF_LINT, "lark")) == []
    assert len([one for one in imported if one.startswith("npconv")]) <= MOST


def test_a_library_user_imports_what_is_called(tmp_path: Path) -> None:
    assert _below(_imported(tmp_path, "import npconv"), ("npconv",)) == ["npconv", "npconv.version"]
    imported = _imported(
        tmp_path, f"import npconv\nassert npconv.convert({KUBERNETES!r}, read='k8s', write='cilium').ok"
    )
    assert _below(imported, (*NEVER, *OF_TRANSLATIONS, *BY_LARK, "npconv.cli", "click")) == []
    assert _dialects(imported) <= {"k8s", "cilium"}


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    """`npconv.pattern` does that when it is used."""
    source = Path(npconv.__file__).parent
    compiling = [
        f"{path.relative_to(source)}:{number}"
        for path in source.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "re.compile(" in line and not line.startswith("        ") and "return" not in line and "`" not in line
    ]
    assert compiling == []
