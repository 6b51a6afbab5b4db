import pytest

from readycheck.probe.inside import find_inside


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a Python stack trace", 'Traceback (most recent call last):\n  File "/a.py", line 1'),
        ("a JavaScript stack trace", "Error: x\n    at Object.<anonymous> (/app/server.js:10:5)"),
        ("a JavaScript stack trace", "<pre>URIError<br> &nbsp; &nbsp;at decode (/app/node_modules/x/y.js:1:2)</pre>"),
        ("a JavaScript stack trace", '{"error":"Error: x\\\\n    at async run (file:///app/a.mjs:1:2)"}'),
        ("a Java stack trace", "at com.example.Foo.bar(Foo.java:12)"),
        ("a .NET stack trace", "at App.Home.Index(String id) in C:\\src\\Home.cs:line 12"),
        ("a PHP error", "<b>Warning</b>:  Undefined variable in <b>/var/www/a.php</b> on line <b>3</b>"),
        ("a Ruby stack trace", "app/controllers/things_controller.rb:12:in `show'"),
        ("a Go stack trace", "goroutine 1 [running]:\nmain.main()"),
        ("a Rust panic", "thread 'main' panicked at src/main.rs:4"),
        ("Django's debug page", "You&#x27;re seeing this error because you have <code>DEBUG = True</code>"),
        ("words of the database", 'invalid input syntax for type integer: "x"'),
        ("words of the database", '{"error": "relation \\"users\\" does not exist"}'),
        ("SQL", "failed: SELECT id, name FROM users WHERE id = 1"),
        ("a path of the server's files", "cannot open /srv/app/views/index.py, sorry"),
        ("a path of the server's files", "cannot find C:\\apps\\shop\\index.php"),
        ("an address inside", "connect ECONNREFUSED 10.0.0.5:5432"),
    ],
)
def test_the_inside_is_recognised_by_what_it_says(kind: str, text: str) -> None:
    found = find_inside(text)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        '{"detail": "Not Found"}',
        '<script src="/app/main.js"></script><link href="/static/app.css">',
        '<img src="/home/logo.png"><a href="/app/index.php">Home</a>',
        "Select a page from the menu where you were",
        "Please update your browser and set it up",
        '{"errors": [{"where": "path.id", "message": "Input should be a valid integer"}]}',
        "Try https://example.org/usr/share/docs.html",
        "at 10:30:15 the service was restarted",
        "",
    ],
)
def test_ordinary_errors_are_not_the_inside(text: str) -> None:
    assert find_inside(text) is None


def test_what_the_caller_sent_is_not_the_inside() -> None:
    assert find_inside("Cannot GET /srv/app/main.py, sorry", "/srv/app/main.py") is None


def test_a_long_hostile_answer_is_read_in_time() -> None:
    find_inside("at " * 100_000 + "/home/" * 50_000 + "SELECT " * 50_000)
