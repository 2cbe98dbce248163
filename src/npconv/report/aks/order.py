"""The steps that are about objects, in the order in which they are done: when, what they are called, who says so.

What stands in the way comes first; then what needs a decision; then what opens, before what closes. After the change
the own node and its DNS come first, since pods cannot work without.
"""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import aks as codes
from npconv.report.aks.model import When
from npconv.report.aks.process import DATAPLANE, GUIDE

_AKS: Final = "learn.microsoft.com/azure/aks: "


@dataclass(frozen=True, slots=True)
class Row:
    """A step."""

    code: Code
    when: When
    title: str
    source: str


ORDER: Final = (
    Row(codes.WINDOWS, When.BEFORE, "Remove the Windows pools", DATAPLANE),
    Row(codes.DROPPED, When.BEFORE, "Decide about policies that Azure NPM drops", _AKS + "use-network-policies"),
    Row(codes.SERVICE, When.BEFORE, "Open services that answer although policies isolate their pods", GUIDE),
    Row(
        codes.FORWARDED,
        When.BEFORE,
        "Open services to what other nodes forward",
        "docs.cilium.io: security/policy/caveats",
    ),
    Row(codes.HOST_PORT, When.BEFORE, "Try the ports of nodes that lead to pods", GUIDE),
    Row(codes.BLOCK_PODS, When.BEFORE, "Name the pods that ipBlocks cover", GUIDE),
    Row(codes.NAMED_PORT, When.BEFORE, "Write numbers for port names that are not unique", "cilium/cilium#30003"),
    Row(codes.PORT_RANGE, When.BEFORE, "List the ports of ranges", GUIDE),
    Row(codes.UNDECLARED, When.BEFORE, "Remove rules of directions that are not listed", "cilium/cilium#48703"),
    Row(codes.IGNORED_LABEL, When.BEFORE, "Select by labels that Cilium knows", DATAPLANE),
    Row(
        codes.LEAK,
        When.BEFORE,
        "Close what Azure NPM lets through by mistake",
        "Azure/azure-container-networking#4866, #4868",
    ),
    Row(codes.INIT_PORT, When.BEFORE, "Look at port names of init containers", "kubernetes/kubernetes#125285"),
    Row(codes.SCTP, When.BEFORE, "Find out whether SCTP is on", DATAPLANE),
    Row(codes.PRESENT, When.BEFORE, "Decide about objects of Cilium's that are there", DATAPLANE),
    Row(codes.MANAGED, When.BEFORE, "Know which policies Azure manages", _AKS + "concepts-managed-namespaces"),
    Row(codes.OWN_NODE, When.AFTER, "Let pods reach their own node", GUIDE),
    Row(codes.LOCAL_DNS, When.AFTER, "Let pods reach the DNS server on their node", DATAPLANE),
    Row(codes.BLOCK_NODES, When.AFTER, "Name the nodes that ipBlocks cover", GUIDE),
    Row(codes.IPV6, When.AFTER, "Expect IPv6 to be judged", _AKS + "use-network-policies"),
    Row(
        codes.ACNS,
        When.AFTER,
        "Switch on Advanced Container Networking Services",
        _AKS + "advanced-container-networking-services-overview",
    ),
    Row(codes.OTHER, When.AFTER, "Look at what else changes", "npconv"),
)
