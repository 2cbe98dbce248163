"""What a cluster says of itself, and how a question that leaves things open is completed with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.pipeline.engines import AUTO, detect, name
from npconv.pipeline.read import is_policy
from npconv.source.document import Document
from npconv.source.load import Loaded

FORMAT: Final = "npconv/v1"
"""The `apiVersion` of the manifest of a snapshot."""

MANIFEST: Final = "Snapshot"
"""The `kind` of the manifest of a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of an engine's profile as the cluster has it, and the object that says so."""

    key: str
    value: str
    origin: Origin
    said: tuple[Diagnostic, ...] = ()
    """What is to be said whenever this is used."""

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An engine that runs in the cluster, or (`offered`) the one that its provider would run there.

    `version` is what stands behind `engine=`, one that npconv knows; empty if the cluster does not say.
    """

    engine: str
    origin: Origin
    version: str = ""
    settings: tuple[Setting, ...] = ()
    offered: bool = False
    said: tuple[Diagnostic, ...] = ()
    """What is to be said whenever its version is used."""

    @property
    def profile(self) -> str:
        """As it is asked for: `cilium=1.18,platform=aks`."""
        return ",".join([f"{self.engine}={self.version}" if self.version else self.engine, *map(str, self.settings)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Where addresses are, and the objects that say so."""

    cidrs: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    by_node: bool = False
    """Taken from nodes one by one: nodes to come have theirs elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Objects that a snapshot lacks though the cluster may have them: why, and what gets less certain."""

    resource: str
    why: str
    costs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """An engine's profile as text, completed from the cluster, and what is to be said about that."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A cluster: `paths` are what it was read from, `loaded` everything that stands there.

    Empty (`Surroundings()`) where no cluster was given. Whatever a user says wins over what is here.
    """

    paths: tuple[str, ...] = ()
    loaded: Loaded = field(default_factory=lambda: Loaded(documents=(), diagnostics=()))
    cluster: Cluster | None = None
    """What exists, for everything that asks about flows between that. None where no cluster was given, and where its
    pods are not known: then nothing may be concluded from the lack of one (`facts` has the rest)."""
    facts: Cluster = field(default_factory=Cluster)
    """Every object that is known, complete or not."""
    pods: Networks = field(default_factory=Networks)
    services: Networks = field(default_factory=Networks)
    dual_stack: bool = False
    installed: tuple[Installed, ...] = ()
    kubernetes: tuple[int, int] | None = None
    """The version of the API server."""
    not_read: tuple[NotRead, ...] = ()
    is_snapshot: bool = False
    """Whether it is a folder, such as `npconv snapshot` writes: it may be the input, too."""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it cannot be used."""
        return any(one.is_error for one in self.diagnostics)

    @property
    def policies(self) -> Loaded:
        """The policies among its objects, as an input."""
        return Loaded(documents=tuple(filter(is_policy, self.loaded.documents)), diagnostics=())

    @property
    def background(self) -> tuple[Document, ...]:
        """What to add to an input so that translations know the objects that `cluster` does not have."""
        if self.cluster is not None:
            return ()
        return tuple(one for one in self.loaded.documents if not is_policy(one))

    def pod_cidrs(self, given: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
        """Where pods have their addresses, as the user says or as the cluster does; and what to say about it."""
        if given or not self.pods.cidrs:
            return given, ()
        listed = ", ".join(f"`{cidr}`" for cidr in self.pods.cidrs)
        code = codes.ASSUMED if self.pods.by_node else codes.TAKEN
        return self.pods.cidrs, (
            Diagnostic(
                code=code,
                message=f"pods have their addresses in {listed}",
                notes=(f"said by {_listed(self.pods.origins)}",),
                help="say `--pod-cidr` if that is wrong",
            ),
        )

    def engine(self, text: str, documents: Iterable[Document] = (), *, target: bool = False) -> Completed:
        """A profile as the user typed it, completed by what the cluster says of this engine.

        `auto` is the engine that runs there if it enforces the kinds of these documents. As a `target`, what the
        provider of the cluster would install counts, too, and `enable-policy` does not: policies say what is enforced.
        """
        if text.strip() == AUTO:
            return self._enforcing(documents)
        head, *keys = [part.strip() for part in text.split(",")]
        engine, _, version = head.partition("=")
        found = next((one for one in self.installed if one.engine == engine and (target or not one.offered)), None)
        if found is None:
            return Completed(text=text)
        given = {key.partition("=")[0].strip() for key in keys}
        open_ = [one for one in found.settings if one.key not in given]
        settings = [one for one in open_ if not (target and one.key in _SOURCE_ONLY)]
        said = [
            *(() if version else found.said),
            *(remark for one in settings for remark in one.said),
            *(_not_of_targets(one) for one in open_ if one not in settings),
        ]
        version = version or found.version
        parts = [f"{engine}={version}" if version else engine, *filter(None, keys), *map(str, settings)]
        completed = ",".join(parts)
        if completed != text:
            said.insert(0, _taken(found, completed, settings))
        return Completed(text=completed, diagnostics=tuple(said))

    def _enforcing(self, documents: Iterable[Document]) -> Completed:
        given = tuple(documents)
        running = [one for one in self.installed if not one.offered]
        detected = detect(given)
        engine = re.split("[=,]", name(detected), maxsplit=1)[0]
        own = {id(one) for one in self.loaded.documents}
        if isinstance(detected, KubernetesProfile) or all(id(one) in own for one in given):
            enforcing = [one for one in running if one.engine in _ENFORCING]
            if len(enforcing) == 1:  # the cluster's own policies of other engines are leftovers
                engine = enforcing[0].engine
            elif isinstance(detected, KubernetesProfile):
                return Completed(text=AUTO)
        if not any(one.engine == engine for one in running):
            return Completed(text=AUTO)
        return self.engine(engine)


_ENFORCING: Final = ("azure-npm", "calico", "cilium")
"""The engines that enforce Kubernetes' own policies."""

_SOURCE_ONLY: Final = ("enable-policy",)
_MOST_NAMED: Final = 3


def _taken(found: Installed, completed: str, settings: Iterable[Setting]) -> Diagnostic:
    said = {str(one): one.origin for one in settings}
    notes = [f"`{one}`: {origin.place.label}" for one, origin in said.items()]
    verb = "offers" if found.offered else "runs"
    return Diagnostic(
        code=codes.ENGINE_TAKEN,
        origin=found.origin,
        message=f"the cluster {verb} `{completed}`",
        notes=tuple(notes),
        help="name the version or the setting to have it otherwise",
    )


def _not_of_targets(one: Setting) -> Diagnostic:
    return Diagnostic(
        code=codes.SETTING_UNREAD,
        origin=one.origin.at("data", one.key),
        message=f"policies are written as for the default of `{one.key}` (found `{one.value}`)",
        help="whatever is written here is not what this Cilium enforces",
    )


def _listed(origins: tuple[Origin, ...]) -> str:
    labels = list(dict.fromkeys(one.place.label for one in origins))
    shown = ", ".join(f"`{label}`" for label in labels[:_MOST_NAMED])
    more = len(labels) - _MOST_NAMED
    return shown + (f" and {more} more" if more > 0 else "")
