"""A class with annotated fields -> a dataclass, the same as `dataclasses` makes it, in a tenth of the time.

`dataclasses.dataclass` compiles six methods for each class when its module is imported; for npconv's 400 classes
that was half of what a short run took. Here the methods of a class are made when one of them is called, from a single
piece of source. Type checkers see the original; `fields`, `replace`, `is_dataclass`, `match`, copying and pickling
work as they do with it. What npconv does not use is not here: classes without slots, `InitVar`, `__post_init__`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

_INHERITED: Final = "__record_fields__"
_LATER: Final = ("__init__", "__eq__", "__hash__")


class _Field(NamedTuple):
    """An annotated name of a class."""

    name: str
    annotation: object
    given: Any
    """A default, a `dataclasses.Field`, or MISSING."""
    kw_only: bool

    @property
    def default(self) -> Any:
        return self.given.default if isinstance(self.given, dataclasses.Field) else self.given

    @property
    def factory(self) -> Any:
        return self.given.default_factory if isinstance(self.given, dataclasses.Field) else dataclasses.MISSING

    @property
    def compared(self) -> bool:
        return not isinstance(self.given, dataclasses.Field) or self.given.compare

    @property
    def hashed(self) -> bool:
        hashed = self.given.hash if isinstance(self.given, dataclasses.Field) else None
        return self.compared if hashed is None else bool(hashed)

    @property
    def shown(self) -> bool:
        return not isinstance(self.given, dataclasses.Field) or self.given.repr


class _Lazy:
    """`__dataclass_fields__`, which `fields` and `replace` ask for: made when that happens first."""

    def __init__(self, found: tuple[_Field, ...]) -> None:
        self._found = found
        self._made: dict[str, Any] | None = None

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        if self._made is None:
            self._made = {one.name: _standard(one) for one in self._found}
        return self._made


def _standard(one: _Field) -> Any:
    """A field as `dataclasses` keeps it."""
    given = one.given
    field: Any = given if isinstance(given, dataclasses.Field) else dataclasses.field(default=given)
    field.name, field.type, field.kw_only = one.name, one.annotation, one.kw_only
    field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
    return field


def _dataclass(
    cls: type | None = None,
    /,
    *,
    slots: bool,
    frozen: bool = False,
    kw_only: bool = False,
    order: bool = False,
    eq: bool = True,
) -> Any:
    """As `dataclasses.dataclass` with these options."""

    def made(one: type) -> type:
        if not slots or "__post_init__" in one.__dict__:
            raise TypeError(f"{one.__qualname__} must have slots, and no __post_init__")
        return _made(one, frozen=frozen, kw_only=kw_only, order=order, eq=eq)

    return made if cls is None else made(cls)


def _made(cls: type, *, frozen: bool, kw_only: bool, order: bool, eq: bool) -> type:
    space = dict(cls.__dict__)
    bases = cls.__mro__[1:-1]
    found: dict[str, _Field] = {}
    for base in reversed(bases):
        found.update((one.name, one) for one in base.__dict__.get(_INHERITED, ()))
    for name, annotation in cls.__annotations__.items():
        found[name] = _Field(name, annotation, space.pop(name, dataclasses.MISSING), kw_only)
    fields = tuple(found.values())
    space.pop("__dict__", None)
    space.pop("__weakref__", None)
    taken = {name for base in bases for name in base.__dict__.get("__slots__", ())}
    space["__slots__"] = tuple(name for name in found if name not in taken)
    space[_INHERITED] = fields
    space["__dataclass_fields__"] = _Lazy(fields)
    space.setdefault("__match_args__", tuple(one.name for one in fields if not one.kw_only))
    own = set(cls.__dict__)
    if eq and "__eq__" not in own:
        space["__hash__"] = cls.__dict__.get("__hash__") if "__hash__" in own else None
    new: Any = type(cls)(cls.__name__, cls.__bases__, space)
    new.__qualname__ = cls.__qualname__
    methods = _methods(new, fields)
    wanted = {"__init__", *(("__eq__",) if eq else ()), *(("__hash__",) if eq and frozen else ())}
    for name in wanted - own:
        setattr(new, name, _later(new, name, methods))
    for name, method in _plain(fields, frozen=frozen, order=order):
        if name not in own:
            setattr(new, name, method)
    return new  # type: ignore[no-any-return]


def _methods(cls: Any, fields: tuple[_Field, ...]) -> Callable[[], dict[str, Callable[..., Any]]]:
    """What makes the methods of `_LATER`, once, and puts them where they are still waited for."""
    made: dict[str, Callable[..., Any]] = {}

    def make() -> dict[str, Callable[..., Any]]:
        if not made:
            space: dict[str, Any] = {"_MISSING": dataclasses.MISSING}
            for one in fields:
                space[f"_set_{one.name}"] = getattr(cls, one.name).__set__
                space[f"_default_{one.name}"] = one.default
                space[f"_factory_{one.name}"] = one.factory
            exec(compile(_source(fields), f"<dataclass {cls.__qualname__}>", "exec"), space)
            made.update((name, space[name]) for name in _LATER)
            for name, method in made.items():
                method.__qualname__ = f"{cls.__qualname__}.{name}"
                if getattr(cls.__dict__.get(name), "is_stub", False):
                    setattr(cls, name, method)
        return made

    return make


def _later(cls: Any, name: str, methods: Callable[[], dict[str, Callable[..., Any]]]) -> Callable[..., Any]:
    """A method that has itself replaced when it is called first."""

    def stub(*arguments: Any, **named: Any) -> Any:
        stub.__wrapped__ = method = methods()[name]  # type: ignore[attr-defined]
        return method(*arguments, **named)

    stub.is_stub = True  # type: ignore[attr-defined]
    stub.__name__, stub.__qualname__ = name, f"{cls.__qualname__}.{name}"
    return stub


def _source(fields: tuple[_Field, ...]) -> str:
    """The source of `_LATER`, as one would write it by hand."""
    positional = [_parameter(one) for one in fields if not one.kw_only]
    named = [_parameter(one) for one in fields if one.kw_only]
    parameters = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    body = [f"    _set_{one.name}(self, {_value(one)})" for one in fields] or ["    pass"]
    mine = _tuple("self", [one for one in fields if one.compared])
    other = _tuple("other", [one for one in fields if one.compared])
    return "\n".join(
        [
            f"def __init__({parameters}):",
            *body,
            "def __eq__(self, other):",
            f"    return {mine} == {other} if other.__class__ is self.__class__ else NotImplemented",
            "def __hash__(self):",
            f"    return hash({_tuple('self', [one for one in fields if one.hashed])})",
        ]
    )


def _parameter(one: _Field) -> str:
    if one.factory is not dataclasses.MISSING:
        return f"{one.name}=_MISSING"
    return one.name if one.default is dataclasses.MISSING else f"{one.name}=_default_{one.name}"


def _value(one: _Field) -> str:
    if one.factory is dataclasses.MISSING:
        return one.name
    return f"_factory_{one.name}() if {one.name} is _MISSING else {one.name}"


def _tuple(name: str, fields: list[_Field]) -> str:
    return "(" + "".join(f"{name}.{one.name}, " for one in fields) + ")"


def _plain(fields: tuple[_Field, ...], *, frozen: bool, order: bool) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods that need no source of their own."""
    names = [one.name for one in fields]
    shown = [one.name for one in fields if one.shown]

    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    yield "__repr__", __repr__
    if frozen:

        def __getstate__(self: Any) -> list[Any]:  # noqa: N807
            return [getattr(self, name) for name in names]

        def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
            for name, value in zip(names, state, strict=True):
                object.__setattr__(self, name, value)

        yield from (("__getstate__", __getstate__), ("__setstate__", __setstate__))
        yield from (("__setattr__", _refuse_to_set), ("__delattr__", _refuse_to_delete))
    if order:
        yield from _order([one.name for one in fields if one.compared])


def _order(names: list[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
    several: Callable[[Any], Any] = attrgetter(*names)
    get = several if len(names) > 1 else lambda one: (several(one),)
    for name in ("__lt__", "__le__", "__gt__", "__ge__"):
        yield name, _comparison(get, getattr(tuple, name))


def _comparison(get: Callable[[Any], Any], compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return compare(get(self), get(other)) if other.__class__ is self.__class__ else NotImplemented

    return method


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
