"""One way only: what the contract of layers in `pyproject.toml` says, checked without its tool as well."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS: list[list[str]] = [
    [part.strip() for part in layer.split(":")]
    for one in CONTRACTS
    if one["type"] == "layers"
    for layer in one["layers"]
]
APART: list[list[str]] = [one["modules"] for one in CONTRACTS if one["type"] == "independence"]
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def imports(module: str) -> Iterator[str]:
    """Every module of npconv that a module imports, wherever in its text."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and inside(node.module, "npconv"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if inside(alias.name, "npconv"))


def layer(module: str) -> int | None:
    return next((number for number, parts in enumerate(LAYERS) if any(inside(module, one) for one in parts)), None)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down_only(module: str) -> None:
    mine = layer(module)
    if mine is None:
        return
    assert [one for one in imports(module) if (theirs := layer(one)) is not None and theirs < mine] == []


@pytest.mark.parametrize("module", MODULES)
def test_dialects_do_not_know_each_other(module: str) -> None:
    for group in APART:
        mine = [one for one in group if inside(module, one)]
        others = [one for one in group if one not in mine]
        if mine:
            assert [one for one in imports(module) if any(inside(one, other) for other in others)] == []


def test_every_package_has_a_layer() -> None:
    packages = {f"npconv.{path.name}" for path in (SOURCE / "npconv").iterdir() if (path / "__init__.py").is_file()}
    assert packages == {part.rpartition(".")[0] if part.count(".") > 1 else part for parts in LAYERS for part in parts}
