"""`python tests/conformance/ask_hard.py [--record]`: what an API server makes of the hard cases, beside npconv."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]

from hard_cases import CLUSTER_NETWORK_POLICIES, KEYS, NETWORK_POLICIES, SCALARS, TEXTS  # noqa: E402
from referee_record import RECORDED  # noqa: E402
from referees import ask, crds, versions  # noqa: E402

from npconv.pipeline.engines import Engine, parse_engine  # noqa: E402
from npconv.pipeline.meaning import meaning  # noqa: E402
from npconv.source.load import parse  # noqa: E402

FILE = RECORDED / "hard_cases.json"
REFUSED = "refused"
HEAD = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n"


STRICTER_TEXTS = ("value: 18446744073709551616\n", "value:\n  a: 1\n  a: 2\n")
"""A number that JSON rounds, and a key twice, which kubectl refuses and an API server alone does not."""
TAKEN_OF_OLD = tuple(
    f"{{podSelector: {{}}, ingress: [{{from: [{{ipBlock: {{cidr: {cidr}}}}}]}}]}}"
    for cidr in ("10.0.0.5/24", "010.0.0.0/8", "'10.0.0.0/08'", "'::ffff:10.0.0.0/104'")
)
"""CIDRs that API servers took before 1.36, so that clusters hold them: npconv reads them, and says so."""


def texts() -> Iterator[str]:
    """Every YAML text."""
    for scalar in SCALARS.split(" "):
        yield f"{HEAD}value: {scalar.replace('!!str~', '!!str ')}\n"
    for key in KEYS:
        yield f"{HEAD}value:\n  {key}: a\n"
    for text in TEXTS:
        yield HEAD + "value:\n" + "".join(f"  {line}\n" for line in text.splitlines())


def manifests() -> Iterator[tuple[str, str, Engine]]:
    """Every manifest: its spec, the whole text, and the engine that reads it."""
    for spec in NETWORK_POLICIES:
        head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: d}\n"
        yield spec, f"{head}spec: {spec}\n", parse_engine("k8s")
    for spec in CLUSTER_NETWORK_POLICIES:
        head = "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n"
        yield spec, f"{head}spec: {spec}\n", parse_engine("policy-api")


def our_data(text: str) -> object:
    """What npconv reads: the value, or that it refuses the text."""
    loaded = parse(text, "hard.yaml")
    if any(one.is_error for one in loaded.diagnostics) or len(loaded.documents) != 1:
        return REFUSED
    return loaded.documents[0].data.get("value")


def our_verdict(text: str, engine: Engine) -> bool:
    """Whether npconv takes a manifest."""
    loaded = parse(text, "hard.yaml")
    found = meaning(loaded, engine)
    return bool(found.objects) and not found.failed


def theirs() -> dict[str, Any]:
    """What an API server says of all of them."""
    lines = [{"op": "yaml", "text": text} for text in texts()]
    answers = ask("kubernetes", lines, crds())
    read = {
        text: one["data"]["value"] if "data" in one else REFUSED for text, one in zip(texts(), answers, strict=True)
    }
    judged = {}
    for spec, text, _ in manifests():
        (one,) = ask("kubernetes", [{"op": "yaml", "text": text}], crds())
        if "data" not in one:
            judged[spec] = REFUSED
            continue
        channel = "standard" if "Cluster" in text else "experimental"
        (answer,) = ask("kubernetes", [{"op": "accept", "document": one["data"]}], crds(channel))
        judged[spec] = "accepted" if answer["accepted"] and not answer["unknown"] else REFUSED
    return {"versions": versions(["kubernetes"])["kubernetes"], "read": read, "judged": judged}


def differences(answers: Mapping[str, Any]) -> Iterator[str]:
    """Where npconv says something else."""
    for text in texts():
        if (
            text in answers["read"]
            and text.removeprefix(HEAD) not in STRICTER_TEXTS
            and not _same(our_data(text), answers["read"][text])
        ):
            yield f"{text}  engine: {answers['read'][text]!r}\n  npconv: {our_data(text)!r}"
    for spec, text, engine in manifests():
        if (
            spec in answers["judged"]
            and spec not in TAKEN_OF_OLD
            and our_verdict(text, engine) != (answers["judged"][spec] == "accepted")
        ):
            yield f"{spec}\n  engine: {answers['judged'][spec]}\n  npconv: {our_verdict(text, engine)}"


def _same(ours: object, theirs_: object) -> bool:
    """As JSON: 80 and 80.0 are one number, True and 1 are not."""
    return json.dumps(_plain(ours)) == json.dumps(_plain(theirs_))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def main() -> int:
    """Ask, print the differences, and record if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true")
    asked = parser.parse_args()
    answers = theirs()
    found = list(differences(answers))
    print("\n".join(found))
    print(f"{len(answers['read'])} texts, {len(answers['judged'])} manifests, {len(found)} differences")
    if asked.record:
        FILE.write_text(json.dumps(answers, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
