"""A real API server and the real kubectl -> does `npconv snapshot` read what there is, by the rights of docs/rbac.yaml?

    python tests/conformance/cluster/ask_cluster.py [--record]

`--record` keeps every call of kubectl, with what it answered, for ordinary tests (tests/unit/snapshot/recorded).
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

import crds
from aggregated import NAME, shown
from populate import OBJECTS, fill, install
from server import Server, missing, running

ROOT: Final = Path(__file__).parents[3]
RECORDED: Final = ROOT / "tests" / "unit" / "snapshot" / "recorded"
ROLES: Final = ROOT / "docs" / "rbac.yaml"
KEPT: Final = ("bare", "whole", "fewer", "shown", "down", "twins", "stranger", "nowhere")
"""The sessions that are recorded."""

SECRET: Final = "s3cret"
"""In everything that must not be in a snapshot."""

_RECORDER: Final = """\
#!{python}
import fcntl, json, os, subprocess, sys
done = subprocess.run([{kubectl!r}, *sys.argv[1:]], capture_output=True, text=True)
call = {{"argv": sys.argv[1:], "code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}}
with open(os.environ["NPCONV_RECORD"], "a") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print(json.dumps(call), file=file)
sys.stdout.write(done.stdout)
sys.stderr.write(done.stderr)
sys.exit(done.returncode)
"""


class Asking:
    """A server, and `npconv` as it is run there. `wrong` is what did not hold."""

    def __init__(self, server: Server, work: Path, *, record: bool) -> None:
        self.server = server
        self.work = work
        self.record = record
        self.wrong: list[str] = []
        self._bin = work / "bin"
        self._bin.mkdir()
        recorder = self._bin / "kubectl"
        recorder.write_text(_RECORDER.format(python=sys.executable, kubectl=shutil.which("kubectl")))
        recorder.chmod(0o755)

    def check(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
        if not holds:
            self.wrong.append(what)

    def snapshot(self, session: str, user: str, *options: str, kubeconfig: Path | None = None) -> tuple[int, str, Path]:
        """Take a snapshot; its exit code, what it says, and the folder. Every call of kubectl is noted."""
        folder, calls = self.work / session, self.work / f"{session}.calls"
        environment = {
            **os.environ,
            "KUBECONFIG": str(kubeconfig or self.server.kubeconfig(user)),
            "NPCONV_RECORD": str(calls),
            "PATH": f"{self._bin}{os.pathsep}{os.environ['PATH']}",
        }
        command = [sys.executable, "-m", "npconv", "snapshot", "-o", str(folder), *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if self.record and session in KEPT:
            RECORDED.mkdir(parents=True, exist_ok=True)
            several = sorted(map(json.loads, calls.read_text().splitlines()), key=lambda one: one["argv"])
            text = json.dumps([_without_schemas(one) for one in several], indent=1, ensure_ascii=False)
            (RECORDED / f"{session}.json").write_text(text + "\n")
        return done.returncode, done.stderr, folder


def ask(asking: Asking) -> None:
    """Everything, from a bare cluster to one with all kinds."""
    server = asking.server
    server.kubectl("apply", f"--filename={ROLES}")
    _bind(server, "reader", "npconv-snapshot")
    code, said, folder = asking.snapshot("bare", "reader")
    asking.check(code == 0 and "may not be read" not in said, "a bare cluster, with the rights of docs/rbac.yaml")
    asking.check("kinds are not installed" in said, "kinds that it does not have are counted")

    install(server, (*crds.calico(), *crds.cilium(), *crds.policy_api(), *crds.managed()))
    for name in ("cluster", "calico", "cilium", "policy_api", "managed"):
        fill(server, name)
    code, said, whole = asking.snapshot("whole", "reader")
    asking.check(code == 0, "every kind, with the rights of docs/rbac.yaml")
    asking.check(SECRET not in _text(whole), "no secret, environment, argument or volume")
    for name in ("web-0", "no-telnet", "no-metadata-service", "no-smtp", "default-ipv4-ippool", "worker-a", "blue"):
        asking.check(name in _text(whole), f"`{name}` is there")
    asking.snapshot("again", "admin")
    asking.check(_same(whole, asking.work / "again"), "an administrator reads the same, and twice gives the same bytes")
    asking.check(_pasted(asking, whole), "the printed lines, pasted, leave the same answers")
    asking.check(_used(whole) == 0, "calico-to-cilium --cluster proves its translation equal")

    fewer = server.kubectl("get", "clusterrole", "npconv-snapshot", "--output=json")
    server.kubectl("apply", "--filename=-", text=_without(fewer, "pods", "nodes", "ciliumnetworkpolicies"))
    server.kubectl("create", "clusterrolebinding", "fewer", "--clusterrole=fewer", "--user=newcomer")
    code, said, folder = asking.snapshot("fewer", "newcomer")
    asking.check(code == 1, "fewer rights: exit code 1")
    for name in ("pods", "nodes", "ciliumnetworkpolicies.cilium.io", "configmaps"):
        asking.check(f"`{name}` may not be read" in said, f"`{name}` is said to be denied")
    asking.check("web-0" not in _text(folder) and "ledger" not in _text(folder), "nothing that was denied is there")

    with shown(server, OBJECTS / "calico_v3.yaml", asking.work):
        code, said, folder = asking.snapshot("shown", "reader")
    asking.check(code == 0 and "`GlobalNetworkPolicy/security.no-telnet`" in said, "policies that Calico does not show")
    asking.check(_text(folder).count("app == 'web'") == 1, "policies that are stored and shown are read once")
    code, said, folder = asking.snapshot("down", "reader")
    asking.check(code == 0 and _text(folder).count("app == 'web'") == 1, "Calico's API server is down: what is stored")
    server.kubectl("delete", "apiservice", NAME)

    install(server, crds.calico_v3())
    fill(server, "calico_v3")
    code, said, folder = asking.snapshot("twins", "reader")
    asking.check(
        code == 0 and "GlobalNetworkPolicy/security.no-telnet" in _text(folder).partition("leftOver")[2],
        "where Calico's kinds are CRDs, what was stored before is left out, and said so",
    )
    asking.check(_text(folder).count("app == 'web'") == 1, "policies that are stored and shown are read once")

    code, said, folder = asking.snapshot("some", "reader", "--namespace=shop")
    asking.check(code == 0 and "ledger" not in _text(folder), "one namespace only")
    stranger = asking.work / "stranger.kubeconfig"
    stranger.write_text(server.kubeconfig().read_text().replace('"token": "admin"', '"token": "nobody"'))
    code, said, folder = asking.snapshot("stranger", "", kubeconfig=stranger)
    asking.check(code == 2 and "NPC761" in said and not folder.exists(), "no login: nothing is written")
    code, said, folder = asking.snapshot("nowhere", "", kubeconfig=asking.work / "none")
    asking.check(code == 2 and "NPC761" in said and not folder.exists(), "no server: nothing is written")


def _without_schemas(call: dict[str, Any]) -> dict[str, Any]:
    """A call without the schemas of CRDs: they are the engines' text, and the greater part of it all."""
    if "customresourcedefinitions.apiextensions.k8s.io" not in call["argv"] or not call["stdout"]:
        return call
    data = json.loads(call["stdout"])
    for crd in data.get("items", [data]):
        for version in crd["spec"]["versions"]:
            version.pop("schema", None)
    return {**call, "stdout": json.dumps(data, indent=4) + "\n"}


def _bind(server: Server, user: str, role: str) -> None:
    server.kubectl("create", "clusterrolebinding", role, f"--clusterrole={role}", f"--user={user}")
    server.kubectl("create", "rolebinding", role, "--namespace=kube-system", f"--role={role}", f"--user={user}")


def _without(role: str, *resources: str) -> str:
    """A role under another name, without some resources."""
    data = json.loads(role)
    rules = [
        {**rule, "resources": [one for one in rule["resources"] if one not in resources]} for rule in data["rules"]
    ]
    return json.dumps({**data, "metadata": {"name": "fewer"}, "rules": [rule for rule in rules if rule["resources"]]})


def _pasted(asking: Asking, whole: Path) -> bool:
    """Run the printed lines in a shell, and make a snapshot of what they leave."""
    answers, again = asking.work / "answers", asking.work / "pasted"
    npconv = [sys.executable, "-m", "npconv", "snapshot"]
    lines = subprocess.run(
        [*npconv, "-o", str(answers), "--print-commands"], capture_output=True, text=True, check=True
    )
    environment = {**os.environ, "KUBECONFIG": str(asking.server.kubeconfig("reader"))}
    subprocess.run(["sh"], input=lines.stdout, text=True, env=environment, check=False)
    subprocess.run([*npconv, "--from", str(answers), "-o", str(again)], capture_output=True, check=False)
    return _same(whole, again)


def _used(folder: Path) -> int:
    command = [sys.executable, "-m", "npconv", "calico-to-cilium", "--cluster", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def _same(one: Path, other: Path) -> bool:
    """Whether two snapshots differ in the time of their manifests alone."""
    names = sorted(file.name for file in one.iterdir())
    if names != sorted(file.name for file in other.iterdir()):
        return False
    _, differing, _ = filecmp.cmpfiles(one, other, [name for name in names if name != "snapshot.yaml"], shallow=False)
    lines = [
        [line for line in (folder / "snapshot.yaml").read_text().splitlines() if not line.startswith("taken:")]
        for folder in (one, other)
    ]
    return not differing and lines[0] == lines[1]


def _text(folder: Path) -> str:
    return "\n".join(file.read_text() for file in sorted(folder.iterdir())) if folder.is_dir() else ""


@contextlib.contextmanager
def _asking(*, record: bool) -> Iterator[Asking]:
    with running() as server, tempfile.TemporaryDirectory() as work:
        yield Asking(server, Path(work), record=record)


def main() -> int:
    """Ask, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="keep what kubectl answered for ordinary tests")
    record = parser.parse_args().record
    lacking = missing() or crds.missing()
    if lacking:
        print(f"skipped: {lacking}")
        return 0
    with _asking(record=record) as asking:
        ask(asking)
    print(f"{len(asking.wrong)} failed")
    return 1 if asking.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
