"""Nothing of whoever's plan it is stays in a redacted one, in any form of it, and the rest can still be read."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from plans import BATCH, shop_plan
from plans_aks import aks_report

import npconv.report.aks.model as aks_model
import npconv.report.model as plan_model
from npconv.report.formats import FORMATS, renderer
from npconv.report.model import Command, Names, Plan, Spot
from npconv.report.redact import _MODES, redact
from npconv.report.texts import rewritten, visible_text
from npconv.report.vocabulary import names_of

SECRET = (
    "initech",
    "initech-db",
    "initech-db-0",
    "db.initech",
    "web.initech-db.svc",
    "INITECH_Corp",
    "initech.example.com",
    "*.initech.example.com",
    "cost-center/initech",
    "name-2",
    "namespace-1",
    "file-1.yaml",
    "word-1",
    "allow-all-initech",
    "Ünïcode-größe",
    "日本語の名前",
    "tail\u202egnol",
    "zero\u200bwidth",
    "tcp-initrode",
    "q" * 253,
    "1234567890123",
    "$initech^regex(",
    "{{initrode}}",
    "deny-default-deny",
    "a-b-c-d-e",
    "default-of-initrode",
    "pod-policy-namespace",
)
COMMON = ("allow", "policy", "pod", "namespace", "default-deny", "ingress", "a", "of", "tier", "10", "8443")
"""Names that are words of reports anyway."""

CONTEXTS = (
    "allowed by NetworkPolicy/{n}/{n}, spec.ingress[0] ({n}.yaml:12)",
    "pod with {n}={n} in namespace {n} -> pod {n}/{n}-0, port 5432/tcp (ingress)",
    "`{n}` is not `{n}-suffix`, nor prefix-{n}",
    "kubectl delete networkpolicy {n} -n {n} --context={n}",
    "it's {n}'s; ({n}), [{n}] {n}: {n}.",
    "npconv why --from {n}/{n} --to {n}/{n}:5432/tcp policies/{n}/{n}.yaml",
)


def plan_of(names: tuple[str, ...]) -> Plan:
    """A plan in which each name stands in every kind of field and in every kind of sentence."""
    plan = replace(shop_plan(), aks=aks_report())
    flows = tuple(
        replace(
            BATCH,
            flow=context.format(n=name),
            before=context.format(n=name),
            why=context.format(n=name),
            source_namespace=name,
            policies=(f"NetworkPolicy/{name}/{name}",),
        )
        for name in names
        for context in CONTEXTS
    )
    commands = tuple(Command(text=context.format(n=name), why=name) for name in names for context in CONTEXTS)
    objects = tuple(
        replace(
            plan.objects[0],
            policy=f"NetworkPolicy/{name}/{name}",
            namespace=name,
            outputs=(f"CiliumNetworkPolicy/{name}/{name}",),
            file=f"out/{name}/{name}.yaml",
            spot=Spot(file=f"in/{name}.yaml", line=1, column=1, path=f"metadata.labels.{name}"),
            pods=Names(shown=(f"{name}/{name}-0",), count=1),
        )
        for name in names
    )
    return replace(
        plan,
        objects=objects,
        namespaces=tuple(replace(plan.namespaces[0], namespace=name) for name in names),
        connectivity=replace(plan.connectivity, changed=flows, names=names, cells=()),
        waves=(replace(plan.waves[0], commands=commands, namespaces=Names(shown=names, count=len(names))),),
        shared=tuple(replace(plan.shared[0], name=name, role=f"the set of {name}") for name in names),
    )


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_name_is_left(form: str) -> None:
    shown = renderer(form)(redact(plan_of(SECRET), SECRET)).casefold()
    substitutes = {"name-2", "namespace-1", "file-1.yaml", "word-1"}
    for name in SECRET:
        if name in substitutes:
            continue
        for spelling in (name, json.dumps(name)[1:-1], visible_text(name)):
            assert spelling.casefold() not in shown, f"{name} is left"
    for piece in ("initech", "initrode", "größe", "日本", "gnol", "1234567890"):
        assert piece not in shown


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_name_is_left_that_only_the_plan_knows(form: str) -> None:
    """Whoever calls may forget names; those of the plan's own fields are found in its texts all the same."""
    assert "initech" not in renderer(form)(redact(plan_of(SECRET))).casefold()


def test_a_word_that_nobody_named_is_replaced() -> None:
    """The second net: what stands in none of npconv's files came from the input."""
    plan = shop_plan()
    flow = replace(BATCH, flow="pod with squad=zyxwv in namespace wvuts -> host qponm.lkjih, port 80/tcp")
    made = redact(replace(plan, connectivity=replace(plan.connectivity, changed=(flow,))))
    assert re.fullmatch(
        r"pod with (word-\d+)=(word-\d+) in namespace (word-\d+) -> host (word-\d+)\.(word-\d+), port 80/tcp",
        made.connectivity.changed[0].flow,
    )


def test_names_that_are_common_words() -> None:
    """Replaced where names stand; elsewhere the word stays, for it is there in any case."""
    made = redact(plan_of(COMMON), COMMON)
    for number, name in enumerate(COMMON):
        row, one = made.namespaces[number], made.objects[number]
        assert row.namespace != name
        assert one.namespace == row.namespace
        kind, namespace, inside = one.policy.split("/")
        assert (kind, namespace, inside) == ("NetworkPolicy", row.namespace, row.namespace)
    first = made.connectivity.changed[1].flow
    allow = made.namespaces[0].namespace
    pod = made.objects[0].pods.shown[0]
    assert first == f"pod with {allow}={allow} in namespace {allow} -> pod {pod}, port 5432/tcp (ingress)"
    assert made.summary.line == plan_of(COMMON).summary.line
    assert made.waves[0].hold == plan_of(COMMON).waves[0].hold


def test_the_same_name_is_the_same_everywhere() -> None:
    made = redact(replace(shop_plan(), aks=aks_report()), ("reports", "app=reports"))
    shop = made.namespaces[3].namespace
    orders = made.objects[7].policy.rsplit("/")[-1]
    assert made.objects[7].policy == f"NetworkPolicy/{shop}/{orders}"
    assert made.connectivity.changed[0].policies == (made.objects[7].policy,)
    assert f"NetworkPolicy/{shop}/{orders}, spec.ingress[1]" in made.connectivity.changed[0].before
    assert (
        made.objects[7].spot.file in made.connectivity.changed[0].before
        or "file-" in made.connectivity.changed[0].before
    )
    assert made.risks[1].before == (
        f"With Calico, `{names(made)['reports']}` in namespace `{made.namespaces[1].namespace}` "
        f"reads from `{shop}/{orders}` on port 5432."
    )
    assert made.aks is not None
    assert made.aks.steps[0].items[0].thing.namespace == shop
    assert f"namespace: {shop}\n" in made.aks.steps[0].items[0].repairs[0].manifest


def names(made: Plan) -> dict[str, str]:
    """What became of some names, read off a sentence."""
    match = re.match(r"With Calico, `([^`]+)`", made.risks[1].before)
    assert match
    return {"reports": match[1]}


def test_what_stays() -> None:
    plan = replace(shop_plan(), aks=aks_report())
    made = redact(plan)
    assert made.summary == plan.summary
    assert made.codes == plan.codes
    assert made.formula == plan.formula
    assert [one.standing for one in made.objects] == [one.standing for one in plan.objects]
    assert made.namespaces[0].namespace == "(cluster)"
    assert [one.mark for one in made.connectivity.cells] == [one.mark for one in plan.connectivity.cells]
    assert made.connectivity.names[-2:] == ("nodes", "outside")
    assert "kube-system" in made.connectivity.left_out
    assert made.probes[0].port == 5432
    assert made.aks is not None
    assert made.aks.steps[1].repairs[0].command == "az aks update -g RESOURCE_GROUP -n CLUSTER"
    assert [one.sha256 for one in made.inputs] == ["", "", ""]


def test_addresses_keep_what_contains_what() -> None:
    made = redact(shop_plan())
    settings = dict(made.engines.settings)
    node = re.match(r"node \(([^)]+)\) -> ", made.connectivity.changed[2].flow)
    assert node
    assert ip_address(node[1]) in ip_network(settings["node CIDRs"])
    assert ip_address(node[1]) not in ip_network(settings["pod CIDRs"])
    shown = renderer("json")(made)
    assert not re.search(r"\b10\.\d|203\.0\.113\.40|203\.0\.113\.32", shown)


def test_redacting_twice_changes_only_numbers() -> None:
    once = redact(shop_plan())
    twice = redact(once)
    for first, second in zip(texts(once), texts(twice), strict=True):
        assert re.sub(r"\d+", "0", first) == re.sub(r"\d+", "0", second)


def texts(plan: Plan) -> list[str]:
    found: list[str] = []
    rewritten(plan, lambda owner, field, text: (found.append(text), text)[1])  # type: ignore[func-returns-value]
    return found


def test_every_field_of_the_table_exists() -> None:
    found = {
        (name, field.name)
        for module in (plan_model, aks_model)
        for name, owner in vars(module).items()
        if isinstance(owner, type) and hasattr(owner, "__dataclass_fields__")
        for field in fields(owner)
    }
    assert set(_MODES) <= found


@pytest.mark.parametrize(
    ("read", "names"),
    [
        ({"metadata": {"name": "web", "labels": {"tier": "front"}}}, ("web", "tier", "front")),
        ({"kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1"}, ()),
        ({"spec": {"selector": "squad == 'blue' && has(old-label)"}}, ("squad", "blue", "old-label")),
        ({"spec": {"action": "Allow", "protocol": "TCP", "ports": [8080, "http"]}}, ("8080", "http")),
        ({"spec": {"podSelector": {"matchLabels": {"kind": "gold"}}}}, ("kind", "gold")),
        ({"spec": {"ipBlock": {"cidr": "10.0.0.0/8"}}}, ("10.0.0.0/8",)),
        (("policies/prod",), ("policies/prod",)),
        ({"description": "allows the zorblax team"}, ("zorblax",)),
        ({"type": "LoadBalancer", "x": None, "y": True}, ()),
    ],
)
def test_names_of(read: Any, names: tuple[str, ...]) -> None:
    assert set(names) <= set(names_of(read))
    assert not {"Allow", "TCP", "NetworkPolicy", "LoadBalancer", "the", "allows"} & set(names_of(read))
