import base64
from contextlib import suppress

import pytest

from readycheck.probe.certificate import CertificateError, read_certificate

# Made with `openssl ca -startdate 20200101000000Z -enddate 20210101000000Z` for CN=localhost.
EXPIRED = base64.b64decode(
    "MIICTzCCAfagAwIBAgIBEDAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlyZWFkeWNoZWNrIHRlc3QgYXV0aG9yaXR5MB4XDTIw"
    "MDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
    "MIIBCgKCAQEA7WbwoWGG7iSE7AMDIz6XESTGnuXUIotIuTTg+gTFVa3p7VXKSivuc7ObHJ1/TH1oqQyXvSYK4Aw0tXkFVM4Y"
    "Sf3m4yHZ7n88FlMFFC6TaAoHLVTVK4MaF6WKjXv1yP8iIs4q7JZIdhFWKsimkstAsLRS1XynvaQTQKWH7y0uiM3wYRiZdG8x"
    "4NcDoauI8RTrR7cUAi7RNsfxSAzxU1rpHjw3zUDrESFnzD1oyYokPbrfFcsoNvychHbArvDkr4OVH6vt9uL3E6o2gYRIephG"
    "aUHHkiDtXudclcpfF2IGYeJ3ECbK/ve2pcZ5NVgkYxfBvHouQAv9/wAImZ5701Qu3wIDAQABo14wXDAaBgNVHREEEzARggls"
    "b2NhbGhvc3SHBH8AAAEwHQYDVR0OBBYEFLs8/4EAc5zKOXFpedcC4a0nNPtIMB8GA1UdIwQYMBaAFPqjMQR2lvk3HZ9Tk9uo"
    "RPTdTTNFMAoGCCqGSM49BAMCA0cAMEQCIQC4kBZcoQuRs5jb5s4wzwrth3ET3vXZ4aczz0zz40QL8wIfJ4gM0/rEF4lprNQH"
    "L2nj8sk59KgJVqxFNccclnZzuQ=="
)
# Made with `openssl req -x509 -newkey rsa:1024` for CN=localhost.
WEAK = base64.b64decode(
    "MIICBDCCAW2gAwIBAgIUbpFow2TbQBrnTb5H/Jtn34kB/FIwDQYJKoZIhvcNAQELBQAwFDESMBAGA1UEAwwJbG9jYWxob3N0"
    "MB4XDTI2MTEyOTA4NTkwOFoXDTI3MDMwOTA4NTkwOFowFDESMBAGA1UEAwwJbG9jYWxob3N0MIGfMA0GCSqGSIb3DQEBAQUA"
    "A4GNADCBiQKBgQCzHjbxGyNI8jHQn/fwUY6lkSkkfAxIThPY+S9dryggELuCv1zQgWjQAASJpqhXp/fJrZB/sRmdo0i/K3/3"
    "DYVVGJIdS4YmE6Lc7NxtYIiAJ4fpAgRcRrImeMU8Ab2cN95IFNxuyHdln/FKQm981neQke27mOEkel67400Z/4tdHwIDAQAB"
    "o1MwUTAdBgNVHQ4EFgQUkilf0ebvLnJETpz0LbC+ZdbOPIQwHwYDVR0jBBgwFoAUkilf0ebvLnJETpz0LbC+ZdbOPIQwDwYD"
    "VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOBgQBOO7oF8wH1e47AqyxncXZpETy7WEL/Sb1ZuQIwKtBPixju8fzhH5Wz"
    "Ok3Uxsn96TbM0Q/vApTAKPUnFnRad85yQ5t78WxSOS312Zx1+ROURLCXI6oxHkulm5bByn1U9GAv1i6ILxjvun+4yFzwPUWD"
    "1JnrOZDVLLuKbl16U/BYfw=="
)
# Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 36500`: it ends after 2049.
AUTHORITY = base64.b64decode(
    "MIIBnzCCAUWgAwIBAgIUQ4aAh6dn0S7r2NGg8s3sROLxK6EwCgYIKoZIzj0EAwIwJDEiMCAGA1UEAwwZcmVhZHljaGVjayB0"
    "ZXN0IGF1dGhvcml0eTAgFw0yNjExMjkwODQ4NDJaGA8yMTI2MTEwNTA4NDg0MlowJDEiMCAGA1UEAwwZcmVhZHljaGVjayB0"
    "ZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL+q4RLo49IB0Q828XrlEL8K5FqJkjFG/DjkA98ibsF2"
    "dpkxyRFo50fRQP9kw8iYuLBNfxfEog7962mfLPj27pajUzBRMB0GA1UdDgQWBBT6ozEEdpb5Nx2fU5PbqET03U0zRTAfBgNV"
    "HSMEGDAWgBT6ozEEdpb5Nx2fU5PbqET03U0zRTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCZaVgL7am1"
    "M7t/ItT84cZ9NiiisOcjjvUAgdbPY/HD9QIgZdkckLS7FeBpzSdo4r7whnnghXqqwmojs+nRpjUVMG4="
)


def test_dates_names_and_key_are_read() -> None:
    one = read_certificate(EXPIRED)

    assert (one.not_before.isoformat(), one.not_after.isoformat()) == (
        "2020-01-01T00:00:00+00:00",
        "2021-01-01T00:00:00+00:00",
    )
    assert (one.subject, one.issuer, one.self_signed) == ("localhost", "readycheck test authority", False)
    assert (one.key, one.bits, one.old_signature) == ("RSA", 2048, "")


def test_a_small_key_is_told_from_a_large_one() -> None:
    assert read_certificate(WEAK).bits == 1024


def test_a_curve_has_its_size_and_a_date_after_2049_its_own_form() -> None:
    one = read_certificate(AUTHORITY)

    assert (one.key, one.bits, one.self_signed) == ("EC", 256, True)
    assert one.not_after.year == 2126


def test_an_old_signature_is_named() -> None:
    with_sha256, with_sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")

    assert read_certificate(WEAK).old_signature == ""
    assert read_certificate(WEAK.replace(with_sha256, with_sha1)).old_signature == "SHA-1"


@pytest.mark.parametrize("cut", [0, 1, 2, 40, 300])
def test_what_is_no_certificate_is_refused(cut: int) -> None:
    with pytest.raises(CertificateError):
        read_certificate(EXPIRED[:cut])


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_a_changed_byte_gives_a_certificate_or_the_one_error(at: int) -> None:
    changed = bytearray(EXPIRED)
    changed[at] ^= 0xFF
    with suppress(CertificateError):
        read_certificate(bytes(changed))
