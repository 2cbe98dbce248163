"""What an engine enforces, and a connection in words -> whether it passes, and what decides that on either side."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.api.context import Context
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Fact, Kind
from npconv.lowering import addresses
from npconv.pipeline.endpoint_text import USUAL, EndpointError, Surroundings, endpoint, split, traffic
from npconv.pipeline.endpoints import Existing
from npconv.pipeline.engines import matches_pods_by_address
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.requests import facts_of, true_of
from npconv.pipeline.why import Answer, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """An answer: `answer` has both sides with every policy and rule that was asked; `assumed` is what it stands on."""

    answer: Answer
    assumed: tuple[Diagnostic, ...]

    @property
    def allowed(self) -> bool:
        """Whether the connection passes."""
        return self.answer.allowed


def evaluate(
    meant: Meaning, source: str, destination: str, *, http: str = "", context: Context | None = None
) -> Evaluated:
    """Ask whether a connection passes.

    Ends are `namespace/label=value`, `namespace/pod` (of `context.cluster`), an address, a DNS name, `host`,
    `remote-node` or `world`; behind the destination stands what is sent: `:5432/tcp`. `http` is a request such as
    `GET /health`. Raises EndpointError, whose text is for users.

    >>> meant = parse(POLICY, read="calico")
    >>> evaluate(meant, "shop/app=web", "shop/app=db:5432/tcp").allowed
    True
    >>> evaluate(meant, "shop/app=batch", "shop/app=db:5432/tcp").answer.ingress.trace.verdict.reason
    'end of tier default: NetworkPolicy/shop/db isolates'
    """
    known = context or Context()
    question = _Question(
        meant,
        Surroundings(
            cluster=known.cluster,
            plan=addresses.plan(meant.policies, pod_cidrs=known.pod_cidrs, node_cidrs=known.node_cidrs),
            facts=facts_of(meant.policies),
            cluster_name=meant.engine.cluster_name if isinstance(meant.engine, CiliumProfile) else "default",
            hosts=meant.hosts,
        ),
    )
    answer = question.answer(source, destination, http)
    return Evaluated(answer=answer, assumed=tuple(question.assumed))


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
