"""`python tests/conformance/ask_random.py calico --count 2000`: random policy sets of a dialect, judged by its engine.

Prints the seeds that fail, each shrunk to as few documents and rules as still fail, and keeps a line in RESULTS.md.
"""

from __future__ import annotations

import argparse
import copy
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden"), str(HERE.parent / "property")]

import yaml  # noqa: E402
from calico_yaml import calico_yaml  # noqa: E402
from referee_cluster import scene  # noqa: E402
from referee_compare import Answered, answered, told  # noqa: E402
from referee_explained import explained  # noqa: E402
from referee_sides import Side, is_complete, kept, namespaces_of, policies_of  # noqa: E402
from referees import Referee, is_built, referee_of, versions  # noqa: E402

from npconv.ir.dimensions import Family  # noqa: E402
from npconv.lowering import addresses  # noqa: E402
from npconv.lowering.hosts import pods_only  # noqa: E402
from npconv.pipeline.convert import convert  # noqa: E402
from npconv.pipeline.engines import parse_engine  # noqa: E402
from npconv.pipeline.meaning import meaning  # noqa: E402
from npconv.pipeline.model import Options, text_of  # noqa: E402
from npconv.source.load import Loaded, parse  # noqa: E402

RESULTS = HERE / "RESULTS.md"
ENGINES = {
    "calico": "calico=3.29",
    "cilium": "cilium=1.20",
    "cilium-1.18": "cilium=1.18",
    "k8s": "k8s",
    "policy-api": "policy-api",
}
Data = dict[str, Any]


def main() -> int:
    """Judge a range of seeds; 1 if the engine and npconv disagree about any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--count", type=int, default=2000, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--flows", type=int, default=40, help="flows for each seed")
    parser.add_argument("--shown", type=int, default=5, help="how many failures to shrink and print")
    parser.add_argument("--ipv6", action="store_true", help="flows of IPv6 instead of IPv4")
    parser.add_argument("--no-record", action="store_true", help="leave RESULTS.md as it is")
    asked = parser.parse_args()
    referee = referee_of(parse_engine(ENGINES[asked.engine]))
    if referee is None or not is_built(referee.program):
        print(f"{asked.engine}: its referee is not built, nothing was asked")
        return 0
    started = time.monotonic()
    family = Family.V6 if asked.ipv6 else Family.V4
    counts: Counter[str] = Counter()
    bad: list[int] = []
    for seed in range(asked.first, asked.first + asked.count):
        loaded = input_of(asked.engine, seed)
        found = judged(loaded, referee, seed, asked.flows, family)
        if isinstance(found, str):
            counts[found] += 1
            continue
        judges = [one for one in found.theirs if one is not None]
        wrong = sum(1 for _ in found.wrong)
        counts.update(policy_sets=1, flows=len(judges), flows_agreed=len(judges) - wrong)
        counts["sets_refused_by_the_api_server"] += found.is_refused
        if not wrong and not found.error and found.refused and all(map(explained, found.refused)):
            counts["sets_refused_and_explained"] += 1
        elif wrong or found.error or found.refused:
            bad.append(seed)
            print(f"seed {seed}: {wrong} of {len(judges)} flows {found.error} {found.refused}", flush=True)
            if wrong and len(bad) <= asked.shown:
                print(shrunk(loaded, referee, seed, asked.flows, family), flush=True)
    version = versions([referee.program])[referee.program]
    _record(
        f"{asked.engine}{', IPv6' if asked.ipv6 else ''} ({_words(version)})",
        asked,
        counts,
        bad,
        time.monotonic() - started,
    )
    return 1 if bad else 0


def input_of(engine: str, seed: int) -> Loaded:
    """Random policies that an engine enforces: those of Calico, or what these become in its dialect."""
    first = parse(calico_yaml(seed), f"seed-{seed}.yaml")
    if engine == "calico":
        return parse(yaml.safe_dump_all([_as_of_old(one.data) for one in first.documents]), f"seed-{seed}.yaml")
    chosen = Options(target=parse_engine(ENGINES[engine]), namespaces=("shop", "ops", "other"), check_seconds=0)
    return parse(text_of(convert(first, chosen).outputs, "yaml"), f"seed-{seed}.{engine}.yaml")


def _as_of_old(one: Any) -> Any:
    """A policy as Calico had it up to 3.31: with its tier's name before its own, and protocols beside port names."""
    if one.get("kind") not in ("NetworkPolicy", "GlobalNetworkPolicy") or "projectcalico" not in one["apiVersion"]:
        return one
    metadata, spec = one["metadata"], one.get("spec") or {}
    name = f"{spec.get('tier', 'default')}.{metadata['name']}"
    return {**one, "metadata": {**metadata, "name": name}, "spec": _with_protocols(spec)}


def _with_protocols(value: Any) -> Any:
    """Rules with a protocol beside a port's name: Calico 3.28, which is asked, wants one (docs/engines.md)."""
    if isinstance(value, list):
        return [_with_protocols(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _with_protocols(one) for key, one in value.items()}
    sides = [found.get("source"), found.get("destination")]
    has_ports = any(isinstance(one, dict) and (one.get("ports") or one.get("notPorts")) for one in sides)
    return {**found, "protocol": "TCP"} if has_ports and "protocol" not in found else found


def judged(loaded: Loaded, referee: Referee, seed: int, count: int, family: Family = Family.V4) -> Answered | str:
    """What engine and npconv say of a policy set; a word if it is nothing that can be asked about."""
    meant = meaning(loaded, referee.engine)
    if meant.failed:
        return "sets_that_npconv_refuses"
    if not meant.objects:
        return "sets_without_a_policy"
    data = [one.data for one in loaded.documents]
    if meant.by_service or not is_complete(data):
        return "sets_with_services"
    pods, _ = pods_only(meant.policies)
    plan = addresses.plan(pods, pod_cidrs=(), node_cidrs=(), only_v4=family is Family.V4)
    name = f"seed {seed}"
    found = scene(meant.policies, plan, namespaces_of(loaded), name, family)
    side = Side(
        name=name,
        referee=referee,
        documents=policies_of(data, referee),
        policies=meant.policies,
        promised=meant.policies,
        namespaces=namespaces_of(loaded),
        endpoints=found.endpoints,
        flows=kept(found.flows(), count, name),
    )
    (one,) = answered([side])
    return one


def shrunk(loaded: Loaded, referee: Referee, seed: int, count: int, family: Family) -> str:
    """The failure with as few documents and list items as still fail."""
    data = [one.copied() for one in loaded.documents]

    def fails(documents: list[Data]) -> bool:
        found = judged(parse(yaml.safe_dump_all(documents), "shrunk.yaml"), referee, seed, max(count, 400), family)
        return not isinstance(found, str) and any(True for _ in found.wrong)

    for cut in (_documents, _items, _items):
        data = _least(data, fails, cut)
    found = judged(parse(yaml.safe_dump_all(data), "shrunk.yaml"), referee, seed, max(count, 400), family)
    if isinstance(found, str):
        return found
    return f"{told(found, 1)}\n{yaml.safe_dump_all(data, sort_keys=False)}"


def _least(
    data: list[Data], fails: Callable[[list[Data]], bool], cuts: Callable[[list[Data]], Iterator[list[Data]]]
) -> list[Data]:
    """Cut while something that is left still fails."""
    going = True
    while going:
        going = False
        for fewer in cuts(data):
            if fewer and fails(fewer):
                data, going = fewer, True
                break
    return data


def _documents(data: list[Data]) -> Iterator[list[Data]]:
    for index in range(len(data)):
        yield [*data[:index], *data[index + 1 :]]


def _items(data: list[Data]) -> Iterator[list[Data]]:
    """Without one item of a list, or one key below a rule."""
    for path in [path for path in _paths(data) if len(path) > 2]:
        fewer = copy.deepcopy(data)
        at: Any = fewer
        for key in path[:-1]:
            at = at[key]
        del at[path[-1]]
        yield fewer


def _paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, below in value.items():
            if len(path) >= 3:
                yield (*path, key)
            yield from _paths(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield (*path, index)
            yield from _paths(below, (*path, index))


def _words(version: dict[str, str]) -> str:
    return ", ".join(f"{name.rpartition('/')[2]} {number}" for name, number in sorted(version.items()))


def _record(title: str, asked: argparse.Namespace, counts: Counter[str], bad: list[int], seconds: float) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False
    ).stdout.strip()
    shown = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sorted(counts.items()))
    failed = f"{len(bad)} seeds disagree: {bad[:20]}" if bad else "no seed disagrees"
    line = (
        f"- `{commit}`, {title}, seeds {asked.first} to {asked.first + asked.count - 1}, {seconds:.0f} s: {shown};"
        f" {failed}\n"
    )
    print(line, end="")
    if asked.no_record:
        return
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(line)


if __name__ == "__main__":
    sys.exit(main())
