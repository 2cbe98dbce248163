"""An engine -> the program that judges for it, its options, and what it is no judge of. Builds and asks them."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.pipeline.engines import Engine
from npconv.semantics.flow import Flow
from npconv.semantics.meaning import ANY_KIND, EngineMeaning

HERE = Path(__file__).resolve().parents[2] / "conformance"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "crds"
POLICY_KINDS: Mapping[str, tuple[str, ...]] = {
    "calico": (
        "NetworkPolicy",
        "GlobalNetworkPolicy",
        "Tier",
        "NetworkSet",
        "GlobalNetworkSet",
        "HostEndpoint",
        "ClusterNetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
    ),
    "cilium": ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup", "NetworkPolicy"),
    "policyapi": ("NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"),
}


CALICO = "calico-3.28"
"""Asked for every release: the newest that can be had as a Go module (conformance/README.md)."""
BUILTIN_TIERS = (("kube-admin", 1_000), ("kube-baseline", 10_000_000))
"""The tiers of Calico 3.31 and later (facts/calico.md 4.2)."""


class _ByAddress:
    """kube-network-policies matches an `ipBlock` by address, whoever has it; the API leaves that open."""

    @property
    def meaning(self) -> EngineMeaning:
        return replace(super().meaning, block_kinds=ANY_KIND, zero_block_kinds=ANY_KIND)  # type: ignore[misc]


class KubernetesByAddress(_ByAddress, KubernetesProfile):
    """NetworkPolicies as kube-network-policies reads them."""


class PolicyApiByAddress(_ByAddress, PolicyApiProfile):
    """The policy API as kube-network-policies reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referee:
    """A program of `conformance/`, how it is asked for one engine, and the engine that it is."""

    program: str
    engine: Engine
    options: Mapping[str, Any]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of document that it is given."""
        base = self.program.partition("-")[0]
        found = POLICY_KINDS[base]
        if isinstance(self.engine, CiliumProfile) and self.engine.k8s_cluster_network_policy:
            found = (*found, "ClusterNetworkPolicy")
        return found

    @property
    def builtin(self) -> tuple[Mapping[str, Any], ...]:
        """What the engine has of its own: tiers that the release which is asked does not make by itself."""
        if not isinstance(self.engine, CalicoProfile):
            return ()
        return tuple(
            {
                "apiVersion": "projectcalico.org/v3",
                "kind": "Tier",
                "metadata": {"name": name},
                "spec": {"order": order, "defaultAction": "Pass"},
            }
            for name, order in BUILTIN_TIERS
        )

    def judges(self, flow: Flow, named: frozenset[int]) -> bool:
        """Whether the program can know, and means what npconv does. `named` are the numbers that pods give names.

        Between a pod and its own node Felix and others have rules of the datapath. Up to Cilium 1.19, names of ports on
        egress are one table for the whole cluster (docs/engines.md).
        """
        if self.program == "cilium-1.18" and flow.direction is Direction.EGRESS and flow.port in named:
            return False
        if flow.peer.kind is not Kind.HOST or self.program.startswith("cilium"):
            return True
        drops = isinstance(self.engine, CalicoProfile) and self.engine.endpoint_to_host == "drop"
        return flow.direction is Direction.EGRESS and not drops


def referee_of(engine: Engine) -> Referee | None:
    """Who judges for an engine; None: nobody (Azure NPM)."""
    match engine:
        case CiliumProfile() if not engine.non_default_deny or engine.labels or not engine.icmp_rules:
            return None  # flags that the program does not take
        case CiliumProfile():
            program = "cilium-1.20" if engine.version >= (1, 19) else "cilium-1.18"
            return Referee(program=program, engine=engine, options=_cilium(engine))
        case CalicoProfile():
            return Referee(program=CALICO, engine=engine, options={})
        case PolicyApiProfile():
            return Referee(program="policyapi", engine=PolicyApiByAddress(channel=engine.channel), options={})
        case KubernetesProfile():
            return Referee(program="policyapi", engine=KubernetesByAddress(), options={})
        case _:
            return None


def _cilium(engine: CiliumProfile) -> dict[str, Any]:
    return {
        "enforcement": engine.enforcement.value,
        "allowLocalhost": engine.allow_localhost.value,
        "hostFirewall": engine.host_firewall,
        "extendedProtocols": engine.extended_protocols,
        "nodeSelectors": engine.node_selector_labels,
        "cidrMatch": sorted(one.value for one in engine.cidr_match),
        "ipv6": True,
        "defaultLocalCluster": engine.scopes_to_local_cluster,
        "clusterName": engine.cluster_name,
    }


def is_built(program: str) -> bool:
    """Whether the program is there to be asked."""
    return (HERE / "bin" / program).exists()


def channel_of(engine: Engine) -> str:
    """The channel of the policy API that an engine has."""
    return engine.channel.value if isinstance(engine, PolicyApiProfile) else "experimental"


def ask(program: str, lines: Iterable[Mapping[str, Any]], arguments: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Ask a program, which stays running, and get its answers in the order of the questions."""
    running = _started(program, tuple(arguments))
    assert running.stdin is not None
    assert running.stdout is not None
    found = []
    for number, line in enumerate(lines):
        running.stdin.write(f"{json.dumps({'id': number, **line})}\n")
        running.stdin.flush()
        answer = running.stdout.readline()
        if not answer:
            raise RuntimeError(f"{program} ended at {json.dumps(line)[:2000]}")
        found.append(json.loads(answer))
    return found


def versions(programs: Iterable[str]) -> dict[str, dict[str, str]]:
    """What each program was built from."""
    found = {}
    for program in programs:
        (answer,) = ask(program, [{"op": "version"}], crds() if program == "kubernetes" else ())
        found[program] = answer.get("modules") or {str(answer["engine"]): str(answer["version"])}
    return found


@cache
def _started(program: str, arguments: tuple[str, ...]) -> subprocess.Popen[str]:
    running = subprocess.Popen(
        [HERE / "bin" / program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(running.kill)
    return running


@cache
def crds(channel: str = "experimental") -> tuple[str, ...]:
    """The engines' CRDs: of the modules of Cilium and of the policy API where they were built, else of ../shared.

    `channel` is that of ClusterNetworkPolicy.
    """
    return tuple(str(path) for path in _crds(channel))


def _crds(channel: str) -> Iterator[Path]:
    cilium, api = _module("cilium", "github.com/cilium/cilium"), _module(".", "sigs.k8s.io/network-policy-api")
    if cilium is not None:
        yield from sorted((cilium / "pkg/k8s/apis/cilium.io/client/crds/v2").glob("*.yaml"))
    else:
        yield from sorted((SHARED / "cilium").glob("*.json"))
    if api is not None:
        yield from sorted((api / "config/crd" / channel).glob("*networkpolicies.yaml"))
    yield from sorted((SHARED / "policy-api").glob("*adminnetworkpolicies-experimental.yaml"))
    if api is None:
        yield SHARED / "policy-api" / f"clusternetworkpolicies-{channel}.yaml"
    for folder in ("calico-v1", "calico-v3"):
        yield from sorted((SHARED / folder).glob("*.yaml"))


def _module(folder: str, path: str) -> Path | None:
    """Where the Go command keeps the sources of a module, if it has them."""
    go = shutil.which("go")
    if go is None:
        return None
    done = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", path],
        cwd=HERE / folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off"},
    )
    found = Path(done.stdout.strip() or "/nonexistent")
    return found if found.is_dir() else None
