"""A migration plan as a small shop would get it: every part of the model is there, and most standings."""

from __future__ import annotations

from npconv.report.model import (
    Cell,
    CodeRow,
    Command,
    Connectivity,
    Decision,
    Engines,
    Flow,
    Formula,
    Grade,
    InputFile,
    MatrixCell,
    Names,
    NamespaceRow,
    ObjectRow,
    Plan,
    Probe,
    Risk,
    Rollback,
    Said,
    SharedObject,
    Spot,
    Standing,
    Summary,
    Wave,
)

BATCH = Flow(
    change="lost",
    flow="pod with app=reports, layer=backend in namespace batch -> pod shop/orders-db-0, port 5432/tcp (ingress)",
    before="allowed by NetworkPolicy/shop/orders-db, spec.ingress[1] (policies/shop/orders-db.yaml:18)",
    after="denied: CiliumNetworkPolicy/shop/orders-db isolates the pod, and no rule allows it",
    source_namespace="batch",
    target_namespace="shop",
    codes=("NPC418",),
    policies=("NetworkPolicy/shop/orders-db",),
    why="npconv why --from batch/reports-1 --to shop/orders-db-0:5432/tcp --cluster snapshot policies",
)
NODES = Flow(
    change="gained",
    flow="node (10.224.0.5) -> pod shop/web-0, port 8080/tcp (ingress)",
    before="denied: NetworkPolicy/shop/web isolates the pod, and no rule allows it (policies/shop/web.yaml:1)",
    after="allowed by the engine: a pod's own node always reaches it",
    source_namespace="nodes",
    target_namespace="shop",
    codes=("NPC823",),
    policies=("NetworkPolicy/shop/web",),
)
PARTNER = Flow(
    change="lost",
    flow="pod shop/payments-0 -> 203.0.113.40:443/tcp (egress)",
    before="allowed by NetworkPolicy/shop/payments, spec.egress[0] (policies/shop/payments.yaml:9)",
    after="denied: CiliumNetworkPolicy/shop/payments isolates the pod, and no rule allows it",
    source_namespace="shop",
    target_namespace="outside",
    codes=("NPC402", "NPC418"),
    policies=("NetworkPolicy/shop/payments",),
    why="npconv why --from shop/payments-0 --to 203.0.113.40:443/tcp --cluster snapshot policies",
)

_NAMES = ("batch", "ingress", "monitoring", "shop", "nodes", "outside")


def _counts(**found: int) -> tuple[tuple[Standing, int], ...]:
    return tuple((one, found.get(one.name.lower(), 0)) for one in Standing)


def _namespace(name: str, grade: Grade, wave: int, points: int, pods: int, **found: int) -> NamespaceRow:
    return NamespaceRow(
        namespace=name,
        policies=sum(found.values()),
        exact=found.get("equal", 0) + found.get("assumed", 0),
        counts=_counts(**found),
        points=points,
        grade=grade,
        wave=wave,
        pods=pods,
    )


def _cells() -> tuple[MatrixCell, ...]:
    special = {
        ("batch", "shop"): MatrixCell(
            source="batch", target="shop", mark=Cell.LOST, ports="8080/tcp", lost="5432/tcp from app=reports"
        ),
        ("nodes", "shop"): MatrixCell(
            source="nodes", target="shop", mark=Cell.GAINED, ports="10250/tcp", gained="8080/tcp"
        ),
        ("shop", "outside"): MatrixCell(
            source="shop", target="outside", mark=Cell.BOTH, ports="443/tcp", lost="443/tcp", gained="8443/tcp"
        ),
    }
    open_pairs = {("ingress", "shop"), ("monitoring", "shop"), ("shop", "shop"), ("monitoring", "ingress")}
    return tuple(
        special.get((source, target))
        or MatrixCell(
            source=source,
            target=target,
            mark=Cell.SAME if (source, target) in open_pairs else Cell.NONE,
            ports="8080/tcp, 9090/tcp" if (source, target) in open_pairs else "",
        )
        for source in _NAMES
        for target in _NAMES
    )


def _object(name: str, namespace: str, standing: Standing, grade: Grade, points: int, *codes: str) -> ObjectRow:
    kind = "NetworkPolicy" if namespace else "GlobalNetworkPolicy"
    into = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    where = namespace or "platform"
    gone = standing in (Standing.REFUSED, Standing.INVALID)
    return ObjectRow(
        policy="/".join(part for part in (kind, namespace, name) if part),
        namespace=namespace or "(cluster)",
        spot=Spot(file=f"policies/{where}/{name}.yaml", line=1, column=1),
        standing=standing,
        grade=grade,
        points=points,
        codes=codes,
        outputs=() if gone else ("/".join(part for part in (into, namespace, name) if part),),
        file="" if gone else f"{where}/{name}.yaml",
        pods=Names(shown=(f"{where}/{name}-0", f"{where}/{name}-1"), count=3),
    )


def shop_plan() -> Plan:
    """The plan of the shop."""
    return Plan(
        summary=Summary(
            line="6 of 11 policies translate exactly to Cilium 1.19 (4 equal, 2 equal under assumptions, 2 narrower, "
            "1 wider, 1 refused, 1 invalid): not ready",
            ready=False,
            policies=11,
            counts=_counts(equal=4, assumed=2, narrower=2, wider=1, refused=1, invalid=1),
            namespaces=4,
            pods=42,
            points=26,
            minutes=390,
        ),
        inputs=(
            InputFile(file="policies/platform/default-deny.yaml", sha256="3f" * 32, policies=1),
            InputFile(file="policies/shop/orders-db.yaml", sha256="a7" * 32, policies=1),
            InputFile(file="snapshot/pods.yaml", sha256="0c" * 32, policies=0),
        ),
        engines=Engines(
            source="Calico 3.30",
            target="Cilium 1.19",
            source_name="calico=3.30",
            target_name="cilium=1.19",
            settings=(("pod CIDRs", "10.244.0.0/16"), ("node CIDRs", "10.224.0.0/16"), ("http rules", "enforced")),
        ),
        risks=(
            Risk(
                code="NPC823",
                title="a pod's own node always reaches it",
                effect="widens",
                before="With Calico, host-network pods of its own node cannot reach `shop/web` on port 8080.",
                after="With Cilium, whatever runs on the host network of the pod's own node reaches every port of it.",
                witness=NODES,
                fix="accept it with `--accept NPC823:shop/web`, or keep host-network pods off those nodes",
                policies=Names(shown=("NetworkPolicy/shop/web",), count=1),
                places=(Spot(file="policies/shop/web.yaml", line=1, column=1, path="spec"),),
                pods=Names(shown=("shop/web-0", "shop/web-1", "shop/web-2"), count=12),
            ),
            Risk(
                code="NPC418",
                title="selector of a peer cannot be said",
                effect="narrows",
                before="With Calico, `reports` in namespace `batch` reads from `shop/orders-db` on port 5432.",
                after="With Cilium, those connections are dropped.",
                witness=BATCH,
                fix="label the pods with the clients that are meant, and select that label",
                policies=Names(shown=("NetworkPolicy/shop/orders-db", "NetworkPolicy/shop/payments"), count=2),
                places=(
                    Spot(
                        file="policies/shop/orders-db.yaml", line=18, column=9, path="spec.ingress[1].source.selector"
                    ),
                    Spot(file="policies/shop/payments.yaml", line=9, column=7, path="spec.egress[0]"),
                ),
                pods=Names(shown=("shop/orders-db-0", "shop/payments-0"), count=5),
            ),
            Risk(
                code="NPC402",
                title="deny rule for a service account left out",
                effect="refused",
                before="With Calico, pods with service account `legacy` are kept from the internet.",
                after="With Cilium, this policy does not exist.",
                witness=None,
                fix="decide how legacy pods are kept from the internet",
                policies=Names(shown=("GlobalNetworkPolicy/legacy-egress",), count=1),
                places=(Spot(file="policies/platform/legacy-egress.yaml", line=7, column=3, path="spec.egress"),),
                pods=Names(),
            ),
        ),
        namespaces=(
            _namespace("(cluster)", Grade.D, 1, 10, 42, equal=2, refused=1),
            _namespace("batch", Grade.A, 2, 0, 6, equal=1),
            _namespace("monitoring", Grade.A, 2, 0, 4, assumed=1),
            _namespace("shop", Grade.C, 3, 16, 29, equal=1, assumed=1, narrower=2, wider=1, invalid=1),
        ),
        formula=Formula(
            rows=(
                ("equal", 0, "nothing to do"),
                ("narrower", 3, "check whether the lost flows are used"),
                ("wider", 5, "accept it by name, or rewrite the policy"),
                ("refused", 7, "decide what takes its place"),
            ),
            minutes_per_point=15,
        ),
        connectivity=Connectivity(
            names=_NAMES,
            cells=_cells(),
            changed=(BATCH, PARTNER, NODES),
            changed_count=5,
            basis="asked for each pair of the 42 pods of the snapshot, for every port that a policy names",
            left_out="pods of namespace kube-system were left out: no policy selects them",
        ),
        shared=(
            SharedObject(
                kind="Tier",
                name="platform",
                spot=Spot(file="policies/platform/tier.yaml", line=1, column=1),
                role="its 2 policies come before those of every namespace",
                dependents=Names(shown=("GlobalNetworkPolicy/platform.monitoring",), count=2),
                standing=None,
            ),
            SharedObject(
                kind="GlobalNetworkPolicy",
                name="default-deny",
                spot=Spot(file="policies/platform/default-deny.yaml", line=1, column=1),
                role="isolates every pod outside of the system's namespaces",
                dependents=Names(shown=("batch", "monitoring", "shop"), count=3),
                standing=Standing.EQUAL,
            ),
        ),
        waves=(
            Wave(
                number=1,
                title="DNS and the platform's allows",
                why="allows come before denies: nothing that works today stops working",
                namespaces=Names(shown=("(cluster)",), count=1),
                objects=Names(shown=("CiliumClusterwideNetworkPolicy/allow-dns",), count=2),
                folder="wave-1",
                commands=(
                    Command(text="kubectl apply --dry-run=server -f plan/wave-1", why="let the API server check them"),
                    Command(text="kubectl apply -f plan/wave-1", why="apply"),
                ),
                argo='argocd.argoproj.io/sync-wave: "1"',
                hold="every probe of the test plan still answers as before",
                undo=(Command(text="kubectl delete -f plan/wave-1", why="take the policies away again"),),
            ),
            Wave(
                number=2,
                title="default denies",
                why="last, when everything that must pass is allowed",
                namespaces=Names(shown=("batch", "monitoring", "shop"), count=3),
                objects=Names(shown=("CiliumClusterwideNetworkPolicy/default-deny",), count=1),
                folder="wave-2",
                commands=(Command(text="kubectl apply -f plan/wave-2", why="apply"),),
                argo='argocd.argoproj.io/sync-wave: "2"',
                hold="no drops in `hubble observe --verdict DROPPED` for a day",
                undo=(Command(text="kubectl delete -f plan/wave-2", why="open again"),),
            ),
        ),
        probes=(_probe(1, "allow", "allow"), _probe(2, "allow", "deny"), _probe(3, "deny", "deny")),
        probes_count=118,
        rollback=Rollback(
            steps=(
                Command(text="kubectl delete -f plan/wave-2 -f plan/wave-1", why="take the new policies away"),
                Command(text="kubectl apply -f policies", why="apply what stood there before"),
            ),
            lost=("connections that were opened meanwhile are cut",),
        ),
        decisions=(
            Decision(
                title="what keeps legacy pods from the internet?",
                policies=Names(shown=("GlobalNetworkPolicy/legacy-egress",), count=1),
                spot=Spot(file="policies/platform/legacy-egress.yaml", line=7, column=3, path="spec.egress"),
                code="NPC402",
                options=(
                    "label the pods, and deny by label",
                    "give the namespace a default deny for egress, and allow what is needed",
                ),
            ),
        ),
        objects=(
            _object("allow-dns", "", Standing.EQUAL, Grade.A, 0),
            _object("default-deny", "", Standing.EQUAL, Grade.A, 0),
            _object("legacy-egress", "", Standing.REFUSED, Grade.D, 7, "NPC402"),
            _object("nightly", "batch", Standing.EQUAL, Grade.A, 0),
            _object("scrape", "monitoring", Standing.ASSUMED, Grade.A, 0, "NPC820"),
            _object("cart", "shop", Standing.INVALID, Grade.C, 5, "NPC210"),
            _object("catalog", "shop", Standing.ASSUMED, Grade.A, 0, "NPC820"),
            _object("orders-db", "shop", Standing.NARROWER, Grade.B, 3, "NPC336", "NPC418"),
            _object("payments", "shop", Standing.NARROWER, Grade.B, 3, "NPC418"),
            _object("stock", "shop", Standing.EQUAL, Grade.A, 0),
            _object("web", "shop", Standing.WIDER, Grade.C, 5, "NPC823"),
        ),
        codes=(
            CodeRow(code="NPC402", severity="loss", title="deny rule for a service account left out", count=1),
            CodeRow(code="NPC418", severity="loss", title="selector of a peer cannot be said", count=2),
            CodeRow(code="NPC820", severity="assumption", title="where the cluster's addresses are", count=2),
            CodeRow(code="NPC823", severity="loss", title="a pod's own node always reaches it", count=1),
        ),
        assumptions=(
            Said(
                code="NPC820",
                text="no CIDR of the policies cuts through the addresses of the pods and nodes",
                help="say where they are: `--pod-cidr CIDR` `--node-cidr CIDR`",
                notes=("taken to hold none of the pods and nodes: {192.0.2.0/24, 203.0.113.32/28}",),
                spot=Spot(file="policies/shop/payments.yaml", line=9, column=7, path="spec.egress[0]"),
            ),
        ),
        unread=(Said(code="NPC763", text="the snapshot has no HostEndpoint: the right to list them was denied"),),
    )


def _probe(number: int, before: str, after: str) -> Probe:
    return Probe(
        number=number,
        source="pod batch/reports-1",
        source_namespace="batch",
        source_selector="app=reports",
        destination="pod shop/orders-db-0",
        destination_namespace="shop",
        destination_selector="app=orders-db",
        address="",
        protocol="tcp",
        port=5431 + number,
        before=before,
        after=after,
        decided_by="CiliumNetworkPolicy/shop/orders-db, spec.ingress[0]",
        spot=Spot(file="policies/shop/orders-db.yaml", line=12, column=7, path="spec.ingress[0]"),
        can_script=number != 3,
        note="" if number != 3 else "nothing listens there: refused and denied look alike",
    )
