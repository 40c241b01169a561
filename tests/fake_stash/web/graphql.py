"""GraphQL over HTTP: which requests are taken, and which status goes with which answer."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import OperationType

from tests.fake_stash.language.errors import Refusal, nil_pointer
from tests.fake_stash.language.numbers import plain as plain_numbers
from tests.fake_stash.language.service import Answer
from tests.fake_stash.language.versions import number
from tests.fake_stash.server.request import Request
from tests.fake_stash.web.go_json import BodyError, decode_body, decode_variables
from tests.fake_stash.web.messages import TEXT, HttpAnswer, HttpRequest

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
FORM = "multipart/form-data"
NO_STORE = ("Cache-Control", "no-store")
ELSEWHERE = {
    "OPTIONS": HttpAnswer(200, [("Allow", "OPTIONS, GET, POST"), NO_STORE]),
    "HEAD": HttpAnswer(405, [NO_STORE]),
}


@dataclass(frozen=True)
class Recorded:
    """A request that a client sent, for tests to count and to look at."""

    query: str
    variables: dict[str, Any]
    status: int


class GraphQLRoute:
    """The route /graphql; `recorded` are the requests that reached it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.recorded: list[Recorded] = []

    def serve(self, http: HttpRequest, request: Request) -> HttpAnswer:
        """Answer a GET or POST."""
        if http.method == "GET":
            return self._get(http, request)
        if http.method in ELSEWHERE:
            return deepcopy(ELSEWHERE[http.method])
        media_type = _media_type(http.headers.get("Content-Type", ""))
        if http.method == "POST" and media_type == FORM:
            return _answer(422, JSON, _error("failed to parse multipart form"))
        if http.method != "POST" or media_type != JSON:
            return _answer(400, TEXT, _error("transport not supported"))
        kind = self._response_type(http)
        text = http.body.decode("utf-8", "replace")
        try:
            body = decode_body(text)
        except BodyError as error:
            message = f"json request body could not be decoded: {error} body:{text}"
            return _answer(400, kind, _error(message))
        if body is None:
            return _answer(422, kind, _error(str(nil_pointer())))
        variables = body.get("variables") or {}
        return self._run(request, kind, body.get("query") or "", variables, body.get("operationName") or "")

    def _get(self, http: HttpRequest, request: Request) -> HttpAnswer:
        kind = self._response_type(http)
        given = http.query
        try:
            variables = decode_variables(given["variables"]) if given.get("variables") else {}
        except BodyError:
            return _answer(400, kind, _error("variables could not be decoded"))
        text, operation = given.get("query", ""), given.get("operationName", "")
        try:
            query = self._core.graphql.operation_type(text, operation) is OperationType.QUERY
        except Refusal:
            query = True  # answered below, with its errors
        if not query:
            return _answer(406, kind, _error("GET requests only allow query operations"))
        return self._run(request, kind, text, variables, operation)

    def _response_type(self, http: HttpRequest) -> str:
        """Before v0.29 the server did not read the Accept header."""
        reads = number(self._core.options.version) >= number("v0.29.0")
        return response_type(http.headers.get("Accept", "")) if reads else JSON

    def _run(self, request: Request, kind: str, text: str, variables: dict[str, Any], operation: str) -> HttpAnswer:
        given = plain_numbers(variables)
        answer = self._core.answer(request, text, variables, operation)
        status = status_of(answer, kind)
        self.recorded.append(Recorded(text, given, status))
        return _answer(status, kind, answer.body)


def response_type(accept: str) -> str:
    """The type of the answer that the Accept header leads to: the first that the server knows, else GraphQL's own."""
    if not accept:
        return JSON
    for part in accept.split(","):
        media_type = _media_type(part)
        if media_type == JSON:
            return JSON
        if media_type in ("*/*", "application/*", GRAPHQL_JSON):
            return GRAPHQL_JSON
    return GRAPHQL_JSON


def status_of(answer: Answer, kind: str) -> int:
    """200 for whatever ran; what was refused has a status that depends on the type of the answer."""
    return 200 if not answer.refused else 422 if kind == JSON else 400


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _error(message: str) -> dict[str, Any]:
    return {"errors": [{"message": message}], "data": None}


def _answer(status: int, kind: str, body: dict[str, Any]) -> HttpAnswer:
    headers = [NO_STORE, ("Content-Type", kind)]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # The path of a file whose name is no UTF-8 goes out as it is (tried on v0.30.1).
    return HttpAnswer(status, headers, text.encode("utf-8", "surrogateescape"))
