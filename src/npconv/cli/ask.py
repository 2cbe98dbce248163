"""The arguments of `npconv why` -> a meaning and a connection, the answer, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npconv.cli import sides, within
from npconv.cli.deliver import to_stdout
from npconv.cli.exits import Exit
from npconv.cli.talk import Talk
from npconv.diagnostics.codes import command_line, comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Fact, Kind
from npconv.lowering import addresses
from npconv.pipeline.endpoint_text import USUAL, EndpointError, Surroundings, endpoint, split, traffic
from npconv.pipeline.endpoints import Existing
from npconv.pipeline.engines import matches_pods_by_address, title
from npconv.pipeline.meaning import Meaning, meaning
from npconv.pipeline.read import wanted
from npconv.pipeline.requests import facts_of, true_of
from npconv.pipeline.why import Answer, why
from npconv.render import why_text
from npconv.source.revision import load_side


def ask(
    *,
    paths: tuple[str, ...],
    source: str,
    destination: str,
    engine: str,
    http: str,
    cluster: tuple[str, ...],
    output: str,
    namespace: str,
    pod_cidr: tuple[str, ...],
    node_cidr: tuple[str, ...],
    format: str,
    quiet: bool,
    color: str,
) -> Exit:
    """Answer one question."""
    talk = Talk(form=format, color=color, quiet=quiet)
    around = sides.cluster(cluster)
    if around.failed:
        talk.say(around.diagnostics)
        return Exit.INVALID
    given = sides.joined([load_side(path, sides.stdin([path]), wanted=wanted) for path in paths])
    loaded = given if paths else around.policies
    chosen, completed = within.engine(engine, "--engine", around, loaded.documents)
    loaded = replace(loaded, documents=(*loaded.documents, *around.background))
    known = around.cluster
    meant = meaning(loaded, chosen, namespace=namespace, known=known)
    findings = [*around.diagnostics, *completed, *meant.diagnostics]
    if meant.failed or not meant.objects:
        findings += [] if meant.failed else [_empty(paths or cluster)]
        talk.say(findings)
        return Exit.INVALID if meant.failed else Exit.EMPTY
    pod_cidrs, told = around.pod_cidrs(pod_cidr)
    findings += told
    surroundings = Surroundings(
        cluster=known,
        plan=addresses.plan(meant.policies, pod_cidrs=pod_cidrs, node_cidrs=node_cidr),
        facts=facts_of(meant.policies),
        cluster_name=meant.engine.cluster_name if isinstance(meant.engine, CiliumProfile) else "default",
        hosts=meant.hosts,
    )
    question = _Question(meant, surroundings)
    try:
        answer = question.answer(source, destination, http)
    except EndpointError as error:
        talk.say([*findings, Diagnostic(code=comparing.ENDPOINT, message=str(error))])
        return Exit.INVALID
    findings += question.assumed
    talk.say(findings)
    if chosen is None:
        talk.remark(f"as {title(meant.engine)} enforces it")
    printed = to_stdout(
        why_text.as_text(answer, http.strip()) if output == "text" else why_text.as_json(answer, meant, findings),
    )
    talk.say(printed.said)
    if printed.problem is not None:
        return printed.problem
    return Exit.DONE if answer.allowed else Exit.CHANGED


class _Question:
    """A connection in words, asked of a meaning. `assumed` is what the answer stands on."""

    def __init__(self, meant: Meaning, known: Surroundings) -> None:
        self._meant = meant
        self._known = known
        self.assumed: list[Diagnostic] = []

    def answer(self, source: str, destination: str, http: str) -> Answer:
        """The answer. Raises EndpointError."""
        start, sent = split(source)
        if sent:
            raise EndpointError(f"`--from` takes no port (found `{sent}`)")
        end, sent = split(destination)
        opening, opened = endpoint(start, self._known), endpoint(end, self._known, offset=6)
        what, reached = traffic(sent, opened.endpoint) if sent else (USUAL, opened.endpoint)
        if not sent:
            self.assumed.append(
                Diagnostic(
                    code=comparing.PORT_ASSUMED,
                    message="no port was given: the answer is for 80/tcp",
                    help=f"say it behind the destination: `{destination}:5432/tcp`",
                )
            )
        opened = Existing(endpoint=reached, node=opened.node)
        self.assumed += self._addresses(opening, opened)
        found = why(self._meant, opening, opened, what, request=self._request(http))
        if isinstance(found, str):
            raise EndpointError(found)
        return found

    def _request(self, http: str) -> frozenset[Fact] | None:
        if not http:
            return None
        method, _, path = http.strip().partition(" ")
        if not path.strip().startswith("/"):
            raise EndpointError(f"expected a request such as `GET /health` (found `{http}`)")
        true, unread = true_of(self._known.facts, method, path.strip())
        if unread:
            raise EndpointError(f"npconv cannot tell whether the request has: {unread[0]}")
        return true

    def _addresses(self, *ends: Existing) -> Iterator[Diagnostic]:
        """A remark where the answer may hang on an address that npconv chose."""
        if not matches_pods_by_address(self._meant.engine):
            return
        asked = [one for one in addresses.mentioned(self._meant.policies) if not one.is_full]
        for one in ends:
            region = self._known.plan.pods if one.endpoint.kind is Kind.POD else self._known.plan.nodes
            chosen = [address for address in one.endpoint.addresses if address in region.addresses]
            if asked and chosen and region.assumed and not one.node and one.endpoint.kind is not Kind.OUTSIDE:
                yield Diagnostic(
                    code=comparing.ADDRESS_ASSUMED,
                    message=f"the {one.endpoint.title} is taken to have the address {chosen[0]}",
                    help="say where pods and nodes have theirs (`--pod-cidr`, `--node-cidr`), or give a cluster file",
                )


def _empty(paths: tuple[str, ...]) -> Diagnostic:
    listed = ", ".join(f"`{path}`" for path in paths)
    return Diagnostic(code=command_line.NO_POLICY, message=f"no policy found in {listed}")
