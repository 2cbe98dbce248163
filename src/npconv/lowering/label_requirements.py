"""Values of a label -> the requirements of label selectors that ask for them."""

from __future__ import annotations

from npconv.ir.values import Values
from npconv.source.label_selector import Operator, Requirement


def requirements(key: str, members: Values) -> tuple[tuple[Requirement, ...], ...]:
    """Ways to ask for the members: a selector takes any one of these groups of requirements.

    A requirement `NotIn` is also met where the label is absent (k8s.io/apimachinery, pkg/labels/selector.go).
    """
    named = tuple(sorted(members.named))
    if members.cofinite and members.absent:
        return ((Requirement(key=key, operator=Operator.NOT_IN, values=named),),)
    if members.cofinite:
        exists = Requirement(key=key, operator=Operator.EXISTS)
        return ((exists, Requirement(key=key, operator=Operator.NOT_IN, values=named)) if named else (exists,),)
    listed = ((Requirement(key=key, operator=Operator.IN, values=named),),) if named else ()
    absent = ((Requirement(key=key, operator=Operator.DOES_NOT_EXIST),),) if members.absent else ()
    return listed + absent
