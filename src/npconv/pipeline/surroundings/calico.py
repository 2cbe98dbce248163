"""ClusterInformation, Installation, FelixConfiguration and calico-node -> the Calico of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.calico.profile import VERSIONS
from npconv.pipeline.surroundings.model import Installed, Setting
from npconv.pipeline.surroundings.objects import Objects, containers, text
from npconv.pipeline.surroundings.versions import image_release, nearest, release
from npconv.source.document import Document

GROUPS: Final = ("projectcalico.org", "crd.projectcalico.org")

_NATIVE: Final = "networkpolicies.projectcalico.org"
_NATIVE_SINCE: Final = (3, 32)


def calico(objects: Objects) -> Installed | None:
    """The Calico that runs there; None if nothing says that one does."""
    agent = next(iter(objects.named("DaemonSet", "calico-node")), None)
    information = next(iter(objects.of("ClusterInformation", *GROUPS)), None)
    installation = next(iter(objects.of("Installation", "operator.tigera.io")), None)
    evidence = agent or information or installation
    if evidence is None:
        return None
    version, said, found = "", list[Diagnostic](), None
    for document, read in (
        (information, release(text(information, "spec", "calicoVersion")) if information else None),
        (agent, image_release(agent, "calico-node") if agent else None),
        (installation, release(text(installation, "status", "calicoVersion")) if installation else None),
    ):
        if document is not None and read is not None:
            version, remarks = nearest(read, VERSIONS, "Calico", document)
            said += remarks
            found = read
            break
    settings = [*_felix(agent, objects.of("FelixConfiguration", *GROUPS), said)]
    native = next(iter(objects.named("CustomResourceDefinition", _NATIVE)), None)
    if native is not None and found is not None and found >= _NATIVE_SINCE:
        settings.append(Setting(key="applied-by", value="native-crd", origin=native.origin))
    return Installed(
        engine="calico", origin=evidence.origin, version=version, settings=tuple(settings), said=tuple(said)
    )


def _felix(agent: Document | None, felix: list[Document], said: list[Diagnostic]) -> Iterator[Setting]:
    """What Felix is told: by its environment first, then by its node's object, then by the one called `default`.

    Sources: Calico's reference, "Configuring Felix"; felix/config/config_params.go (`DefaultEndpointToHostAction` is
    DROP, `PolicySyncPathPrefix` empty).
    """
    default = next((one for one in felix if one.name == "default"), None)
    for key, field, variable in (
        ("endpoint-to-host", "defaultEndpointToHostAction", "FELIX_DEFAULTENDPOINTTOHOSTACTION"),
        ("http", "policySyncPathPrefix", "FELIX_POLICYSYNCPATHPREFIX"),
    ):
        by_environment = _variable(agent, variable) if agent is not None else ""
        by_object = text(default, "spec", field) if default is not None else ""
        if not by_environment:
            said += _per_node(felix, field, by_object)
        origin = agent if by_environment else default
        if origin is None or not (by_environment or by_object or agent is not None):
            continue  # where one of the two was not read, the lack of a value says nothing
        value = by_environment or by_object
        if key == "http" and not value:
            yield Setting(key=key, value="ignored", origin=origin.origin)
        elif key == "endpoint-to-host" and value.lower() not in ("accept", "return"):
            yield Setting(key=key, value="drop", origin=origin.origin)


def _variable(agent: Document, name: str) -> str:
    for container in containers(agent):
        given = container.get("env")
        for one in given if isinstance(given, list) else ():
            if isinstance(one, dict) and one.get("name") == name and isinstance(one.get("value"), str):
                return str(one["value"])
    return ""


def _per_node(felix: list[Document], field: str, default: str) -> Iterator[Diagnostic]:
    for one in felix:
        value = text(one, "spec", field)
        if one.name.startswith("node.") and value and value.lower() != default.lower():
            yield Diagnostic(
                code=codes.PER_NODE,
                origin=one.origin.at("spec", field),
                message=f"`{field}` of node `{one.name.removeprefix('node.')}` is another than that of the cluster",
                notes=("policies are read as all other nodes enforce them",),
            )
