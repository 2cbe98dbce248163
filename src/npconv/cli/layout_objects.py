"""Objects of the output -> files by what the objects are, wherever they came from: by namespace, flat, kustomize."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from npconv.source.write import write_yaml

if TYPE_CHECKING:
    from npconv.pipeline.model import Output

CLUSTER: Final = "_cluster"
"""What stands for the namespace of objects that have none. No namespace can be called so."""

KUSTOMIZATION: Final = "kustomization.yaml"
_LONGEST: Final = 200
"""Of a file's name, in characters: most file systems take 255 bytes."""


def by_namespace(outputs: Sequence[Output], suffix: str) -> dict[PurePath, list[Output]]:
    """A file for each namespace."""
    found: dict[PurePath, list[Output]] = {}
    for one in outputs:
        found.setdefault(PurePath(_namespace(one) + suffix), []).append(one)
    return found


def flat(outputs: Sequence[Output], suffix: str) -> dict[PurePath, list[Output]]:
    """A file for each object: `ciliumnetworkpolicy.shop.web.yaml`."""
    shared = _shared_kinds(outputs)
    return {PurePath(_named(one, shared, namespace=True) + suffix): [one] for one in outputs}


def kustomize(outputs: Sequence[Output], suffix: str) -> dict[PurePath, list[Output]]:
    """A folder for each namespace, in it a file for each object; `kustomizations` lists them."""
    shared = _shared_kinds(outputs)
    return {PurePath(_namespace(one), _named(one, shared, namespace=False) + suffix): [one] for one in outputs}


def kustomizations(files: Sequence[PurePath]) -> dict[PurePath, str]:
    """The `kustomization.yaml` of each folder, and of them all: with either Flux and Argo CD apply what is below."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folders.setdefault(path.parts[0], []).append(path.name)
    texts = {PurePath(folder, KUSTOMIZATION): _kustomization(names) for folder, names in folders.items()}
    return {**texts, PurePath(KUSTOMIZATION): _kustomization(sorted(folders))}


def _kustomization(resources: Sequence[str]) -> str:
    return write_yaml(
        [
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "resources": list(resources),
            }
        ]
    )


def _namespace(one: Output) -> str:
    return _metadata(one).get("namespace") or CLUSTER


def _metadata(one: Output) -> Mapping[str, str]:
    found = one.data.get("metadata")
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _shared_kinds(outputs: Sequence[Output]) -> frozenset[str]:
    """Kinds of the same name in several API groups, such as Kubernetes' and Calico's NetworkPolicy."""
    pairs = {(str(one.data["kind"]), _group(one)) for one in outputs}
    count = Counter(kind for kind, _ in pairs)
    return frozenset(kind for kind, number in count.items() if number > 1)


def _group(one: Output) -> str:
    return str(one.data["apiVersion"]).rpartition("/")[0]


def _named(one: Output, shared: frozenset[str], *, namespace: bool) -> str:
    """Neither kinds nor namespaces have a dot, so that no two objects share a name."""
    kind, metadata = str(one.data["kind"]), _metadata(one)
    parts = [kind.lower(), *([_group(one)] if kind in shared else [])]
    parts += [metadata["namespace"]] if namespace and metadata.get("namespace") else []
    text = ".".join([*parts, metadata["name"]])
    if len(text) <= _LONGEST:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: _LONGEST - 9]}-{mark}"
