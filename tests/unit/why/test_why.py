"""`npconv why`: both sides of a connection, and what it says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from why_town import CLUSTER

from npconv import resources
from npconv.cli.main import run

SCHEMA = Draft202012Validator(json.loads(resources.read("schemas", "why.schema.json")))

DB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
        - ipBlock: {cidr: 10.0.0.0/8}
      ports: [{port: pg}]
"""

TIERS = """\
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: platform}
spec: {order: 10}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: platform.gate}
spec:
  tier: platform
  namespaceSelector: all()
  types: [Egress]
  egress:
    - {action: Log}
    - {action: Deny, protocol: UDP, destination: {nets: [192.0.2.0/24]}}
    - {action: Pass, destination: {selector: "app in {'db', 'cache'}"}}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Egress]
  egress:
    - {action: Allow, protocol: TCP, destination: {notPorts: [22], selector: team == 'a'}}
"""

HTTP = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
    - fromEntities: [cluster]
      toPorts:
        - ports: [{port: "8080", protocol: TCP}]
          rules: {http: [{method: GET, path: /health}]}
  egress:
    - toFQDNs: [{matchPattern: "*.example.com"}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the policies and the cluster."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("db", DB), ("tiers", TIERS), ("http", HTTP), ("cluster", CLUSTER)):
        (tmp_path / f"{name}.yaml").write_text(text)


def ask(capfd: pytest.CaptureFixture[str], source: str, destination: str, *more: str) -> tuple[int, str, str]:
    """The exit code, the standard output and the standard error."""
    code = run(["why", "--from", source, "--to", destination, *more])
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def test_a_cluster_file_says_who_is_who(capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(capfd, "ops/web-1", "shop/db-0:pg", "--cluster", "cluster.yaml", "db.yaml", "-q") == (
        1,
        """\
pod ops/web-1 -> pod shop/db-0, port 5432/tcp

egress of the source: allowed: no policy decides about egress of the pod
  tier networkpolicy: nothing applies (2 other policies do not apply)

ingress of the destination: denied: NetworkPolicy/shop/db isolates the pod, and no rule allows it (db.yaml:1)
  tier networkpolicy: no rule decides, so it denies what is isolated
    Kubernetes/own-node (built in)
      its rule does not match: the source is a pod, not the own node
    NetworkPolicy/shop/db (db.yaml:1), isolates
      spec.ingress[0] (db.yaml:8) does not match: the source is none of: outside the cluster with address 10.0.0.0/8; \
a pod with namespace shop and label app web

denied: the destination's ingress does not let it pass
""",
        "",
    )


def test_the_same_by_labels_and_with_the_port_named(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(capfd, "shop/app=web", "shop/app=db:pg=5432", "db.yaml")
    assert (code, err) == (0, "as Kubernetes enforces it\n")
    assert "      spec.ingress[0] (db.yaml:8) allows it\n" in out
    assert out.startswith(
        "pod with app=web in namespace shop -> pod with app=db in namespace shop, port 5432/tcp, "
        'naming port 5432 "pg", the source has 100.64.0.5\n'
    )
    assert out.endswith("\nallowed: both sides let it pass\n")
    code, out, _ = ask(capfd, "shop/app=web", "shop/app=db:5432", "db.yaml")
    assert code == 1
    assert 'does not match: no port named "pg"\n' in out


def test_tiers_of_calico(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capfd, "shop/app=web", "shop/app=db:22", "tiers.yaml", "-q")
    assert code == 1
    assert (
        """\
egress of the source: denied: NetworkPolicy/shop/web isolates the pod, and no rule allows it (tiers.yaml:18)
  tier own-node: nothing applies (1 other policy does not apply)
  tier platform: a rule passes it on
    GlobalNetworkPolicy/platform.gate (tiers.yaml:6), isolates
      spec.egress[0] (tiers.yaml:14) logs it
      spec.egress[1] (tiers.yaml:15) does not match: the destination's address is 10.0.0.6, not 192.0.2.0/24; \
protocol is tcp, not udp
      spec.egress[2] (tiers.yaml:16) passes it on to the next tier
  tier default: no rule decides, so it denies what is isolated
    NetworkPolicy/shop/web (tiers.yaml:18), isolates
      spec.egress[0] (tiers.yaml:25) does not match: the destination's label team is absent, not a; \
port is 22, not 1-21 or 23-65535
"""
        in out
    )


def test_an_address_that_was_chosen_is_told_where_it_may_matter(capfd: pytest.CaptureFixture[str]) -> None:
    _, _, err = ask(capfd, "shop/app=web", "shop/app=db:80", "tiers.yaml")
    assert "the pod with app=web in namespace shop is taken to have the address 10.0.0.5" in err
    _, _, err = ask(capfd, "shop/app=web", "shop/app=db:80", "tiers.yaml", "--pod-cidr", "10.244.0.0/16")
    assert "is taken to have the address" not in err
    _, _, err = ask(capfd, "shop/app=web", "shop/app=db:80", "db.yaml")
    assert "is taken to have the address" not in err


@pytest.mark.parametrize(
    ("http", "code", "end"),
    [
        ("GET /health", 0, "allowed: both sides let it pass\n"),
        ("GET /admin", 1, "denied: the destination's ingress does not let it pass\n"),
        ("POST /health", 1, "denied: the destination's ingress does not let it pass\n"),
    ],
)
def test_requests(capfd: pytest.CaptureFixture[str], http: str, code: int, end: str) -> None:
    found, out, _ = ask(capfd, "shop/app=web", "shop/app=api:8080", "--http", http, "http.yaml", "-q")
    assert (found, out.endswith(end)) == (code, True)
    assert ('the request does not have path regex "/health"' in out) is ("/health" not in http)


def test_a_connection_that_only_some_requests_pass_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capfd, "shop/app=web", "shop/app=api:8080", "http.yaml", "-q")
    assert code == 0
    assert ', but only requests with: method GET & path regex "/health"\n' in out


@pytest.mark.parametrize(("name", "code"), [("api.example.com", 0), ("example.org", 1)])
def test_names(capfd: pytest.CaptureFixture[str], name: str, code: int) -> None:
    found, out, _ = ask(capfd, "shop/app=api", f"{name}:443", "http.yaml", "-q")
    assert found == code
    assert out.startswith(
        f"pod with app=api in namespace shop -> 203.0.113.10:443/tcp, 203.0.113.10 stands for {name}\n"
    )


def test_what_is_outside_has_no_policies(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(capfd, "world", "shop/app=api", "http.yaml")
    assert code == 1
    assert "egress of the source: allowed: it is outside the cluster, so no policy is asked\n" in out
    assert "assumption[NPC754]: no port was given: the answer is for 80/tcp\n" in err


def test_the_own_node_is_let_in_and_another_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(capfd, "host", "shop/app=api:80", "http.yaml")[0] == 0
    assert ask(capfd, "192.168.0.2", "shop/db-0:80", "db.yaml", "--cluster", "cluster.yaml")[0] == 0
    assert ask(capfd, "192.168.0.1", "shop/db-0:80", "db.yaml", "--cluster", "cluster.yaml")[0] == 1


HOSTS = """\
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n1-all, labels: {role: node}}
spec: {node: n1, interfaceName: "*", expectedIPs: [192.168.0.1]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: nodes}
spec:
  selector: role == 'node'
  types: [Ingress]
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [443]}}
"""


@pytest.mark.parametrize(
    ("destination", "code"),
    [("node/n1:443", 0), ("node/n1:80", 1), ("192.168.0.1:80", 1), ("node/n1:22", 0), ("192.168.0.2:80", 0)],
    ids=["allowed", "denied", "by its address", "failsafe", "no host endpoint"],
)
def test_host_endpoints_of_calico(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, destination: str, code: int
) -> None:
    (tmp_path / "hosts.yaml").write_text(HOSTS)
    assert ask(capfd, "world", destination, "hosts.yaml", "-q")[0] == code


def test_a_node_without_a_host_endpoint_is_not_policed(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text(HOSTS)
    more = ("--cluster", "cluster.yaml", "hosts.yaml", "-q")
    _, out, _ = ask(capfd, "world", "node/n2:80", *more)
    assert "ingress of the destination: allowed: no host endpoint of it is given, so no policy is asked\n" in out
    code, out, _ = ask(capfd, "world", "node/n3:80", *more)
    assert (code, out) == (2, "")


def test_ipv6(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capfd, "2001:db8::7", "shop/app=db:5432", "db.yaml")
    assert (code, out.splitlines()[0]) == (
        1,
        "[2001:db8::7] -> pod with app=db in namespace shop, port 5432/tcp",
    )


def test_json(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capfd, "shop/app=cart", "shop/app=db:pg=5432", "db.yaml", "-o", "json")
    found: dict[str, Any] = json.loads(out)
    SCHEMA.validate(found)
    assert (code, found["allowed"], found["engine"]) == (1, False, "k8s")
    assert found["egress"]["allowed"]
    assert found["ingress"]["verdict"]["policy"] == {"kind": "NetworkPolicy", "namespace": "shop", "name": "db"}
    (tier,) = found["ingress"]["tiers"]
    assert [step["policy"]["name"] for step in tier["policies"]] == ["own-node", "db"]
    (rule,) = tier["policies"][1]["rules"]
    assert rule == {
        "action": "allow",
        "place": {"file": "db.yaml", "line": 8, "column": 7, "path": "spec.ingress[0]"},
        "matches": False,
        "mismatches": [
            "the source is none of: outside the cluster with address 10.0.0.0/8; a pod with namespace shop and label "
            "app web"
        ],
    }


def test_schema_is_one_and_is_strict_enough() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert not SCHEMA.is_valid({"format": 1})


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("shop/web-0", "shop/app=db:1", "db.yaml"),
            2,
            "error[NPC753]: no pod `shop/web-0` is known without a cluster",
        ),
        (("shop/app=web:80", "shop/app=db:1", "db.yaml"), 2, "error[NPC753]: `--from` takes no port (found `80`)"),
        (("world", "shop/app=db:1", "none.yaml"), 2, "error[NPC101]: cannot read `none.yaml`"),
        (("world", "shop/app=db:1", "cluster.yaml"), 3, "error[NPC701]: no policy found in `cluster.yaml`"),
        (("world", "shop/app=db:1", "db.yaml", "--engine", "calco"), 2, "(did you mean `calico`?)"),
        (
            ("world", "shop/app=db:1", "db.yaml", "--http", "x"),
            2,
            "expected a request such as `GET /health` (found `x`)",
        ),
        (("2001:db8::1", "10.0.0.1:1", "db.yaml"), 2, "error[NPC753]: the two ends have no addresses of one IP family"),
    ],
)
def test_bad_input(capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, message: str) -> None:
    found, out, err = ask(capfd, *arguments)
    assert (found, out) == (code, "")
    assert message in err
