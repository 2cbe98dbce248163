"""An argument list -> what kubectl answers: as the user is logged in, without a shell, and nothing but reading."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.pattern import pattern
from npconv.snapshot.table import Resource

_OURS: Final = (
    "Error from server",
    "error:",
    "Error:",
    "WARNING: version difference",
    "Warning:",
    "No resources found",
    "The connection to the server",
    "Unable to connect",
)
"""How lines begin that kubectl says of an answer; all others come from plugins that log in, and want to be seen."""


_LOG: Final = pattern(r"[EIWF][0-9]{4} ")
"""How the lines of a log begin (klog): kubectl logs what goes wrong with its discovery."""


class KubectlError(Exception):
    """kubectl cannot be run; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Whose cluster, and as whom: kubectl's own options, as the user typed them. Empty: as kubectl has it."""

    context: str = ""
    kubeconfig: str = ""
    user: str = ""
    timeout: str = "60s"

    @property
    def options(self) -> tuple[str, ...]:
        """As kubectl takes them."""
        given = (("--context", self.context), ("--kubeconfig", self.kubeconfig), ("--as", self.user))
        return (*(f"{name}={value}" for name, value in given if value), f"--request-timeout={self.timeout}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What kubectl printed, and how it ended."""

    code: int
    output: bytes
    errors: str


Kubectl = Callable[[Sequence[str]], Answer]
"""Runs kubectl with some arguments."""


def get(resource: Resource, login: Login, *, namespace: str = "", version: str = "") -> tuple[str, ...]:
    """The arguments that read a resource: everywhere, or in one namespace; of a certain version if one is named."""
    title = f"{resource.plural}.{version}.{resource.group}" if version else resource.title
    named = (*resource.names, "--ignore-not-found") if resource.names else ()
    where = ("--all-namespaces",) if resource.namespaced and not namespace else ()
    there = (f"--namespace={namespace}",) if namespace else ()
    return ("get", title, *named, *where, *there, *login.options, "--output=json")


def gets(
    resource: Resource, login: Login, *, namespaces: Sequence[str] = (), version: str = ""
) -> tuple[tuple[str, ...], ...]:
    """One `get`, or one for each namespace that is asked."""
    asked = (resource.namespaces or tuple(namespaces)) if resource.namespaced else ()
    return tuple(get(resource, login, namespace=one, version=version) for one in asked or ("",))


def discovery(login: Login) -> tuple[str, ...]:
    """The arguments that ask which kinds the server has."""
    return ("api-resources", "--verbs=list", *login.options)


def versions(login: Login) -> tuple[str, ...]:
    """The arguments that ask for the versions of client and server; also whether the server answers."""
    return ("version", *login.options, "--output=json")


def kubectl(tell: Callable[[str], None]) -> Kubectl:
    """The kubectl of the user's PATH. What plugins say while they log in is told at once. Raises KubectlError."""
    program = shutil.which("kubectl")
    if program is None:
        raise KubectlError("there is no `kubectl` in PATH")

    def run(arguments: Sequence[str]) -> Answer:
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    [program, *arguments],
                    stdout=output,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as error:
                raise KubectlError(f"`{program}` does not run: {(error.strerror or str(error)).lower()}") from None
            said: list[str] = []
            with process:
                for line in process.stderr or ():
                    said.append(line)
                    if line.strip() and not line.startswith(_OURS) and not _LOG.match(line):
                        tell(line)
            output.seek(0)
            return Answer(code=process.returncode, output=output.read(), errors="".join(said))

    return run
