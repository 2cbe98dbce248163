"""A class with annotated fields -> a dataclass, the same as `dataclasses` makes it, in a tenth of the time.

`dataclasses.dataclass` compiles six methods for each class when its module is imported; for npconv's 400 classes
that was half of what a short run took. Here methods are compiled when they have been called often. Type checkers
see the original; `fields`, `replace`, `is_dataclass`, `match`, copying and pickling work as they do with it. What
npconv does not use is not here: classes without slots, `InitVar`, `__post_init__`. A class that inherits `Hashed`
works its hash out once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from npconv.hashed import Hashed

_INHERITED: Final = "__record_fields__"
_FIRST: Final = 40
"""Calls of a method before it is compiled."""

_set: Final = object.__setattr__
_keep: Final = vars(Hashed)["_hash"].__set__


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
    own = cls.__dict__
    space: dict[str, Any] = {"__qualname__": cls.__qualname__, **own}
    found: dict[str, _Field] = {}
    taken: set[str] = set()
    for base in cls.__mro__[-2:0:-1]:
        found.update((one.name, one) for one in base.__dict__.get(_INHERITED, ()))
        taken.update(base.__dict__.get("__slots__", ()))
    for name, annotation in cls.__annotations__.items():
        found[name] = _Field(name, annotation, space.pop(name, dataclasses.MISSING), kw_only)
    fields = tuple(found.values())
    space.pop("__dict__", None)
    space.pop("__weakref__", None)
    space["__slots__"] = tuple([name for name in found if name not in taken])
    space[_INHERITED] = fields
    space["__dataclass_fields__"] = _Lazy(fields)
    space["__signature__"] = _SIGNATURE
    if "__match_args__" not in own:
        space["__match_args__"] = tuple([one.name for one in fields if not one.kw_only])
    methods = _Methods(fields, hashed_once=issubclass(cls, Hashed))
    made: dict[str, Callable[..., Any]] = {"__init__": methods.init(), "__repr__": _repr}
    if eq:
        made["__eq__"] = methods.equal()
        if frozen:
            made["__hash__"] = methods.hash()
        elif "__eq__" not in own:
            space.setdefault("__hash__", None)
    if frozen:
        made.update(_FROZEN)
    if order:
        made.update(_order([one.name for one in fields if one.compared]))
    for name, method in made.items():
        if name not in own:
            space[name] = method
    methods.cls = new = type(cls)(cls.__name__, cls.__bases__, space)
    return new


class _Methods:
    """What makes `__init__`, `__eq__` and `__hash__` of one class.

    The first calls of each go field by field: a short run makes a few objects of many classes, and compiling a method
    takes as long as hundreds of them. One that is called more often is compiled, and takes the place of the first.
    """

    cls: Any
    """The class, as soon as there is one."""

    def __init__(self, fields: tuple[_Field, ...], *, hashed_once: bool) -> None:
        self._fields = fields
        self._hashed_once = hashed_once

    def compiled(self, name: str, first: Callable[..., Any]) -> Callable[..., Any]:
        """A method from its source; put into the class, unless a decorator has wrapped the `first` one there."""
        space: dict[str, Any] = {"_MISSING": dataclasses.MISSING, "_keep": _keep}
        if name == "__init__":
            for one in self._fields:
                space[f"_set_{one.name}"] = getattr(self.cls, one.name).__set__
                space[f"_default_{one.name}"] = one.default
                space[f"_factory_{one.name}"] = one.factory
        source = _hash_once_source if name == "__hash__" and self._hashed_once else _SOURCES[name]
        exec(compile(source(self._fields), f"<dataclass {self.cls.__qualname__}>", "exec"), space)
        method: Callable[..., Any] = space[name]
        method.__qualname__ = f"{self.cls.__qualname__}.{name}"
        if self.cls.__dict__.get(name) is first:
            setattr(self.cls, name, method)
        return method

    def init(self) -> Callable[..., None]:
        """`__init__`. What it is not sure of it leaves to the compiled one, whose errors are those of Python."""
        fields, left = self._fields, _FIRST
        method: Callable[..., None] | None = None

        def __init__(self_: Any, *given: Any, **named: Any) -> None:  # noqa: N807
            nonlocal left, method
            values = _bound(fields, given, named) if method is None and left > 0 else None
            if values is None:
                method = method or self.compiled("__init__", __init__)
                method(self_, *given, **named)
                return
            left -= 1
            for one, value in zip(fields, values, strict=True):
                _set(self_, one.name, value)

        return __init__

    def equal(self) -> Callable[..., Any]:
        """`__eq__`."""
        names, left = [one.name for one in self._fields if one.compared], _FIRST
        method: Callable[..., Any] | None = None

        def __eq__(self_: Any, other: Any) -> Any:  # noqa: N807
            nonlocal left, method
            if left > 0:
                left -= 1
                if other.__class__ is not self_.__class__:
                    return NotImplemented
                return [getattr(self_, one) for one in names] == [getattr(other, one) for one in names]
            method = method or self.compiled("__eq__", __eq__)
            return method(self_, other)

        return __eq__

    def hash(self) -> Callable[..., int]:
        """`__hash__`."""
        names, left = [one.name for one in self._fields if one.hashed], _FIRST
        method: Callable[..., int] | None = None

        def __hash__(self_: Any) -> int:  # noqa: N807
            nonlocal left, method
            if left > 0:
                left -= 1
                return hash(tuple([getattr(self_, one) for one in names]))
            method = method or self.compiled("__hash__", first)
            return method(self_)

        def hash_once(self_: Any) -> int:
            try:
                return self_._hash  # type: ignore[no-any-return]
            except AttributeError:
                found = __hash__(self_)
                _keep(self_, found)
                return found

        first = hash_once if self._hashed_once else __hash__
        return first


def _bound(fields: tuple[_Field, ...], given: tuple[Any, ...], named: dict[str, Any]) -> list[Any] | None:
    """The value of each field, as arguments and defaults say; None if something about the arguments may be wrong."""
    values, used = list(given), 0
    if len(given) > len(fields) or any(one.kw_only for one in fields[: len(given)]):
        return None
    for one in fields[len(given) :]:
        if one.name in named:
            used += 1
            values.append(named[one.name])
        elif one.factory is not dataclasses.MISSING:
            values.append(one.factory())
        elif one.default is not dataclasses.MISSING:
            values.append(one.default)
        else:
            return None
    return values if used == len(named) else None


def _init_source(fields: tuple[_Field, ...]) -> str:
    """The source of the compiled `__init__`, as one would write it by hand."""
    positional = [_parameter(one) for one in fields if not one.kw_only]
    named = [_parameter(one) for one in fields if one.kw_only]
    parameters = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    body = [f"    _set_{one.name}(self, {_value(one)})" for one in fields] or ["    pass"]
    return "\n".join([f"def __init__({parameters}):", *body])


def _eq_source(fields: tuple[_Field, ...]) -> str:
    mine = _tuple("self", [one for one in fields if one.compared])
    other = _tuple("other", [one for one in fields if one.compared])
    return (
        "def __eq__(self, other):\n"
        f"    return {mine} == {other} if other.__class__ is self.__class__ else NotImplemented"
    )


def _hash_source(fields: tuple[_Field, ...]) -> str:
    return f"def __hash__(self):\n    return hash({_tuple('self', [one for one in fields if one.hashed])})"


def _hash_once_source(fields: tuple[_Field, ...]) -> str:
    return (
        "def __hash__(self):\n"
        "    try:\n"
        "        return self._hash\n"
        "    except AttributeError:\n"
        f"        found = hash({_tuple('self', [one for one in fields if one.hashed])})\n"
        "        _keep(self, found)\n"
        "        return found"
    )


_SOURCES: Final[dict[str, Callable[[tuple[_Field, ...]], str]]] = {
    "__init__": _init_source,
    "__eq__": _eq_source,
    "__hash__": _hash_source,
}


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


class _Signature:
    """`__signature__`, which `inspect` asks for: that of the compiled `__init__`."""

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is not None:
            return None
        import inspect  # noqa: PLC0415 - no run needs it

        space: dict[str, Any] = {"_MISSING": dataclasses.MISSING}
        fields: tuple[_Field, ...] = getattr(owner, _INHERITED)
        space.update((f"_default_{one.name}", one.default) for one in fields)
        exec(_init_source(fields), space)
        signature = inspect.signature(space["__init__"])
        return signature.replace(parameters=list(signature.parameters.values())[1:])


_SIGNATURE: Final = _Signature()


def _repr(self: Any) -> str:
    shown = [one.name for one in getattr(self, _INHERITED) if one.shown]
    return f"{type(self).__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in shown])})"


def _get_state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in getattr(self, _INHERITED)]


def _set_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(getattr(self, _INHERITED), state, strict=True):
        _set(self, one.name, value)


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


_FROZEN: Final[dict[str, Callable[..., Any]]] = {
    "__getstate__": _get_state,
    "__setstate__": _set_state,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}


def _order(names: list[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
    several: Callable[[Any], Any] = attrgetter(*names)
    get = several if len(names) > 1 else lambda one: (several(one),)
    for name in ("__lt__", "__le__", "__gt__", "__ge__"):
        yield name, _comparison(get, getattr(tuple, name))


def _comparison(get: Callable[[Any], Any], compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return compare(get(self), get(other)) if other.__class__ is self.__class__ else NotImplemented

    return method


__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
