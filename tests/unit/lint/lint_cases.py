"""Policies in a few words, for tests of lint rules."""

from __future__ import annotations

from textwrap import indent

from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.read import read as read_cluster
from npconv.linter import Linted, LintOptions, lint
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.read import wanted
from npconv.source.load import parse

_HEADS = {
    "k8s": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy",
    "np": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy",
    "gnp": "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy",
    "cnp": "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy",
    "ccnp": "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy",
}


def policy(kind: str, spec: str, name: str = "web") -> str:
    """A policy of a kind of `_HEADS`; namespaced ones are in `shop`."""
    place = "" if kind in ("gnp", "ccnp") else ", namespace: shop"
    return f"{_HEADS[kind]}\nmetadata: {{name: {name}{place}}}\nspec:\n{indent(spec.strip(chr(10)), '  ')}\n"


def linted(*texts: str, engine: str = "", cluster: str = "", partial: bool = False, select: str = "") -> Linted:
    """What lint says of some documents."""
    return lint(
        parse("---\n".join(texts), "p.yaml", wanted=wanted),
        LintOptions(
            engine=parse_engine(engine) if engine else None,
            cluster=known(cluster) if cluster else None,
            partial=partial,
            select=frozenset(select.split()),
        ),
    )


def known(text: str) -> Cluster:
    """A cluster from its objects."""
    found, said = read_cluster(parse(text, "cluster.yaml").documents)
    assert not [one for one in said if one.is_error]
    return found


def codes(*texts: str, engine: str = "", cluster: str = "", partial: bool = False) -> list[str]:
    """The codes that lint gives, sorted."""
    found = linted(*texts, engine=engine, cluster=cluster, partial=partial)
    return sorted(one.code.id for one in found.diagnostics)
