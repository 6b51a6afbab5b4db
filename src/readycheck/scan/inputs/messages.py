"""What the handlers of sockets in JavaScript take out of the messages that clients send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.scan.inputs.reads import EMITTERS
from readycheck.scan.origins.requests import LIFECYCLE
from readycheck.scan.program.model import Definition, Ref

if TYPE_CHECKING:
    from readycheck.scan.checks.contract import Facts


class Listening:
    """The listeners of a program, and what they read."""

    def __init__(self, facts: Facts, reads: Mapping[str, Sequence[Fact]]) -> None:
        """Take the program, and the facts about reads by path."""
        self.program = facts.program
        self.live = facts.live
        self.reads = reads

    @cached_property
    def messages(self) -> Sequence[tuple[Fact, Definition]]:
        """What the handlers of sockets in JavaScript take out of messages, where they run, with the handler."""
        found: list[tuple[Fact, Definition]] = []
        for path, some in self.reads.items():
            module = self.program.modules.get(path)
            for fact in some if module is not None and not module.is_python else ():
                owner = str(fact.data["owner"])
                reader = module.definitions.get(owner) if module is not None else None
                is_told = fact.data["part"] == "message" and self.live.runs(path, owner)
                if is_told and reader is not None and self.hears(reader):
                    found.append((fact, reader))
        return found

    def hears(self, reader: Definition) -> bool:
        """Whether a function is given messages: it is a listener of a socket, or one calls it with its message."""
        if reader.ref in self.listeners:
            return True
        for call in self.program.callers.get(reader.ref, ()):
            caller = self.program.find_definition(Ref(call.path, call.owner))
            if caller is not None and caller.ref in self.listeners:
                own = {f"#{caller.name}.{one['name']}" for one in caller.parameters}
                if any(own & set(argument.get("n") or ()) for argument in call.arguments):
                    return True
        return False

    @cached_property
    def listeners(self) -> frozenset[Ref]:
        """The functions that listen to what clients send: `socket.on("typing", onTyping)`."""
        return frozenset(
            definition.ref
            for call in self.program.iterate_calls()
            if call.method == "on" and EMITTERS.search(call.text.rpartition(".")[0]) and len(call.arguments) > 1
            if call.arguments[0].get("s") not in LIFECYCLE
            for definition in self.program.find_definitions(call.path, call.arguments[1])
        )
