"""Losses and assumptions -> diagnostics that point into the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import assumptions, calico_lift, comparing, internal
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Both, Condition, Either, Within
from npconv.ir.dimensions import Axis, Dimension, DstPortNamed, HttpPath, Kinds, Members
from npconv.ir.intervals import protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule
from npconv.lowering.addresses import NODES, PODS, AddressPlan, Relation, mentioned
from npconv.lowering.conditions import Once, leaves
from npconv.lowering.losses import Loss
from npconv.pipeline import where
from npconv.pipeline.check import Proof
from npconv.pipeline.engines import Engine, reads_policies_as, title
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.targets.task import Task, Written
from npconv.semantics.budget import NO_SOLVER
from npconv.semantics.compare import Counterexample, Unproven
from npconv.source.object_meta import ObjectMeta

_HELP = "npconv explain {code}"
_MOST_LISTED = 6
_MOST_ALSO = 2


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who may have an address that a CIDR of the policies means."""

    kinds: Kinds
    name: str
    flag: str


_HOLDERS = (_Holder(PODS, "pods", "--pod-cidr"), _Holder(NODES, "nodes", "--node-cidr"))


def of_losses(losses: Iterable[Loss]) -> Iterator[Diagnostic]:
    """A diagnostic per loss, at the field that could not be said; those of both directions that read alike are one."""
    said: set[tuple[object, ...]] = set()
    for loss in losses:
        origin = _origin(loss)
        place = (id(origin.place), origin.path) if origin is not None else loss.policy.name
        if (key := (loss.code, loss.message, loss.effect, place)) in said:
            continue
        said.add(key)
        yield Diagnostic(
            code=loss.code,
            message=loss.message,
            origin=origin,
            help=_HELP.format(code=loss.code),
            effect=loss.effect,
        )


def _origin(loss: Loss) -> Origin | None:
    if loss.rule is not None and loss.rule.origin is not None:
        origin = loss.rule.origin
    elif loss.policy.origin is not None:
        origin = loss.policy.origin.at("spec") if not loss.policy.origin.path else loss.policy.origin
    else:
        return None
    if loss.reason is None or (loss.direction is None and loss.reason.part != "subject"):
        return origin
    return where.field(origin, loss.direction or Direction.INGRESS, loss.reason.part, loss.reason.what)


def of_assumptions(
    source: Meaning, task: Task, asked: tuple[Engine, Engine], proof: Proof | None
) -> Iterator[Diagnostic]:
    """What a translation stands on, and what it calls otherwise. `asked` are the engines as the user named them."""
    policies, target = task.policies, asked[1]
    if proof is None or proof.plan_is_used:
        yield from of_addresses(policies, task.plan)
    yield from of_renamed(policies, task.names)
    if isinstance(target, CiliumProfile):
        yield from of_names(policies, target.version)
        yield from of_sctp(policies, target)
    yield from of_services(source.by_service)
    yield from of_own_node(policies, *asked)


def of_own_node(policies: PolicySet, source: Engine, target: Engine) -> Iterator[Diagnostic]:
    """What Kubernetes leaves open on egress, where one side is any engine of it and the other is a certain one."""
    said = [one for one in (source, target) if isinstance(one, KubernetesProfile) and one.own_node is None]
    others = [one for one in (source, target) if not isinstance(one, KubernetesProfile | PolicyApiProfile)]
    if (
        said
        and others
        and any(_closes(policy, Direction.EGRESS) for tier in policies.tiers for policy in tier.policies)
    ):
        word = "passes" if Direction.EGRESS in reads_policies_as(others[0]).own_node else "is up to policies"
        yield Diagnostic(
            code=assumptions.OWN_NODE_EGRESS,
            message=f"what a pod sends to its own node {word}, as {title(others[0])} has it",
            help="Kubernetes leaves that to its engine: name it, or say `k8s,own-node=open` (or `policed`)",
        )


def _closes(policy: Policy, direction: Direction) -> bool:
    """Whether somebody's policy denies anything in a direction, on its own or by isolation."""
    section = policy.section(direction) if policy.origin is not None else None
    if section is None:
        return False
    opens = any(rule.action is Action.ALLOW and _is_about_everything(rule) for rule in section.rules)
    denies = any(rule.action in (Action.DENY, Action.PASS) for rule in section.rules)
    return denies or (section.isolates and not opens)


def _is_about_everything(rule: Rule) -> bool:
    return (rule.subject, rule.peer, rule.traffic, rule.request) == (ALWAYS, ALWAYS, ALWAYS, ALWAYS)


def of_namespaces(task: Task, made: Written) -> Iterator[Diagnostic]:
    """That there are no other namespaces, where policies were written out for those that are known."""
    if made.for_namespaces:
        listed = ", ".join(f"`{name}`" for name, _ in task.namespaces)
        yield Diagnostic(
            code=assumptions.NAMESPACES,
            message=f"the cluster has no other namespaces than {listed}",
            help="convert again when a namespace is added, or gets other labels",
        )


def of_addresses(policies: PolicySet, plan: AddressPlan) -> Iterator[Diagnostic]:
    """The assumptions about pod and node addresses that some condition of the policies stands on."""
    asked = [one for one in dict.fromkeys(mentioned(policies)) if not one.is_full]
    cut = [one for one in asked if not one.v4.is_empty and not one.v4.is_full]
    open_ = [one for one in _HOLDERS if plan.region(one.kinds).assumed]
    cut += [plan.region(one.kinds).addresses for one in _HOLDERS if open_ and one not in open_]
    if open_ and cut:
        named = " and ".join(one.name for one in open_)
        notes = []
        for relation, word in ((Relation.APART, "none"), (Relation.COVERS, "all")):
            held: dict[
                str, list[Addresses]
            ] = {}  # pods and nodes are taken to be in one place, but some nodes are known
            for asked_for in cut:
                whom = " and ".join(one.name for one in open_ if plan.relation(one.kinds, asked_for) is relation)
                held.setdefault(whom, []).append(asked_for)
            notes += [f"taken to hold {word} of the {whom}: {_listed(sets)}" for whom, sets in held.items() if whom]
        yield Diagnostic(
            code=assumptions.CLUSTER_ADDRESSES,
            message=f"no CIDR of the policies cuts through the addresses of the {named}",
            notes=tuple(notes),
            help=f"say where they are: {' '.join(f'`{one.flag} CIDR`' for one in open_)}",
        )
    by_family = any(one.v4.is_full or not one.v6.is_empty for one in asked)
    if plan.only_v4 and (by_family or any(map(_asks_family, {rule.traffic for _, _, rule in rules(policies)}))):
        yield only_v4()


def only_v4() -> Diagnostic:
    """That IPv6 does not come into it."""
    return Diagnostic(
        code=assumptions.ONLY_IPV4,
        message="pods and nodes are reached over IPv4 only",
        help="in a dual-stack cluster say `--dual-stack`",
    )


def _asks_family(traffic: Condition) -> bool:
    """Whether a rule is for one family by more than its protocol, ICMP or ICMPv6."""
    by_protocol = any(_asks(traffic, Axis.PROTOCOL, protocols(number)) for number in (1, 58))
    return Axis.FAMILY in leaves(traffic) and not by_protocol


def of_renamed(policies: PolicySet, metadata: Mapping[PolicyName, ObjectMeta]) -> Iterator[Diagnostic]:
    """The policies whose outputs are called otherwise."""
    for tier in policies.tiers:
        for policy in tier.policies:
            given = metadata.get(policy.name)
            if given is not None and given.name != policy.name.name:
                yield Diagnostic(
                    code=calico_lift.RENAMED,
                    message=f"`{policy.name}` is called `{given.name}` in the output",
                    origin=policy.origin.at("metadata", "name") if policy.origin is not None else None,
                )


def of_names(policies: PolicySet, version: tuple[int, int]) -> Iterator[Diagnostic]:
    """Named ports of egress rules before Cilium 1.20, and HTTP paths: what their translation stands on."""
    names = Once(lambda traffic: [leaf.name for leaf in leaves(traffic) if isinstance(leaf, DstPortNamed)])
    has_path = Once(lambda request: any(isinstance(leaf, HttpPath) for leaf in leaves(request)))
    named: dict[str, list[Rule]] = {}
    paths: list[Origin] = []
    for _, direction, rule in rules(policies):
        if rule.origin is None:
            continue
        if direction is Direction.EGRESS:
            for name in names[rule.traffic]:
                named.setdefault(name, []).append(rule)
        if has_path[rule.request]:
            paths.append(rule.origin.at("http"))
    if version < (1, 20):
        for name, asking in sorted(named.items()):
            places = (where.port_name(rule, Direction.EGRESS, name) for rule in asking[: 1 + _MOST_ALSO])
            origins = [one for one in places if one is not None]
            yield Diagnostic(
                code=assumptions.NAMED_PORT_UNIQUE,
                message=f"the port name `{name}` means one number in the whole cluster",
                origin=origins[0],
                also=_also(origins[1:]),
                help="check that it does, or write the number",
            )
    if paths:
        yield Diagnostic(
            code=assumptions.PATHS_AS_SENT,
            message="clients send paths in normal form",
            origin=paths[0],
            also=_also(paths[1:]),
        )


def of_sctp(policies: PolicySet, profile: CiliumProfile) -> Iterator[Diagnostic]:
    """Rules for SCTP alone, which a Cilium without `enable-sctp` parses and does not enforce."""
    by_sctp = Once(lambda traffic: _asks(traffic, Axis.PROTOCOL, protocols(132)))
    named = [rule.origin for _, _, rule in rules(policies) if rule.origin is not None and by_sctp[rule.traffic]]
    if named and not profile.sctp:
        yield Diagnostic(
            code=assumptions.SCTP_ENABLED,
            message="the target cluster's agents run with `enable-sctp`",
            origin=named[0],
            also=_also(named[1:]),
            help=f"{_how_to_enable_sctp(profile)}; then say `--to {profile.name},enable-sctp=true`",
        )


def _how_to_enable_sctp(profile: CiliumProfile) -> str:
    if profile.platform is Platform.GENERIC:
        return "set `sctp.enabled=true` in Cilium's Helm values"
    return "the provider sets Cilium's flags, so ask whether this one is on: where it is not, SCTP is denied"


def _asks(condition: Condition, dimension: Dimension, members: Members) -> bool:
    """Whether a condition asks for exactly these members somewhere."""
    match condition:
        case Within(asked, found):
            return asked == dimension and found == members
        case Both(parts) | Either(parts):
            return any(_asks(part, dimension, members) for part in parts)
        case _:
            return False


def of_services(named: Sequence[tuple[Policy, Rule]]) -> Iterator[Diagnostic]:
    """Rules whose services were replaced by the pods that these select."""
    for _, rule in named:
        yield Diagnostic(
            code=assumptions.SERVICE_SELECTOR,
            message="the service's backends are the pods that it selects, at its target ports",
            origin=rule.origin,
            help="convert again when the Service changes",
        )


def of_proof(proof: Proof) -> Iterator[Diagnostic]:
    """What the comparison of source and output found that no loss accounts for, and what it left open."""
    for example in proof.unowned[:10]:
        yield Diagnostic(
            code=internal.UNOWNED,
            origin=example.old.rule.origin if example.old.rule is not None else None,
            message=f"the output differs from the source, and no loss says so: {_flow(example)}",
            help="please report this with the policies: it is a bug in npconv, and nothing is written",
        )
    yield from of_unproven(proof.unproven)


def of_unproven(unproven: Iterable[Unproven]) -> Iterator[Diagnostic]:
    """What a comparison left open, one by one; what it takes the solver for, where there is none, in one line."""
    without_solver = [one for one in unproven if one.why == NO_SOLVER]
    if without_solver:
        others = f" (and {len(without_solver) - 1} more of this kind)" if len(without_solver) > 1 else ""
        yield Diagnostic(
            code=internal.NO_SOLVER,
            message=f"not proven equal: {without_solver[0]}{others}",
            help="install npconv with pip, or test these flows",
        )
    for one in unproven:
        if one.why == NO_SOLVER:
            continue
        yield Diagnostic(
            code=internal.NOT_PROVEN,
            message=f"not proven equal: {one}",
            help="give it more time with `--check-timeout`, or test these flows",
        )


def existing_only() -> Diagnostic:
    """What a comparison of what exists does not say."""
    return Diagnostic(
        code=comparing.EXISTING_ONLY,
        message="only flows of the pods and nodes of the cluster file are compared",
        help="leave out `--cluster` to compare what could be",
    )


def _flow(example: Counterexample) -> str:
    flow = example.flow
    source = "allows" if example.old.allowed else "denies"
    output = "allows" if example.new.allowed else "denies"
    return (
        f"{flow.direction.value} of {flow.subject.title}, peer {flow.peer.title}, protocol {flow.protocol}, "
        f"port {flow.port}: the source {source} ({example.old.reason}), the output {output} ({example.new.reason})"
    )


def rules(policies: PolicySet) -> Iterator[tuple[Policy, Direction, Rule]]:
    """Every rule of a policy set with its policy and direction."""
    for tier in policies.tiers:
        for policy in tier.policies:
            for section in policy.sections:
                for rule in section.rules:
                    yield policy, section.direction, rule


def together(effects: Iterable[Effect]) -> Effect:
    """The effect of several losses."""
    total = Effect.INERT
    for one in effects:
        total |= one
    return total


def _also(origins: Sequence[Origin]) -> tuple[Label, ...]:
    return tuple(Label(origin=one, text="here, too") for one in origins[:_MOST_ALSO])


def _listed(sets: Sequence[Addresses]) -> str:
    different = tuple(dict.fromkeys(sets))
    shown = "; ".join(str(one) for one in different[:_MOST_LISTED])
    more = len(different) - _MOST_LISTED
    return shown + (f"; and {more} more" if more > 0 else "")
