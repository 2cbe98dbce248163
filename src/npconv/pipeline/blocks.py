"""NetworkPolicies of a translation -> the `ipBlock`s of which Kubernetes leaves open whom in the cluster they match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.k8s.kinds import KIND
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import REMEMBERED
from npconv.lowering.addresses import NODES, PODS, AddressPlan, Relation
from npconv.pipeline.engines import Engine
from npconv.pipeline.targets import Made
from npconv.source import cidr

if TYPE_CHECKING:
    from npconv.dialects.k8s.model import NetworkPolicy


_MOST_LISTED: Final = 6
_PEERS: Final = (("ingress", "from"), ("egress", "to"))


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
    said = {one for made in written for one in _blocks(made.data)} if _is_any(target) else set()
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
    from npconv.dialects.k8s.model import IPBlock

    for rule in (*(policy.ingress or ()), *(policy.egress or ())):
        for peer in rule.peers or ():
            if isinstance(peer, IPBlock):
                yield _held(peer.cidr, peer.except_ or ())


def _blocks(data: Mapping[str, Any]) -> Iterator[Addresses]:
    """The blocks of a manifest: no other place of it holds any, and no other kind than NetworkPolicy."""
    spec = data.get("spec")
    if data.get("kind") != KIND or spec is None:
        return
    for direction, peers in _PEERS:
        for rule in spec.get(direction, ()):
            for peer in rule.get(peers, ()):
                block = peer.get("ipBlock")
                if block is not None:
                    yield _held(block["cidr"], tuple(block.get("except", ())))


@lru_cache(maxsize=REMEMBERED)
def _held(block: str, without: tuple[str, ...]) -> Addresses:
    return _addresses([block]) & ~_addresses(without)


def _addresses(cidrs: Iterable[str]) -> Addresses:
    """As the engines read them: what only old clusters accept has a usual form, too."""
    read = (cidr.lenient(one) for one in cidrs)
    return Addresses.of(cidr.usual_form(one) for one in read if one is not None)
