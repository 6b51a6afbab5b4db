"""TLS handshakes: the verified one, one without verification if that fails, and one that offers old versions only.

No request is sent over any of them. What a handshake that cannot be verified shows is enough to judge; from then on the
wire carries no credentials.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from readycheck.model.rule import Json
from readycheck.probe.certificate import CertificateError, read_certificate
from readycheck.probe.collect.redirect import ask_for_redirect
from readycheck.probe.collect.wire import Wire, describe_failure
from readycheck.probe.exchange import Observation
from readycheck.probe.step import Step

Turn = Callable[[], Awaitable[None]]
OLD = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1"}
PROTOCOLS = ["h2", "http/1.1"]
DAY_SECONDS = 86_400
# Without these, our own OpenSSL would refuse what is to be tried, and the server would seem to.
EVERYTHING = "ALL:@SECLEVEL=0"


@dataclass(frozen=True, slots=True)
class Handshake:
    """What one handshake gave. `failure` says why there was none, `verify_code` is OpenSSL's number for it (0: none).

    `refused` says that the other side, or the protocol, ended it, and not the network.
    """

    version: str = ""
    protocol: str = ""
    cipher: str = ""
    certificate: bytes = b""
    failure: str = ""
    verify_code: int = 0
    refused: bool = False


@dataclass
class Inspector:
    """Shakes hands with the target."""

    wire: Wire
    turn: Turn

    async def inspect(self) -> Observation | None:
        """All handshakes, as one observation of the kind `tls`; None if not one of them came about."""
        first = await self.shake(self.make_verifying())
        shown = first
        if first.verify_code:
            self.wire.verified = False
            shown = await self.shake(make_lenient())
        old: dict[str, Json] = {}
        if not first.failure or first.verify_code or first.refused:
            old |= await self.try_old()
        if not shown.version and "accepted" not in old.values():
            return None
        data: dict[str, Json] = {
            "verified": not first.failure,
            "problem": first.failure,
            "code": first.verify_code,
            "version": shown.version,
            "protocol": shown.protocol,
            "cipher": shown.cipher,
            "certificate": describe_certificate(shown.certificate),
            "old": old,
        }
        return Observation(0, "", "tls", data)

    def make_verifying(self) -> ssl.SSLContext:
        """What an ordinary client uses, offering HTTP/2."""
        context = self.wire.make_context()
        context.set_alpn_protocols(PROTOCOLS)
        return context

    async def try_old(self) -> dict[str, str]:
        """Offer TLS 1.0 and 1.1 only; by version `accepted` (the one chosen), `refused`, or why that is not known."""
        if not (ssl.HAS_TLSv1 and ssl.HAS_TLSv1_1):
            return dict.fromkeys(OLD.values(), "this machine cannot speak it")
        context = make_lenient()
        context.set_ciphers(EVERYTHING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # deprecated is what it is: that is the question
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        seen = await self.shake(context)
        if seen.version:
            return {OLD.get(seen.version, seen.version): "accepted"}
        return dict.fromkeys(OLD.values(), "refused" if seen.refused else seen.failure)

    async def shake(self, context: ssl.SSLContext) -> Handshake:
        """One handshake; a failure is its result."""
        await self.turn()
        try:
            async with asyncio.timeout(self.wire.timeout), self.wire.connect(context) as (_, writer):
                session: ssl.SSLObject = writer.get_extra_info("ssl_object")
                cipher = session.cipher()
                return Handshake(
                    session.version() or "", session.selected_alpn_protocol() or "", cipher[0] if cipher else "",
                    session.getpeercert(binary_form=True) or b"",
                )  # fmt: skip
        except ssl.SSLCertVerificationError as error:
            return Handshake(failure=error.verify_message, verify_code=error.verify_code)
        except (ssl.SSLError, ConnectionResetError) as error:
            return Handshake(failure=describe_failure(error), refused=True)
        except (OSError, TimeoutError) as error:
            return Handshake(failure=describe_failure(error))


async def inspect(wire: Wire, step: Step, turn: Turn) -> AsyncIterator[Observation]:
    """Carry out a step of the topic `tls`: the handshakes, or the question to the port that the step names."""
    port = step.options.get("port")
    if isinstance(port, int):
        await turn()
        data = await ask_for_redirect(wire, port, step)
        yield Observation(0, step.id, "redirect", data)
        return
    if seen := await Inspector(wire, turn).inspect():
        yield replace(seen, step=step.id)


def make_lenient() -> ssl.SSLContext:
    """A context that takes any certificate, to look at it; nothing is sent over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(PROTOCOLS)
    return context


def describe_certificate(der: bytes) -> Json:
    """A certificate as JSON, with the days that are left; empty if there is none or it cannot be read."""
    try:
        one = read_certificate(der)
    except CertificateError:
        return {}
    now = datetime.now(UTC)
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "self_signed": one.self_signed,
        "days_left": round((one.not_after - now).total_seconds() / DAY_SECONDS, 1),
        "days": round((one.not_after - one.not_before).total_seconds() / DAY_SECONDS, 1),
        "begun": one.not_before <= now,
        "until": one.not_after.date().isoformat(),
        "key": one.key,
        "bits": one.bits,
        "old_signature": one.old_signature,
    }
