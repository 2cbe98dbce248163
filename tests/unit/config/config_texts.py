"""Configurations, and what npconv makes of them."""

from __future__ import annotations

from pathlib import Path

from npconv.config import Config, parse
from npconv.diagnostics.render.report import render

FOLDER = Path("/repo")

WHOLE = """\
from: calico=3.30
as: intent
include: [policies, "**/*.np.yaml"]
exclude: [templates]
namespace: shop
namespaces: [shop, pay]
pod-cidrs: [10.244.0.0/16]
node-cidrs: [10.0.0.0/24]
dual-stack: false
cluster: [cluster]
check-timeout: 30
skip-invalid: false
allow-empty: true
layout: flat
output: yaml
prefer: cluster-network-policy
cidr-groups: true
max-pieces: 12
fail-on: widens
accept:
  - {code: NPC323, policy: shop/web, reason: they protect little}
outputs:
  - {to: cilium=1.20, dir: out/cilium, layout: kustomize}
  - to: azure-npm
    dir: out/npm
    output: json
    fail-on: none
    accept: [{code: npc336, reason: Hubble shows it}]
lint:
  engine: auto
  select: [NPC323]
  ignore: [NPC336, npc6]
"""


def parsed(text: str) -> Config:
    """A configuration without faults."""
    found = parse(text.encode(), "npconv.yaml", FOLDER)
    assert found.config is not None, faults(text)
    assert found.diagnostics == ()
    return found.config


def faults(text: str) -> list[str]:
    """What is wrong with a configuration, a line each."""
    return render(parse(text.encode(), "npconv.yaml", FOLDER).diagnostics, concise=True).splitlines()
