"""Who comes in to the fake server, and what the others are told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.fake_stash import FakeStash

VERSION = {"query": "{ version { version } }"}


@pytest.fixture(scope="module")
def closed() -> Iterator[FakeStash]:
    """A fake server with a password."""
    with FakeStash(username="u", password="secret") as fake:
        yield fake


def log_in(fake: FakeStash, password: str = "secret") -> requests.Session:
    """A session after its log-in."""
    session = requests.Session()
    form = {"username": "u", "password": password}
    session.post(f"{fake.url}/login", data=form, timeout=10)
    return session


REFUSED = {
    "the API": ("POST", "/graphql", {}, 401, None),
    "a page": ("GET", "/plugin/x/assets/y", {}, 302, "/login?returnURL=%2Fplugin%2Fx%2Fassets%2Fy"),
    "a file": ("GET", "/plugin/x/assets/y.js", {}, 401, None),
    "a wrong key": ("POST", "/graphql", {"ApiKey": "wrong"}, 401, None),
    "a wrong cookie": ("POST", "/graphql", {"Cookie": "session=wrong"}, 401, None),
    "a picture": ("GET", "/image/1/image", {}, 302, "/login?returnURL=%2Fimage%2F1%2Fimage"),
}


@pytest.mark.parametrize(("method", "path", "headers", "status", "location"), REFUSED.values(), ids=REFUSED)
def test_refusals(
    closed: FakeStash, method: str, path: str, headers: dict[str, str], status: int, location: str | None
) -> None:
    answer = requests.request(
        method, closed.url + path, headers=headers, json=VERSION, timeout=10, allow_redirects=False
    )
    assert (answer.status_code, answer.headers.get("Location")) == (status, location)
    assert (answer.headers.get("Www-Authenticate") == "FormBased") == (status == 401)


def test_a_cookie_lets_in_and_is_made_fresh(closed: FakeStash) -> None:
    answer = log_in(closed).post(f"{closed.url}/graphql", json=VERSION, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith("session=")


def test_a_wrong_password(closed: FakeStash) -> None:
    session = log_in(closed, "wrong")
    assert not session.cookies
    assert session.post(f"{closed.url}/graphql", json=VERSION, timeout=10).status_code == 401


def test_the_api_key(closed: FakeStash) -> None:
    made = log_in(closed).post(
        f"{closed.url}/graphql", json={"query": "mutation { generateAPIKey(input: {}) }"}, timeout=10
    )
    key = made.json()["data"]["generateAPIKey"]
    for request in ({"headers": {"ApiKey": key}}, {"params": {"apikey": key}}):
        assert requests.post(f"{closed.url}/graphql", json=VERSION, timeout=10, **request).status_code == 200  # type: ignore[arg-type]  # one of them each


def test_a_cookie_runs_out() -> None:
    with FakeStash(username="u", password="secret", session_age=1) as fake:
        headers = {"Cookie": f"session={log_in(fake).cookies['session']}"}  # kept by hand: a session would drop it
        assert requests.post(f"{fake.url}/graphql", json=VERSION, headers=headers, timeout=10).status_code == 200
        time.sleep(1.2)
        assert requests.post(f"{fake.url}/graphql", json=VERSION, headers=headers, timeout=10).status_code == 401


def test_the_cookie_of_a_plugin(closed: FakeStash) -> None:
    cookie = closed.server_connection("u")["SessionCookie"]
    headers = {"Cookie": f"{cookie['Name']}={cookie['Value']}"}
    assert requests.post(f"{closed.url}/graphql", json=VERSION, headers=headers, timeout=10).status_code == 200
    nobody = closed.server_connection()["SessionCookie"]["Value"]
    headers = {"Cookie": f"session={nobody}"}
    assert requests.post(f"{closed.url}/graphql", json=VERSION, headers=headers, timeout=10).status_code == 401


def test_of_two_cookies_the_first_counts(closed: FakeStash) -> None:
    cookie = log_in(closed).cookies["session"]
    for sent, status in ((f"session={cookie}; session=bad", 200), (f"session=bad; session={cookie}", 401)):
        answer = requests.post(f"{closed.url}/graphql", json=VERSION, headers={"Cookie": sent}, timeout=10)
        assert answer.status_code == status


def test_the_public_closes_an_open_server_for_all() -> None:
    with FakeStash() as fake:
        from_home, from_afar = {"X-Forwarded-For": "10.0.0.1, 192.168.1.2"}, {"X-Forwarded-For": "10.0.0.1, 8.8.8.8"}
        asked: list[dict[str, str]] = [from_home, from_afar, {}, from_home]
        answers = [requests.post(f"{fake.url}/graphql", json=VERSION, headers=each, timeout=10) for each in asked]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 403]


def test_the_public_may_come_where_a_password_is_set(closed: FakeStash) -> None:
    answer = log_in(closed).post(
        f"{closed.url}/graphql", json=VERSION, headers={"X-Forwarded-For": "8.8.8.8"}, timeout=10
    )
    assert answer.status_code == 200


def test_a_new_user_needs_a_password() -> None:
    with FakeStash() as fake:
        answer = fake.execute('mutation { configureGeneral(input: {username: "u"}) { username } }')
    assert "nil pointer" in answer["errors"][0]["message"]


def test_log_out(closed: FakeStash) -> None:
    answer = requests.get(f"{closed.url}/logout", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_without_a_password_everybody_comes_in() -> None:
    with FakeStash() as fake:
        assert requests.post(f"{fake.url}/graphql", json=VERSION, timeout=10).status_code == 200


JSON, OWN = "application/json", "application/graphql-response+json"
STATUSES: dict[str, tuple[str | None, int, str]] = {
    "no Accept": (None, 422, JSON),
    "JSON": (JSON, 422, JSON),
    "GraphQL's own type": (OWN, 400, OWN),
    "anything": ("*/*", 400, OWN),
    "any application": ("application/*", 400, OWN),
    "JSON behind something unknown": ("text/html, application/json;q=0.5", 422, JSON),
    "nothing that is known": ("text/html", 400, OWN),
}


@pytest.mark.parametrize(("accept", "status", "kind"), STATUSES.values(), ids=STATUSES)
def test_the_status_of_what_is_refused(accept: str | None, status: int, kind: str) -> None:
    headers: dict[str, Any] = {"Accept": accept}
    with FakeStash() as fake:
        refused = requests.post(f"{fake.url}/graphql", json={"query": "{ nonsense }"}, headers=headers, timeout=10)
        taken = requests.post(f"{fake.url}/graphql", json=VERSION, headers=headers, timeout=10)
    assert (refused.status_code, refused.headers["Content-Type"]) == (status, kind)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, kind)


TRANSPORT: dict[str, tuple[dict[str, Any], int, str]] = {
    "no JSON": ({"data": "{", "headers": {"Content-Type": JSON}}, 400, "could not be decoded"),
    "another content type": ({"data": "{}", "headers": {"Content-Type": "text/plain"}}, 400, "transport not supported"),
    "a form": ({"data": "", "headers": {"Content-Type": "multipart/form-data"}}, 422, "failed to parse multipart form"),
    "an empty query": ({"json": {"query": ""}}, 422, "no operation provided"),
    "only a comment": ({"json": {"query": "# hello"}}, 422, "no operation provided"),
    "two operations": (
        {"json": {"query": "query A { version { hash } } query B { version { hash } }"}},
        422,
        "not found",
    ),
}


@pytest.mark.parametrize(("sent", "status", "message"), TRANSPORT.values(), ids=TRANSPORT)
def test_requests_that_are_none(sent: dict[str, Any], status: int, message: str) -> None:
    with FakeStash() as fake:
        sent["headers"] = {"Accept": JSON, **sent.get("headers", {})}
        answer = requests.post(f"{fake.url}/graphql", timeout=10, **sent)
    assert answer.status_code == status
    assert message in answer.json()["errors"][0]["message"]


METHODS = {"OPTIONS": (200, "OPTIONS, GET, POST"), "HEAD": (405, None), "PUT": (400, None), "DELETE": (400, None)}


@pytest.mark.parametrize(("method", "expected"), METHODS.items(), ids=METHODS)
def test_other_methods(method: str, expected: tuple[int, str | None]) -> None:
    with FakeStash() as fake:
        answer = requests.request(method, f"{fake.url}/graphql", timeout=10)
    assert (answer.status_code, answer.headers.get("Allow")) == expected


def test_whoever_logs_in_without_need_gets_a_cookie() -> None:
    with FakeStash() as fake:
        answer = requests.post(f"{fake.url}/login", data={"username": "u", "password": "p"}, timeout=10)
    assert (answer.status_code, list(answer.cookies.keys())) == (200, ["session"])


def test_get_is_for_queries() -> None:
    with FakeStash() as fake:
        query = requests.get(f"{fake.url}/graphql", params=VERSION, timeout=10)
        mutation = requests.get(f"{fake.url}/graphql", params={"query": "mutation { stopAllJobs }"}, timeout=10)
    assert (query.status_code, mutation.status_code) == (200, 406)


def test_requests_are_noted() -> None:
    with FakeStash() as fake:
        body = {"query": "query($i: ID) { findImage(id: $i) { id } }", "variables": {"i": 5}}
        requests.post(f"{fake.url}/graphql", json=body, timeout=10)
        fake.execute("{ version { hash } }")
        assert [(each.query, each.variables, each.status) for each in fake.requests] == [(body["query"], {"i": 5}, 200)]


def test_text_is_compressed_for_who_takes_it() -> None:
    with FakeStash(images=100) as fake:
        query = {"query": "{ findImages(filter: {per_page: -1}) { images { id title } } }"}
        plain, packed = (
            requests.post(
                f"{fake.url}/graphql", json=query, headers={"Accept": JSON, "Accept-Encoding": each}, timeout=10
            )
            for each in ("identity", "gzip")
        )
    assert packed.json() == plain.json()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
