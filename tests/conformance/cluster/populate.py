"""A server and the objects beside this file -> a cluster to read: kinds, objects, and what a kubelet would report."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import yaml
from server import Server

OBJECTS: Final = Path(__file__).parent / "objects"
_TRIES: Final = 20


def install(server: Server, crds: Iterable[Path]) -> None:
    """Install kinds, and wait until they are served."""
    names = []
    for file in crds:
        server.kubectl("create", f"--filename={file}")
        names.append(f"customresourcedefinition/{yaml.safe_load(file.read_text())['metadata']['name']}")
    if names:
        server.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)


def fill(server: Server, name: str) -> None:
    """Create the objects of a file, and set the status of those that have one."""
    text = (OBJECTS / f"{name}.yaml").read_text()
    for attempt in range(_TRIES):
        try:
            server.kubectl("apply", "--filename=-", text=text)
            break
        except RuntimeError:  # a kind that was just installed is not in the server's list yet
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.5)
    for document in yaml.safe_load_all(text):
        if "status" in document and document["apiVersion"] == "v1":
            metadata = document["metadata"]
            there = [f"--namespace={metadata['namespace']}"] if "namespace" in metadata else []
            patch = json.dumps({"status": document["status"]})
            kind = document["kind"].lower()
            server.kubectl(
                "patch", kind, metadata["name"], *there, "--subresource=status", "--type=merge", f"--patch={patch}"
            )
