"""What others print goes into npconv as it is: helm, kustomize in kubectl, and kubectl get from an API server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

SCRIPTS = Path(sys.executable).parent
STORED = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "uid": "5a3b1f0c-0000-4000-8000-000000000001",
        "resourceVersion": "4711",
        "generation": 2,
        "creationTimestamp": "2026-01-02T03:04:05Z",
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}\n"},
        "managedFields": [{"manager": "kubectl", "operation": "Update", "apiVersion": "networking.k8s.io/v1"}],
    },
    "spec": {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "proxy"}}}], "ports": [{"port": 8080}]}],
    },
}
"""As an API server stores it: with what nobody wrote."""

NETWORKING = {"groupVersion": "networking.k8s.io/v1", "version": "v1"}
ANSWERS: dict[str, Any] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [{"name": "networking.k8s.io", "versions": [NETWORKING], "preferredVersion": NETWORKING}],
    },
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": []},
    "/apis/networking.k8s.io/v1": {
        "kind": "APIResourceList",
        "groupVersion": "networking.k8s.io/v1",
        "resources": [
            {
                "name": "networkpolicies",
                "singularName": "networkpolicy",
                "namespaced": True,
                "kind": "NetworkPolicy",
                "verbs": ["get", "list"],
                "shortNames": ["netpol"],
            }
        ],
    },
    "/apis/networking.k8s.io/v1/networkpolicies": {
        "kind": "NetworkPolicyList",
        "apiVersion": "networking.k8s.io/v1",
        "metadata": {"resourceVersion": "4712"},
        "items": [{key: value for key, value in STORED.items() if key not in {"kind", "apiVersion"}}],
    },
}


class Server(BaseHTTPRequestHandler):
    """As much of an API server as `kubectl get networkpolicies` asks."""

    def do_GET(self) -> None:
        answer = ANSWERS.get(self.path.partition("?")[0])
        body = json.dumps(answer or {"kind": "Status", "status": "Failure", "code": 404}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def piped(line: str, folder: Path, *needs: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in a folder."""
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    for program in ("bash", *needs):
        if shutil.which(program, path=path) is None:
            pytest.skip(f"needs {program}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NPCONV_")}
    env = kept | {"PATH": path, "HOME": str(folder), "KUBECONFIG": os.devnull, "NO_COLOR": "1", "NPCONV_CACHE": "off"}
    command = ["bash", "-o", "pipefail", "-c", line]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_kubectl_get(server: str, tmp_path: Path) -> None:
    """The list that kubectl prints, and nothing of what only the API server knows."""
    line = f"kubectl --server {server} get networkpolicies -A -o yaml | npconv k8s-to-cilium -"
    done = piped(line, tmp_path, "kubectl")
    assert done.returncode == 0, done.stderr
    (policy,) = yaml.safe_load_all(done.stdout)
    assert policy["metadata"] == {"name": "web", "namespace": "shop"}
    assert policy["spec"]["endpointSelector"] == {"matchLabels": {"k8s:app": "web"}}


def test_kubectl_get_as_a_plugin_with_json(server: str, tmp_path: Path) -> None:
    line = f"kubectl --server {server} get netpol -A -o json | kubectl npconv k8s-to-calico - -o json"
    done = piped(line, tmp_path, "kubectl", "kubectl-npconv")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["spec"]["selector"] == "app == 'web'"


def test_an_empty_cluster_is_no_policy(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ANSWERS["/apis/networking.k8s.io/v1/networkpolicies"] | {"items": []}
    monkeypatch.setitem(ANSWERS, "/apis/networking.k8s.io/v1/networkpolicies", nothing)
    line = f"kubectl --server {server} get networkpolicies -A -o yaml | npconv k8s-to-cilium -"
    done = piped(line, tmp_path, "kubectl")
    assert (done.returncode, done.stdout) == (3, "")


KUSTOMIZATION = """\
namespace: shop-prod
namePrefix: prod-
resources: [web.yaml, deployment.yaml]
patches:
  - target: {kind: NetworkPolicy}
    patch: '[{"op": "replace", "path": "/spec/ingress/0/ports/0/port", "value": 8443}]'
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
"""


def test_kustomize(tmp_path: Path) -> None:
    bare = STORED | {"metadata": {"name": "web", "namespace": "shop"}}
    (tmp_path / "web.yaml").write_text(yaml.safe_dump(bare))
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "kustomization.yaml").write_text(KUSTOMIZATION)
    done = piped("kubectl kustomize . | npconv k8s-to-cilium -", tmp_path, "kubectl")
    assert done.returncode == 0, done.stderr
    (policy,) = yaml.safe_load_all(done.stdout)
    assert policy["metadata"] == {"name": "prod-web", "namespace": "shop-prod"}
    assert policy["spec"]["ingress"][0]["toPorts"][0]["ports"][0]["port"] == "8443"


TEMPLATE = """\
{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .Release.Name }}-web
  namespace: {{ .Release.Namespace }}
  labels: {app.kubernetes.io/managed-by: {{ .Release.Service }}}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - ports: [{port: {{ .Values.port }}}]
{{- end }}
"""
RENDERED = """\
---
# Source: shop/templates/web.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prod-web
  namespace: shop
  labels: {app.kubernetes.io/managed-by: Helm}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - ports: [{port: 8080}]
"""


def test_helm(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text("networkPolicy: {enabled: true}\nport: 8080\n")
    (chart / "templates" / "web.yaml").write_text(TEMPLATE)
    line = "helm template prod chart -n shop | tee rendered | npconv k8s-to-calico - && cat rendered >&2"
    done = piped(line, tmp_path, "helm")
    assert done.returncode == 0, done.stderr
    assert RENDERED in done.stderr  # what the next test says that helm prints
    (policy,) = yaml.safe_load_all(done.stdout)
    assert (policy["metadata"]["name"], policy["spec"]["ingress"][0]["destination"]) == ("prod-web", {"ports": [8080]})


def test_what_helm_prints(tmp_path: Path) -> None:
    """The same where there is no helm."""
    (tmp_path / "rendered").write_text(RENDERED)
    done = piped("npconv k8s-to-calico - < rendered", tmp_path)
    assert done.returncode == 0, done.stderr
    (policy,) = yaml.safe_load_all(done.stdout)
    assert policy["metadata"] == {"name": "prod-web", "namespace": "shop"}


def test_a_template_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(TEMPLATE)
    done = piped("npconv k8s-to-calico web.yaml", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[NPC113]" in done.stderr
    assert "helm template" in done.stderr
