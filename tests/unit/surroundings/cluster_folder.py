"""Objects as data -> a folder as `npconv snapshot` writes it, and what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from npconv.pipeline.surroundings.gather import surroundings
from npconv.pipeline.surroundings.model import Surroundings

Data = dict[str, Any]


def known(folder: Path, *objects: Data, server: str = "v1.33.4", **manifest: object) -> Surroundings:
    """What a folder with these objects says."""
    taken = {"apiVersion": "npconv/v1", "kind": "Snapshot", "server": server, **manifest}
    (folder / "objects.yaml").write_text(yaml.safe_dump_all([taken, *objects]), "utf-8")
    return surroundings([str(folder)])


def thing(kind: str, name: str, api: str = "v1", namespace: str = "", **fields: object) -> Data:
    """An object."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    labels = fields.pop("labels", None)
    annotations = fields.pop("annotations", None)
    metadata |= {"labels": labels} if labels else {}
    metadata |= {"annotations": annotations} if annotations else {}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def node(name: str = "a", *, cidrs: tuple[str, ...] = (), **labels: str) -> Data:
    """A node; `_` of labels for what no Python name may have."""
    named = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    address = [{"type": "InternalIP", "address": "10.1.0.4"}]
    return thing("Node", name, labels=named, spec={"podCIDRs": list(cidrs)}, status={"addresses": address})


def pod(name: str = "web", ip: str = "10.244.0.7", *more: str) -> Data:
    """A pod of the namespace `shop` that runs."""
    ips = [{"ip": one} for one in (ip, *more)]
    return thing(
        "Pod", name, namespace="shop", labels={"app": name}, spec={}, status={"phase": "Running", "podIPs": ips}
    )


def agent(name: str, container: str, image: str, **env: str) -> Data:
    """A DaemonSet of an engine."""
    variables = [{"name": key, "value": value} for key, value in env.items()]
    spec = {"template": {"spec": {"containers": [{"name": container, "image": image, "env": variables}]}}}
    return thing("DaemonSet", name, "apps/v1", "kube-system", spec=spec)


def config(**data: str) -> Data:
    """cilium-config; `_` for `-`."""
    return thing(
        "ConfigMap",
        "cilium-config",
        namespace="kube-system",
        data={key.replace("_", "-"): value for key, value in data.items()},
    )


def pool(cidr: str, **spec: object) -> Data:
    """One of Calico's IP pools."""
    return thing("IPPool", cidr.replace("/", "-"), "crd.projectcalico.org/v1", spec={"cidr": cidr, **spec})
