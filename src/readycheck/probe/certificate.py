"""Reads an X.509 certificate as far as a probe judges it: dates, key, signature, names (RFC 5280)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

SEQUENCE, INTEGER, BIT_STRING, OBJECT = 0x30, 0x02, 0x03, 0x06
UTC_TIME, VERSION = 0x17, 0xA0
LONG_FORM, MOST_LENGTH_BYTES = 0x80, 4
RSA = "1.2.840.113549.1.1.1"
ELLIPTIC = "1.2.840.10045.2.1"
KEYS = {RSA: "RSA", ELLIPTIC: "EC", "1.2.840.10040.4.1": "DSA", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}
CURVES = {"1.2.840.10045.3.1.1": 192, "1.2.840.10045.3.1.7": 256, "1.3.132.0.34": 384, "1.3.132.0.35": 521}
OLD_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
}
COMMON_NAME = "2.5.4.3"
CENTURY_PIVOT = 50


class CertificateError(ValueError):
    """Bytes that are no certificate."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What it says: when it is valid, whom it names, its key (`bits` is 0 where the size follows from the kind).

    `old_signature` is `SHA-1` or `MD5` where it is signed so; `self_signed` says that it names itself as its issuer.
    """

    not_before: datetime
    not_after: datetime
    subject: str
    issuer: str
    self_signed: bool
    key: str
    bits: int
    old_signature: str


Field = tuple[int, bytes]


def read_certificate(der: bytes) -> Certificate:
    """A certificate from its DER bytes. Raises CertificateError."""
    try:
        ((_, whole),) = read_fields(der)
        (_, body), (_, algorithm), *_ = read_fields(whole)
        fields = [field for field in read_fields(body) if field[0] != VERSION]
        _serial, _signature, (_, issuer), (_, validity), (_, subject), (_, key), *_ = fields
        begin, end = read_fields(validity)
        kind, bits = read_key(key)
        return Certificate(
            read_time(*begin), read_time(*end), read_name(subject), read_name(issuer), subject == issuer, kind, bits,
            OLD_SIGNATURES.get(read_object(next(read_fields(algorithm))[1]), ""),
        )  # fmt: skip
    except (ValueError, IndexError, StopIteration) as error:
        raise CertificateError("the certificate cannot be read") from error


def read_fields(data: bytes) -> Iterator[Field]:
    """The tag and the content of each element, in their order. Raises ValueError."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & LONG_FORM:
            size = length & ~LONG_FORM
            if not 0 < size <= MOST_LENGTH_BYTES:
                raise ValueError("length")
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def read_object(data: bytes) -> str:
    """An object identifier: `1.2.840.113549`."""
    first = min(data[0] // 40, 2)
    numbers = [first, data[0] - first * 40]
    value = 0
    for byte in data[1:]:
        value = value << 7 | byte & 0x7F
        if not byte & LONG_FORM:
            numbers.append(value)
            value = 0
    return ".".join(map(str, numbers))


def read_time(tag: int, data: bytes) -> datetime:
    """A moment, in UTC; years of two digits are those from 1950 to 2049."""
    text = data.decode("ascii")
    if tag == UTC_TIME:
        text = ("19" if int(text[:2]) >= CENTURY_PIVOT else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def read_name(data: bytes) -> str:
    """The common name in a distinguished name, or nothing."""
    for _, group in read_fields(data):
        for _, pair in read_fields(group):
            (_, kind), (_, value) = read_fields(pair)
            if read_object(kind) == COMMON_NAME:
                return value.decode("utf-8", "replace")
    return ""


def read_key(data: bytes) -> tuple[str, int]:
    """The kind of a public key and its size in bits."""
    (_, algorithm), (_, bits) = read_fields(data)
    (_, kind), *parameters = read_fields(algorithm)
    name = KEYS.get(read_object(kind), "unknown")
    if name == "RSA":
        ((_, numbers),) = read_fields(bits[1:])
        return name, int.from_bytes(next(read_fields(numbers))[1], "big").bit_length()
    if name == "EC" and parameters and parameters[0][0] == OBJECT:
        return name, CURVES.get(read_object(parameters[0][1]), 0)
    return name, 0
