"""Outputs and how ready their namespaces are -> the waves of the roll-out: allows before denies, default denies last.

First comes what others refer to, then all policies in a form that isolates nothing. From then on the order does not
matter for what the finished set lets through (`wave_objects`; held by tests/unit/report/test_waves_are_safe.py), and it
goes from what needs nobody's attention to what does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico.profile import CalicoProfile
from npconv.pipeline.engines import Engine
from npconv.pipeline.model import Output
from npconv.report.facts import Facts
from npconv.report.model import Grade, Wave
from npconv.report.pods import names
from npconv.report.wave_objects import (
    calico_doors,
    can_stay_open,
    is_shared,
    kubernetes_door,
    label_of,
    metadata_of,
    only_isolates,
    place_of,
    staged,
    without_default_deny,
)
from npconv.report.wave_texts import TITLES, Step, commands, hold, undo
from npconv.source.fields import Value

CLUSTER: Final = "(cluster)"
"""What the report calls the policies that have no namespace."""
_STAGED_SINCE: Final = (3, 30)
"""Open-source Calico has staged policies since then (facts/calico.md 0)."""
_BY_GRADE: Final = {Grade.A: Step.AUTOMATIC, Grade.B: Step.REVIEW, Grade.C: Step.REWRITE, Grade.D: Step.DECIDE}
_CLOSING: Final = (Step.AUTOMATIC, Step.REVIEW, Step.REWRITE, Step.DECIDE, Step.LAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """The waves, the wave of each namespace, and the manifests below the plan's folder."""

    waves: tuple[Wave, ...]
    by_namespace: Mapping[str, int]
    files: Mapping[str, tuple[Mapping[str, Value], ...]]
    """Path below the plan's folder -> its objects."""

    @property
    def places(self) -> Mapping[str, str]:
        """Objects (`kind/namespace/name`) -> the file that has their final form: the last one that has them."""
        return {label_of(one): path for path, objects in self.files.items() for one in objects}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a wave applies and takes away, and which outputs it is about."""

    step: Step
    objects: tuple[Mapping[str, Value], ...]
    outputs: tuple[Output, ...]
    shuts: bool = False
    """Whether doors of namespaces are taken away."""
    doors: tuple[str, ...] = ()
    """Doors of the whole cluster that are taken away."""
    added: bool = False
    """Whether objects are new, and not a new form of what is there."""


def rollout(facts: Facts) -> Rollout:
    """The waves for the outputs of a conversion."""
    grades = _grades(facts)
    contents = tuple(_contents(facts.result.outputs, facts.target, grades))
    numbers = {one.step: number for number, one in enumerate(contents, start=1)}
    folders = {step: f"waves/{number}-{TITLES[step][0]}" for step, number in numbers.items()}
    files = {
        f"{folders[one.step]}/{name}": tuple(several)
        for one in contents
        for name, several in _by_file(one.objects).items()
    }
    last = max(numbers.values(), default=0)
    return Rollout(
        waves=tuple(_wave(one, numbers[one.step], folders, facts.target) for one in contents),
        by_namespace={name: numbers.get(_BY_GRADE[grade], last) for name, grade in grades.items() if name != CLUSTER}
        | {CLUSTER: last},
        files=files,
    )


def _contents(outputs: Sequence[Output], target: Engine, grades: Mapping[str, Grade]) -> Iterator[_Content]:
    shared = tuple(one for one in outputs if is_shared(one))
    if shared:
        yield _Content(step=Step.SHARED, objects=tuple(one.data for one in shared), outputs=shared)
    policies = tuple(one for one in outputs if not is_shared(one))
    forms = tuple((one, form) for one in policies if (form := staged(one)) is not None)
    if forms and isinstance(target, CalicoProfile) and target.version >= _STAGED_SINCE:
        yield _Content(
            step=Step.STAGED, objects=tuple(form for _, form in forms), outputs=tuple(one for one, _ in forms)
        )
    steps = {id(one): _step(one, grades) for one in policies}
    early = tuple(one for one in policies if can_stay_open(one) or steps[id(one)] is not Step.LAST)
    doors = tuple(_doors(policies, steps, target))
    if early:
        opened = (without_default_deny(one) if can_stay_open(one) else one.data for one in early)
        yield _Content(step=Step.OPEN, objects=(*opened, *doors), outputs=early)
    yield from _closing(policies, steps, target)


def _closing(policies: Sequence[Output], steps: Mapping[int, Step], target: Engine) -> Iterator[_Content]:
    """The steps in which policies begin to isolate, group by group."""
    has_doors = isinstance(target, CalicoProfile) and bool(policies)
    shut: set[str] = set()
    for step in _CLOSING:
        found = tuple(one for one in policies if steps[id(one)] is step)
        if not found and not (step is Step.LAST and has_doors):
            continue
        closing = {place_of(one) for one in found if not can_stay_open(one)} - {""} - shut
        shut |= closing
        applied = tuple(one.data for one in found if can_stay_open(one) or step is Step.LAST)
        all_doors = tuple(calico_doors(policies, shut)) if has_doors else ()
        ends = step is Step.LAST
        yield _Content(
            step=step,
            objects=applied if ends else (*applied, *all_doors),
            outputs=found,
            shuts=bool(closing),
            doors=tuple(str(metadata_of(one)["name"]) for one in all_doors) if ends else (),
            added=ends and not all(can_stay_open(one) for one in found),
        )


def _doors(policies: Sequence[Output], steps: Mapping[int, Step], target: Engine) -> Iterator[Mapping[str, Value]]:
    """What keeps everything open while policies are applied that isolate as soon as they are there."""
    if isinstance(target, CalicoProfile):
        yield from calico_doors(policies) if policies else ()
        return
    first: dict[str, Step] = {}
    for one in policies:
        place, step = place_of(one), steps[id(one)]
        if place and not can_stay_open(one):
            first[place] = min(first.get(place, step), step)
    yield from (kubernetes_door(name, TITLES[step][0]) for name, step in sorted(first.items()))


def _grades(facts: Facts) -> dict[str, Grade]:
    """How ready each namespace is: as its worst policy."""
    found: dict[str, Grade] = {}
    for one in facts.policies:
        name = one.namespace or CLUSTER
        found[name] = max(found.get(name, Grade.A), one.grade, key=lambda grade: grade.name)
    return found


def _step(one: Output, grades: Mapping[str, Grade]) -> Step:
    """When a policy begins to isolate. What is for the whole cluster does so with the doors, if it cannot wait."""
    if only_isolates(one):
        return Step.LAST
    place = place_of(one)
    if not place:
        return Step.LAST if can_stay_open(one) else Step.OPEN
    return _BY_GRADE[grades.get(place, grades.get(CLUSTER, Grade.B))]


def _by_file(objects: Iterable[Mapping[str, Value]]) -> dict[str, list[Mapping[str, Value]]]:
    """A file for each namespace, and `cluster.yaml` for the rest."""
    found: dict[str, list[Mapping[str, Value]]] = {}
    for one in objects:
        found.setdefault(f"{metadata_of(one).get('namespace') or 'cluster'}.yaml", []).append(one)
    return dict(sorted(found.items()))


def _wave(content: _Content, number: int, folders: Mapping[Step, str], target: Engine) -> Wave:
    step = content.step
    _, title, why = TITLES[step]
    folder = folders[step] if content.objects else ""
    return Wave(
        number=number,
        title=title,
        why=why,
        namespaces=names(place_of(one) or CLUSTER for one in content.outputs),
        objects=names(label_of(one.data) for one in content.outputs),
        folder=folder,
        commands=tuple(
            commands(
                step,
                folder,
                target,
                shuts=content.shuts,
                doors=content.doors,
                staged=folders.get(Step.STAGED, ""),
            )
        ),
        argo=f'argocd.argoproj.io/sync-wave: "{number}"',
        hold=hold(step, target),
        undo=tuple(undo(step, folder, folders.get(Step.OPEN, ""), target, shuts=content.shuts, added=content.added)),
    )
