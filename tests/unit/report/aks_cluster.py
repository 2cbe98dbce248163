"""Reports on small AKS clusters, from their objects as text."""

from __future__ import annotations

from npconv.dialects.azure_npm.profile import parse_profile as npm_profile
from npconv.dialects.cilium.profile import parse_target
from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.pipeline.convert import convert
from npconv.pipeline.meaning import Meaning, meaning
from npconv.pipeline.model import Options
from npconv.report.aks import AksReport, Certainty, Item, assess
from npconv.source import load

NPM = "azure-npm=linux"
CILIUM = "cilium=1.18,platform=aks"

NODES = """
apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {kubernetes.io/os: linux}}
status: {addresses: [{type: InternalIP, address: 10.1.0.4}]}
---
apiVersion: v1
kind: Node
metadata: {name: node-2, labels: {kubernetes.io/os: linux}}
status: {addresses: [{type: InternalIP, address: 10.1.0.5}]}
"""

WEB_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web, tier: front}}
spec: {nodeName: node-1, containers: [{name: c, ports: [{name: https, containerPort: 8443}]}]}
status: {phase: Running, podIP: 10.244.0.10}
"""

WEB_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 443, targetPort: 8443}]}
"""

CLUSTER = "---".join((NODES, WEB_POD, WEB_SERVICE))


def policy(spec: str, name: str = "p", namespace: str = "shop") -> str:
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    )


def read(*texts: str, source: str = NPM) -> Meaning:
    return meaning(load.parse("\n---\n".join(texts), "cluster.yaml"), npm_profile(source))


def report(*texts: str, source: str = NPM, target: str = CILIUM, **known: object) -> AksReport:
    """The report on some objects, with npconv's own output for the repairs."""
    loaded = load.parse("\n---\n".join(texts), "cluster.yaml")
    engine, profile = npm_profile(source), parse_target(target)
    result = convert(loaded, Options(source=engine, target=profile, check_seconds=0))
    return assess(meaning(loaded, engine), profile, conversion=result, **known)  # type: ignore[arg-type]


def found(made: AksReport, code: str) -> tuple[Item, ...]:
    step = made.step(code)
    return () if step is None else step.items


def certain(made: AksReport, code: str) -> tuple[Item, ...]:
    return tuple(one for one in found(made, code) if one.certainty is Certainty.CERTAIN)


def codes(made: AksReport) -> list[str]:
    """The steps that are about objects."""
    return [step.code for step in made.steps if step.items]


def stored(text: str) -> NetworkPolicy:
    (one,) = read(text).found.kubernetes
    return with_defaults(one)
