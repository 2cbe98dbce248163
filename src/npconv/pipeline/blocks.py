"""NetworkPolicies of a translation -> the `ipBlock`s of which Kubernetes leaves open whom in the cluster they match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.addresses import Addresses
from npconv.lowering.addresses import NODES, PODS, AddressPlan, Relation
from npconv.pipeline.engines import Engine
from npconv.pipeline.targets import Made
from npconv.source import cidr
from npconv.source.fields import Value

_MOST_LISTED: Final = 6


def asked_of(read: Iterable[NetworkPolicy], source: Engine) -> frozenset[Addresses]:
    """The blocks of a source that is any engine of Kubernetes."""
    return frozenset(one for policy in read for one in _read(policy)) if _is_any(source) else frozenset()


def of_blocks(
    asked: frozenset[Addresses], written: Iterable[Made], target: Engine, plan: AddressPlan
) -> Iterator[Diagnostic]:
    """That blocks match no pod and no node, where these may have such addresses and one side is any engine.

    `asked` are those of the source. Source: facts/k8s_np.md 5.4. Calico, Azure NPM and others match whoever has the
    address, Cilium never does.
    """
    said = {one for made in written for one in _blocks(dict(made.data))} if _is_any(target) else set()
    found, whose = (said - asked, "output") if _is_any(target) else (asked, "input")
    held = sorted(str(one) for one in found if _holds(plan, one))
    if held:
        more = len(held) - _MOST_LISTED
        listed = "; ".join(held[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
        yield Diagnostic(
            code=assumptions.BLOCKS,
            message=f"an `ipBlock` of the {whose} matches no pod and no node",
            notes=(f"pods or nodes may have such addresses: {listed}",),
            help="Kubernetes leaves that to its engine: where it matches them, name the engine (`calico`, `azure-npm`)",
        )


def _is_any(engine: Engine) -> bool:
    return isinstance(engine, KubernetesProfile | PolicyApiProfile)


def _holds(plan: AddressPlan, asked: Addresses) -> bool:
    return any(plan.relation(kinds, asked) is not Relation.APART for kinds in (PODS, NODES))


def _read(policy: NetworkPolicy) -> Iterator[Addresses]:
    for rule in (*(policy.ingress or ()), *(policy.egress or ())):
        for peer in rule.peers or ():
            if isinstance(peer, IPBlock):
                yield _addresses([peer.cidr]) & ~_addresses(peer.except_ or ())


def _blocks(value: Value) -> Iterator[Addresses]:
    match value:
        case Mapping():
            for key, one in value.items():
                if key == "ipBlock" and isinstance(one, Mapping):
                    excepted = one.get("except")
                    inner = excepted if isinstance(excepted, list) else []
                    yield _addresses([one["cidr"]]) & ~_addresses(inner)
                else:
                    yield from _blocks(one)
        case list():
            for one in value:
                yield from _blocks(one)
        case _:
            return


def _addresses(cidrs: Iterable[Value]) -> Addresses:
    """As the engines read them: what only old clusters accept has a usual form, too."""
    read = (cidr.lenient(one) for one in cidrs if isinstance(one, str))
    return Addresses.of(cidr.usual_form(one) for one in read if one is not None)
