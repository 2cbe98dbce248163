"""Objects of `projectcalico.org/v3` -> an API server behind the API server, in the place of Calico's own, and its end.

It shows what it is given and knows no rights: what matters is what kubectl and the API server make of it, and of its
absence.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import yaml
from server import Server

GROUP: Final = "projectcalico.org"
NAME: Final = f"v3.{GROUP}"
_KINDS: Final = {
    "tiers": ("Tier", False),
    "networkpolicies": ("NetworkPolicy", True),
    "globalnetworkpolicies": ("GlobalNetworkPolicy", False),
}


@contextmanager
def shown(server: Server, objects: Path, work: Path) -> Iterator[None]:
    """Have an API server of ours show these objects; at the end it is gone, and still registered."""
    key, certificate = work / "shown.key", work / "shown.crt"
    subject = ("-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1")
    subprocess.run(
        ["openssl", "req", *subject, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    documents = list(yaml.safe_load_all(objects.read_text()))
    own = ThreadingHTTPServer(("127.0.0.1", 0), _handler(documents))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    own.socket = context.wrap_socket(own.socket, server_side=True)
    threading.Thread(target=own.serve_forever, daemon=True).start()
    try:
        server.kubectl("apply", "--filename=-", text=_registration(own.server_address[1]))
        server.kubectl("wait", "--for=condition=Available", "--timeout=60s", f"apiservice/{NAME}")
        yield
    finally:
        own.shutdown()
        own.server_close()
        server.kubectl("wait", "--for=condition=Available=False", "--timeout=120s", f"apiservice/{NAME}")


def _registration(port: int) -> str:
    """A name that leads to this machine, and a group that is asked for there."""
    service = {"namespace": "default", "name": "calico-api", "port": port}
    return yaml.safe_dump_all(
        [
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "calico-api", "namespace": "default"},
                "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
            },
            {
                "apiVersion": "apiregistration.k8s.io/v1",
                "kind": "APIService",
                "metadata": {"name": NAME},
                "spec": {
                    "group": GROUP,
                    "version": "v3",
                    "groupPriorityMinimum": 1500,
                    "versionPriority": 200,
                    "insecureSkipTLSVerify": True,
                    "service": service,
                },
            },
        ]
    )


def _handler(documents: Iterable[dict[str, Any]]) -> type[BaseHTTPRequestHandler]:
    several = list(documents)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = _answer(self.path.partition("?")[0].rstrip("/"), several)
            body = json.dumps(
                found or {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}
            ).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nobody reads it."""

    return Handler


def _answer(path: str, documents: list[dict[str, Any]]) -> dict[str, Any] | None:
    if path == f"/apis/{GROUP}/v3":
        resources = [
            {
                "name": plural,
                "singularName": kind.lower(),
                "namespaced": namespaced,
                "kind": kind,
                "verbs": ["get", "list"],
            }
            for plural, (kind, namespaced) in _KINDS.items()
        ]
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{GROUP}/v3", "resources": resources}
    plural = path.rpartition("/")[2]
    if plural not in _KINDS:
        return None
    kind, _ = _KINDS[plural]
    items = [one for one in documents if one["kind"] == kind]
    return {"kind": f"{kind}List", "apiVersion": f"{GROUP}/v3", "metadata": {"resourceVersion": "1"}, "items": items}
