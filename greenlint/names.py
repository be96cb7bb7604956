# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a name stands for: import aliases to dotted names, whatever hides or renames them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

import libcst as cst

from greenlint.scope import Binding, How, Scopes
from greenlint.walk import Link

if TYPE_CHECKING:
    from greenlint.kinds import Kind

_BUILTINS = frozenset(dir(builtins))


class Names:
    """Answers about names at a place in one module."""

    def __init__(self, module: cst.Module, walrus: bool = True, handed: bool = True) -> None:
        self.scopes = Scopes(module, walrus, handed)
        #: The names whose kind is being asked, by first binding, and what is known of each so far.
        self.asked: dict[Binding, list[Kind | None]] = {}
        #: The kinds that functions of this file return, as far as anybody asked.
        self.returned: dict[cst.FunctionDef, Kind | None] = {}

    def qualified(self, expr: cst.CSTNode | None, env: Link | None) -> str | None:
        """``"re.compile"`` for ``re.compile``, ``r.compile``, ``compile``, as the imports have it;
        ``"builtins.sum"`` for an unshadowed builtin; None where the file does not prove it.
        """
        if isinstance(expr, cst.Attribute):
            base = self.qualified(expr.value, env)
            return f"{base}.{expr.attr.value}" if base else None
        if not isinstance(expr, cst.Name):
            return None
        bindings, _ = self.scopes.lookup(expr.value, env)
        if bindings:
            return _one_import(bindings)
        starred = "*" in self.scopes.bindings(self.scopes.module)
        return f"builtins.{expr.value}" if expr.value in _BUILTINS and not starred else None

    def attribute(self, expr: cst.Attribute, env: Link | None) -> tuple[list[Binding], Link | None]:
        """What the class around binds ``self.name`` to, and where; empty for other receivers."""
        if not isinstance(expr.value, cst.Name):
            return [], None
        link, child, method = env, None, None
        while link is not None:
            node = link[0]
            if isinstance(node, cst.FunctionDef) and child is node.body:
                method = node
            if isinstance(node, cst.ClassDef) and method is not None:
                params = method.params.params
                if not params or params[0].name.value != expr.value.value:
                    return [], None
                found = self.scopes.attributes(node, link).get(expr.attr.value, [])
                return found, (node.body, link)
            child, link = node, link[1]
        return [], None

    def made_by(self, expr: cst.CSTNode | None, env: Link | None) -> str | None:
        """The qualified name of the call that made a value: "requests.Session" for a name, an
        attribute of ``self`` or a with-target all of whose bindings are such calls.
        """
        if isinstance(expr, cst.Await):
            expr = expr.expression
        if isinstance(expr, cst.Call):
            return self.qualified(expr.func, env)
        where: Link | None
        if isinstance(expr, cst.Name):
            bindings, where = self.scopes.lookup(expr.value, env)
        elif isinstance(expr, cst.Attribute):
            bindings, where = self.attribute(expr, env)
        else:
            return None
        makers = {
            self.made_by(binding.value, binding.inside or where)
            if binding.how in (How.ASSIGN, How.WITH) and _is_call(binding.value)
            else None
            for binding in bindings
            if not _is_none(binding)
        }
        return makers.pop() if len(makers) == 1 else None

    def looks_like_class(self, expr: cst.CSTNode, env: Link | None) -> bool:
        """A name or attribute spelt as a class that the file imports, defines or reaches through
        a module; ``self.model``, ``cls`` and ``get_user_model()`` too.
        """
        match expr:
            case cst.Name(value=word):
                if word in ("cls", "model", "klass"):
                    return True
                bindings, _ = self.scopes.lookup(word, env)
                hows = {binding.how for binding in bindings}
                if hows & {How.CLASS, How.IMPORT}:
                    return word[:1].isupper()
                return any(
                    isinstance(binding.value, cst.Call) and self._gives_model(binding.value)
                    for binding in bindings
                )
            case cst.Attribute(attr=cst.Name(value=word)):
                return word[:1].isupper() or word == "model"
            case cst.Call():
                return self._gives_model(expr)
        return False

    def _gives_model(self, call: cst.Call) -> bool:
        match call.func:
            case cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word)):
                return word in ("get_user_model", "get_model", "type")
        return False


def _is_call(value: cst.CSTNode | None) -> bool:
    """A call, awaited or not; ``task = await task`` would lead back to the name."""
    return isinstance(value.expression if isinstance(value, cst.Await) else value, cst.Call)


def _one_import(bindings: list[Binding]) -> str | None:
    """The one dotted name that every binding imports; ``x = None`` after a failed import aside."""
    dotted = {binding.dotted for binding in bindings if not _is_none(binding)}
    return dotted.pop() or None if len(dotted) == 1 else None


def _is_none(binding: Binding) -> bool:
    value = binding.value
    return binding.how is How.ASSIGN and isinstance(value, cst.Name) and value.value == "None"
