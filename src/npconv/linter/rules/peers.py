"""`- namespaceSelector:` followed by `- podSelector:` as two peers, where one was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.diagnostic import Label
from npconv.diagnostics.origin import Origin
from npconv.dialects.k8s import placed
from npconv.dialects.k8s.model import Peer, SelectorPeer
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """A peer of namespaces, and right behind it the only other peer, of pods."""
    for policy in context.found.kubernetes:
        for rule in placed.rules(policy):
            yield from _of_peers(list(rule.peers()))


def _of_peers(peers: Sequence[tuple[Peer, Origin | None]]) -> Iterator[Finding]:
    if len(peers) != 2:
        return
    for (one, first), (other, second) in pairwise(peers):
        match one, other:
            case (
                SelectorPeer(pod_selector=None, namespace_selector=namespaces),
                SelectorPeer(pod_selector=pods, namespace_selector=None),
            ) if namespaces is not None and pods is not None:
                if namespaces.selects_all or pods.selects_all or second is None:
                    continue
                yield finding(
                    codes.OR_FOR_AND,
                    second,
                    "every pod of these namespaces is a peer, and these pods of the policy's own namespace",
                    label="of the policy's own namespace",
                    also=() if first is None else (Label(origin=first, text="all pods of these namespaces"),),
                    help="leave out the `-` before `podSelector` if both must hold; else write this peer first",
                )
            case _:
                continue


RULES: Final = (Rule(codes=(codes.OR_FOR_AND,), check=of_kubernetes),)
