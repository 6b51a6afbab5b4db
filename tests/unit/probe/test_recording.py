import pytest

from readycheck.probe.exchange import Exchange, Observation, Recording, Request, Response, Route
from readycheck.probe.recording import RecordingError, dump_recording, load_recording

RECORDING = Recording(
    "http://127.0.0.1:8000",
    (
        Exchange(
            1, "page/start", Request("GET", "/", (("Accept", "*/*"),), b"", "a"), Response(200, (("A", "b"),), b"\xff")
        ),
        Exchange(2, "page/absent", Request("POST", "/é", body=b"{}"), None, "no answer in time", 1.5),
    ),
    (Observation(3, "tls/modern", "tls-handshake", {"version": "TLSv1.3", "names": ["a"]}),),
    (Route("GET", "/x", "public", "openapi"),),
    {"rate/burst": "not allowed"},
    {"users": 1},
    "two errors",
)


def test_a_recording_is_read_as_it_was_written() -> None:
    assert load_recording(dump_recording(RECORDING)) == RECORDING


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "readycheck/recording/v1"}', '{"schema": "readycheck/report/v1"}', "[" * 9_000]
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(RecordingError, match="not a recording"):
        load_recording(text)
