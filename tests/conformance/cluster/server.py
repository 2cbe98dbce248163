"""Binaries -> a running API server with its etcd, and kubectl with any of a few users' rights."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BIN: Final = Path(__file__).parents[3] / "conformance" / "bin"
ADMIN: Final = "admin"
USERS: Final = (ADMIN, "reader", "newcomer")
"""Who may log in, each by a token of the same name: the first may do everything, the others what roles give them."""

_START_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A running API server. `folder` holds the kubeconfig of each user."""

    folder: Path
    port: int

    def kubeconfig(self, user: str = ADMIN) -> Path:
        """The kubeconfig of a user."""
        return self.folder / f"{user}.kubeconfig"

    def kubectl(self, *arguments: str, user: str = ADMIN, text: str | None = None, check: bool = True) -> str:
        """What kubectl prints; its standard input is `text`."""
        command = ["kubectl", f"--kubeconfig={self.kubeconfig(user)}", *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout


def missing() -> str:
    """What is not there to run a server with; empty if everything is."""
    for name in ("kube-apiserver", "etcd"):
        if not (BIN / name).is_file():
            return f"{name} was not built (make -C conformance apiserver)"
    return next((f"there is no {name}" for name in ("kubectl", "openssl") if shutil.which(name) is None), "")


@contextmanager
def running() -> Iterator[Server]:
    """A server that nobody else uses, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="npconv-cluster-") as name:
        folder = Path(name)
        etcd_port, peer_port, port = _ports(3)
        processes = [_etcd(folder, etcd_port, peer_port)]
        try:
            processes.append(_apiserver(folder, etcd_port, port))
            for user in USERS:
                (folder / f"{user}.kubeconfig").write_text(_kubeconfig(port, user))
            server = Server(folder, port)
            _wait(server, processes[-1])
            yield server
        finally:
            for process in reversed(processes):  # nothing of theirs is kept; asked politely, they take minutes
                process.kill()
                process.wait()


def _etcd(folder: Path, port: int, peer: int) -> subprocess.Popen[bytes]:
    own, others = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    return _start(
        folder,
        "etcd",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={own}",
        f"--advertise-client-urls={own}",
        f"--listen-peer-urls={others}",
        f"--initial-advertise-peer-urls={others}",
        f"--initial-cluster=default={others}",
        "--unsafe-no-fsync",
    )


def _apiserver(folder: Path, etcd: int, port: int) -> subprocess.Popen[bytes]:
    key = folder / "accounts.key"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    tokens = folder / "tokens.csv"
    tokens.write_text("".join(_login(user) for user in USERS))
    return _start(
        folder,
        "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        f"--cert-dir={folder / 'certificates'}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none",
    )


def _login(user: str) -> str:
    return f"{user},{user},{user}" + (',"system:masters"\n' if user == ADMIN else "\n")


def _start(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([BIN / name, *arguments], stdout=log, stderr=log, cwd=folder)


def _kubeconfig(port: int, user: str) -> str:
    """The self-signed certificate is not looked at: the server is this machine's own."""
    cluster = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": user}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": user}}],
            "current-context": "test",
        }
    )


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if server.kubectl("get", "--raw=/readyz", check=False).strip() == "ok":
            return
        time.sleep(1)
    log = (server.folder / "kube-apiserver.log").read_text(errors="replace")
    raise RuntimeError(f"the API server did not start:\n{log[-3000:]}")


def _ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


if __name__ == "__main__":  # for looking at it by hand
    with running() as server:
        print(f"export KUBECONFIG={server.kubeconfig()}", flush=True)
        while True:
            time.sleep(3600)
