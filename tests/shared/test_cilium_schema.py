"""Our reading of the CRD against the JSON schemas of Cilium 1.18.2, on real documents and on made-up ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.kinds import claims
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import VERSIONS, CiliumProfile, Platform
from npconv.dialects.cilium.validate import check_schema, validate
from npconv.source import cidr, load
from npconv.source.document import Document
from npconv.source.write import write_yaml

pytestmark = pytest.mark.shared

PROFILE = CiliumProfile(version=(1, 18))

STRICTER = {
    "metadata: NPC510": "the server checks names and labels without the schema",
    "description: NPC110": "the schema's root is open; a server in strict mode refuses unknown fields there too",
}
"""Where we refuse what the schema alone lets pass, and why."""

formats = jsonschema.FormatChecker(formats=())
formats.checks("cidr")(lambda value: not isinstance(value, str) or cidr.strict(value) is not None)


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    """The schema of a kind. No fixture, because hypothesis would print it whole."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "crds" / "cilium"
    text = (folder / f"{kind.lower()}_v2.json").read_text()
    # Python has no character classes by category: what is printable of the characters used here.
    schema = json.loads(text.replace(r"^\\PC*$", r"^[^\\x00-\\x1f\\x7f]*$"))
    return jsonschema.Draft202012Validator(schema, format_checker=formats)


def documents(shared: Path) -> Iterator[Document]:
    """Every Cilium document of the corpus that can be read as YAML."""
    for file in sorted((shared / "corpus").rglob("*")):
        if file.is_file() and file.suffix in (".yaml", ".yml", ".json"):
            data = file.read_bytes()
            if b"Cilium" in data:
                yield from filter(claims, load.parse(data, str(file.relative_to(shared))).documents)


def without_nulls(value: Any) -> Any:
    """The data as an API server sees it: a null field is an absent one."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def refused(document: Document) -> list[Diagnostic]:
    """What we refuse of how the document is written and of what the schema is about."""
    obj, found = parse(document)
    if obj is not None:
        found = [*found, *check_schema(obj, PROFILE)]
    return [one for one in found if one.is_error]


def test_real_documents_are_refused_by_both_or_neither(shared: Path) -> None:
    lax, strict, both = [], Counter[str](), 0
    for document in documents(shared):
        if document.api_version != "cilium.io/v2":
            continue
        data = without_nulls(document.data)
        theirs = list(validator(document.kind).iter_errors({key: data[key] for key in data if key != "status"}))
        ours = refused(document)
        both += bool(theirs) and bool(ours)
        if theirs and not ours:
            lax.append((document.file, document.label, theirs[0].message))
        if ours and not theirs:
            strict.update({f"{one.origin.path[0] if one.origin else '?'}: {one.code.id}" for one in ours})
    assert lax == []
    assert dict(strict) == {"metadata: NPC510": 2, "description: NPC110": 27}
    assert strict.keys() == STRICTER.keys()
    assert both > 50


def test_no_document_is_a_traceback_and_every_readable_one_comes_back_as_it_was(shared: Path) -> None:
    count, differ = Counter[str](), []
    for document in documents(shared):
        count["documents"] += 1
        obj, found = parse(document)
        if obj is None:
            count["unreadable"] += 1
            assert any(one.is_error and one.origin is not None for one in found)
            continue
        for version in VERSIONS:
            for platform in Platform:
                validate(obj, CiliumProfile(version=version, platform=platform))
        if found:
            count["with unknown fields"] += 1
            continue
        data = without_nulls(document.data)
        if data["metadata"].get("namespace") == "":
            del data["metadata"]["namespace"]
        if emit(obj) != data or load.parse(write_yaml([emit(obj)]), "written.yaml").documents[0].data != data:
            differ.append(document.label)
    assert differ == []
    assert count["documents"] > 850
    assert count["unreadable"] < 30


names = st.sampled_from(["", "a", "a-b", "a.b", "A_b", ".a", "a..b", "a.", "*", "*.a", "**.a", "a.*", "a b", "x" * 256])
cidrs = st.sampled_from(["10.0.0.0/8", "10.0.0.1/8", "10.0.0.1", "", "fd00::/8", "1.2.3/8", "10.0.0.0/33", "x"])
ports = st.fixed_dictionaries(
    {},
    optional={
        "port": st.sampled_from(["0", "80", "65536", "99999", "http", "a1", "080", "", "-", "_x", "a_"]),
        "endPort": st.sampled_from([-1, 0, 80, 65535, 65536]),
        "protocol": st.sampled_from(["TCP", "UDP", "SCTP", "ANY", "tcp", "ICMP", "VRRP", ""]),
    },
)
fqdns = st.fixed_dictionaries({}, optional={"matchName": names, "matchPattern": names})
kafka = st.fixed_dictionaries({}, optional={"role": st.sampled_from(["produce", "Produce"]), "topic": names})
headers = st.fixed_dictionaries(
    {},
    optional={"name": st.sampled_from(["", "X-A"]), "mismatch": st.sampled_from(["LOG", "log"]), "value": names},
)
http = st.fixed_dictionaries({}, optional={"method": names, "headerMatches": st.lists(headers, max_size=2)})
rules = st.fixed_dictionaries(
    {},
    optional={
        "http": st.lists(http, max_size=2),
        "dns": st.lists(fqdns, max_size=2),
        "kafka": st.lists(kafka, max_size=2),
        "l7proto": names,
    },
)
secret = st.fixed_dictionaries({}, optional={"name": names, "namespace": names})
tls = st.fixed_dictionaries({}, optional={"secret": secret, "trustedCA": names})
listener = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "priority": st.sampled_from([0, 1, 100, 101]),
        "envoyConfig": st.fixed_dictionaries(
            {}, optional={"name": names, "kind": st.sampled_from(["CiliumEnvoyConfig", "Other"])}
        ),
    },
)
port_rules = st.fixed_dictionaries(
    {},
    optional={
        "ports": st.lists(ports, max_size=2) | st.just([{"port": "1"}] * 41),
        "rules": rules,
        "serverNames": st.lists(names, max_size=2, unique=True),  # JSON Schema does not know the list type `set`
        "terminatingTLS": tls,
        "listener": listener,
    },
)
icmps = st.fixed_dictionaries(
    {},
    optional={
        "fields": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from([0, 8, "8", "Echo", "256", "Nothing"])},
                optional={"family": st.sampled_from(["IPv4", "IPv6", "v4"])},
            ),
            max_size=2,
        )
    },
)
sets = st.fixed_dictionaries(
    {},
    optional={
        "cidr": cidrs,
        "cidrGroupRef": names,
        "cidrGroupSelector": st.just({}),
        "except": st.lists(cidrs, max_size=2),
    },
)
egress = st.fixed_dictionaries(
    {},
    optional={
        "toCIDR": st.lists(cidrs, max_size=2),
        "toCIDRSet": st.lists(sets, max_size=2),
        "toEntities": st.lists(st.sampled_from(["all", "world", "world-ipv4", "cluster-mesh", "x", ""]), max_size=2),
        "toFQDNs": st.lists(fqdns, max_size=2),
        "toEndpoints": st.lists(st.just({"matchLabels": {"a": "b"}}), max_size=1),
        "toPorts": st.lists(port_rules, max_size=2),
        "icmps": st.lists(icmps, max_size=2),
        "authentication": st.fixed_dictionaries({}, optional={"mode": st.sampled_from(["required", "no"])}),
    },
)
specs = st.fixed_dictionaries(
    {},
    optional={
        "endpointSelector": st.just({}),
        "nodeSelector": st.just({}),
        "egress": st.lists(egress, max_size=2),
        "egressDeny": st.lists(
            st.fixed_dictionaries(
                {}, optional={"toPorts": st.lists(st.fixed_dictionaries({"ports": st.lists(ports, max_size=2)}))}
            ),
            max_size=1,
        ),
        "enableDefaultDeny": st.fixed_dictionaries({}, optional={"egress": st.booleans()}),
        "labels": st.lists(st.fixed_dictionaries({}, optional={"key": names, "value": names}), max_size=1),
        "log": st.fixed_dictionaries({}, optional={"value": st.sampled_from(["", "x", "x" * 33, "a\tb"])}),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=400)
@given(spec=specs)
def test_whatever_the_schema_refuses_we_refuse(shared: Path, spec: dict[str, Any]) -> None:
    data = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "p"}, "spec": spec}
    document = load.parse(json.dumps(data), "made-up.json").documents[0]
    obj, found = parse(document)
    ours = [one for one in (found if obj is None else validate(obj, PROFILE)) if one.is_error]
    theirs = list(validator("CiliumNetworkPolicy").iter_errors(data))
    assert not (theirs and not ours), theirs[0].message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=400)
@given(spec=specs)
def test_what_we_call_the_schema_s_refusal_is_one(shared: Path, spec: dict[str, Any]) -> None:
    spec.setdefault("endpointSelector", {})
    spec.pop("nodeSelector", None)
    data = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "p"}, "spec": spec}
    ours = refused(load.parse(json.dumps(data), "made-up.json").documents[0])
    theirs = list(validator("CiliumNetworkPolicy").iter_errors(data))
    assert bool(ours) == bool(theirs), [one.message for one in ours] or theirs[0].message
