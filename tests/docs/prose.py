"""Phrases that aren't plain English, each with its replacement, and the texts of a source tree that are checked for them.

`python -m tests.docs.prose` prints how often each phrase occurs; `--root FOLDER` counts in another tree, `--list` shows each place.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md")
HISTORY = ("docs/history.md",)
"""Pages that quote the past."""
CODE = ("image_tools.py", "lib/**/*.py", "tools/**/*.py")
STORED = frozenset({"in doubt", "left out", "new images looked at"})
"""Cell values of reports and keys of the history, which never change."""
_SQL = re.compile(r"(?:SELECT|INSERT|UPDATE|DELETE) [A-Za-z(*]")


class Phrase(NamedTuple):
    """A phrase to avoid, its replacement, and a sentence before and after."""

    name: str
    regex: re.Pattern[str]
    instead: str
    before: str
    after: str


class Text(NamedTuple):
    """A piece of prose and its place."""

    path: str
    line: int
    text: str


class Hit(NamedTuple):
    """A phrase in a text."""

    place: Text
    phrase: Phrase
    match: str

    def __str__(self) -> str:
        return f"{self.place.path}:{self.place.line}: “{self.match}” -> {self.phrase.instead}"


def _phrase(name: str, regex: str, instead: str, before: str, after: str) -> Phrase:
    return Phrase(name, re.compile(regex), instead, before, after)


_ENTITY = r"(?:tags?|names?|performers?|studios?|galler(?:y|ies)|images?)"
_START = r"(?:^|(?<=[.!?:;|] ))"

PHRASES = (
    _phrase(
        "say, tell",
        r"(?i)\b(?:says?|said|saying|tells?|told|telling)\b",
        "shows, lists, returns, logs, reports, means, requires",
        "The log says which file is missing.",
        "The log names the missing file.",
    ),
    _phrase(
        "stand in/under",
        r"(?i)\b(?:stands?|stood|standing) (?:above|alone|as|at|before|behind|below|beside|first|here|in|on|outside|there|under|where|with|within)\b",
        "is in, appears in, is listed in",
        "Results stand under Logs.",
        "Results appear in Logs; “%” stands for any text.",
    ),
    _phrase(
        "lie",
        r"(?i)\b(?:lies?|lying)\b(?! about)|\blay (?:in|under|beside|there|on|at)\b",
        "is, is in, is stored in",
        "The file lies in the library.",
        "The file is in the library.",
    ),
    _phrase(
        "there is not",
        r"(?i)\bthat there (?:is|are|was|were) not\b",
        "missing, doesn't exist",
        "a name that there is not",
        "a missing name",
    ),
    _phrase(
        "there is no",
        r"(?i)\bthere(?:'s| is| are| was| were| be) (?:no(?! (?:longer|one\b))|none|nothing)\b",
        "No …; … is missing, doesn't exist",
        "There is no table in imports.",
        "No table in imports. There is no longer a limit.",
    ),
    _phrase(
        "is no …",
        r"(?i)(?<!there )\b(?:is|are|was|were|be|been) no (?!longer|one\b|more\b|less\b|fewer|later|earlier|larger|smaller|\d)[\w-]+",
        "isn't a …, isn't …",
        "The file is no regular file.",
        "The file isn't a regular file and is no longer read; no one is warned.",
    ),
    _phrase(
        "take back",
        r"(?i)\b(?:tak(?:e|es|en|ing)|took)(?: [\w'’-]+){0,3} back\b",
        "undo, revert",
        "Undo takes the newest run back.",
        "Undo reverts the newest run.",
    ),
    _phrase("anew", r"(?i)\banew\b", "again, new, re-…", "It plans anew.", "It plans again."),
    _phrase(
        "of its own",
        r"(?i)\bof (?:its|their|his|her|your|our|my|one's) own"
        r"(?=\W*$|[.,:;!?)…]| (?:a|and|are|as|at|beside|but|can|for|from|has|have|if|in|is|may|must|on|or|so|that|than|the|to|when|where|which|who|with)\b)",
        "own, separate: “its own folder”",
        "It has a folder of its own.",
        "It has its own folder, the folder of its own task.",
    ),
    _phrase(
        "by itself",
        r"(?i)\bby (?:itself|themselves|himself)\b",
        "automatically, on its own, only, or leave it out",
        "It starts by itself.",
        "It starts automatically.",
    ),
    _phrase("in silence", r"(?i)\bin silence\b", "silently", "It is dropped in silence.", "It is dropped silently."),
    _phrase(
        "go on",
        r"(?i)\b(?:go|goes|going|gone|went) on\b",
        "resume, continue",
        "Resume goes on with the same plan.",
        "Resume continues the same plan.",
    ),
    _phrase(
        "become of",
        r"(?i)\bbec(?:omes?|ame) of\b",
        "result, outcome, status",
        "what became of the run",
        "the result of the run",
    ),
    _phrase(
        "leave alone",
        r"(?i)\b(?:leav(?:e|es|ing)|left|lets?(?! alone))(?: [\w'’-]+){0,4} alone\b",
        "skip, skipped, keep, keep unchanged",
        "An empty cell leaves its field alone.",
        "An empty cell keeps its field.",
    ),
    _phrase(
        "alone for only",
        r"(?i)(?<!let )(?<!stand-)(?<!left )(?<!leave )(?<!leaves )(?<!stand )(?<!stands )\balone\b",
        "only, put before the word",
        "It compares size alone.",
        "It compares only size, let alone the content.",
    ),
    _phrase(
        "whoever, somebody",
        r"(?i)\b(?:whoever|nobody|somebody|everybody|anybody)\b",
        "another user, you, no one, anyone; or the passive",
        "somebody changed it since",
        "it was edited since, and no one can undo that",
    ),
    _phrase(
        "What as a subject",
        _START + r"What\b(?! to\b| if\b| about\b)[^?|]*?(?=[.!;|]|$)",
        "name it: “Metadata is cached”, or begin a docstring with a verb: “Return …”",
        "What it finds is logged.",
        "Results are logged. What to do? What is a rule?",
    ),
    _phrase(
        "asked of/for",
        r"(?i)\basked (?:of|for)\b",
        "requested, set by",
        "the rule that asked for it",
        "the rule that set it",
    ),
    _phrase("remark", r"(?i)\bremark(?:s|ed)?\b", "note, warning", "a remark on the rule", "a note on the rule"),
    _phrase("fate", r"(?i)\bfates?\b", "status, result", "the fate of each row", "the status of each row"),
    _phrase("in doubt", r"(?i)\bin doubt\b", "unconfirmed", "rows in doubt", "unconfirmed rows"),
    _phrase(
        "looked at",
        r"(?i)\blook(?:ed|s|ing) at\b",
        "checked, processed, reads, checks",
        "New images are looked at.",
        "New images are processed.",
    ),
    _phrase("already right", r"(?i)\balready right\b", "unchanged, up to date", "3 already right", "3 unchanged"),
    _phrase(
        "on preview/apply",
        r"(?i)\bon (?:preview|apply)\b",
        "in preview mode, enabled",
        "The rule is on preview.",
        "The rule is in preview mode.",
    ),
    _phrase(
        "make a tag",
        rf"(?i)\b(?:make|makes|making|made) (?:(?:a|an|the|new|missing|all|its|these|no|of) ){{0,2}}{_ENTITY}\b"
        rf"|\b{_ENTITY} (?:that |it |which )?(?:(?:a|the) run |is |are |was |were |be |been |has |have )*(?:made|make)\b",
        "create, created",
        "Missing tags are made.",
        "Missing tags are created.",
    ),
    _phrase(
        "picture",
        r"(?i)(?<![/\w])pictures?\b(?![/_])",
        "image, or image file: Stash's word",
        "a picture beside it",
        "an image beside it in /pictures/",
    ),
    _phrase(
        "names for tags",
        r"(?i)\b(?:creat(?:e|es|ed|ing)|mak(?:e|es|ing)|made|takes?|new|missing|created) (?:the |its |new )?names\b",
        "tags, performers and studios",
        "Undo deletes created names.",
        "Undo deletes created tags, performers and studios.",
    ),
    _phrase("set-up", r"(?i)\bset-up\b", "setup; Check setup", "Press Check set-up.", "Press Check setup."),
    _phrase("stand-in", r"(?i)\bstand-ins?\b", "fake server", "a stand-in of Stash", "a fake server"),
    _phrase(
        "semicolon chain",
        r";\s[^.;|!?]+;\s",
        "one idea a sentence",
        "It reads a file; it checks it; it goes away.",
        "It reads a file and checks it. Then it ends; the file stays.",
    ),
)


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Every piece of prose that a user or reader of a source tree sees."""
    for pattern in PAGES:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if name not in HISTORY:
                yield from _page(name, path.read_text(encoding="utf-8"))
    yield from _manifest(root / "plugin.yml")
    for pattern in CODE:
        for path in sorted(root.glob(pattern)):
            yield from _code(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


def hits(root: Path = ROOT) -> Iterator[Hit]:
    """Every phrase in every text."""
    for text in texts(root):
        for phrase in PHRASES:
            if phrase.name == "semicolon chain" and text.path.endswith(".py"):
                continue  # lists in messages
            for match in phrase.regex.finditer(text.text):
                yield Hit(text, phrase, match[0])


def _page(name: str, page: str) -> Iterator[Text]:
    """Paragraphs, items, rows and headings, without code. Of the changelog, only what isn't released."""
    if name == "CHANGELOG.md":
        page = re.split(r"^## \d", page, flags=re.MULTILINE)[0]
    page = re.sub(r"^( *)```.*?^\1```", _blank, page, flags=re.MULTILINE | re.DOTALL)
    start, lines = 0, list[str]()
    for number, line in enumerate([*page.splitlines(), ""], 1):
        if lines and (not line.strip() or re.match(r"\s*(?:[-*#|]|\d+\.) ?", line)):
            yield Text(name, start, _plain(" ".join(lines)))
            lines = []
        if line.strip():
            start = start if lines else number
            lines.append(line.strip().lstrip("-* 0123456789."))


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _manifest(path: Path) -> Iterator[Text]:
    """Names and descriptions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*(?:- )?(?:name|displayName|description): (.+)", line)
        if match:
            yield Text(path.name, number, str(yaml.safe_load(match[1])) if ": " not in match[1] else match[1])


def _code(name: str, source: str) -> Iterator[Text]:
    """Strings of more than one word, docstrings and comments, but no SQL or patterns; `…` for what is put in."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(pattern) for node in ast.walk(tree) if _is_compile(node) for pattern in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in inside:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            values = [part.value if isinstance(part, ast.Constant) else "…" for part in parts]
            text = "".join(value for value in values if isinstance(value, str))
            if " " in text and text not in STORED and not _SQL.match(text):
                yield Text(name, node.lineno, _plain(text))
    yield from _comments(name, source)


def _is_compile(node: ast.AST) -> bool:
    """Whether a call compiles a regular expression: what it matches is the text of others."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"


def _comments(name: str, source: str) -> Iterator[Text]:
    """Comments, those of adjoining lines together."""
    start, end, lines = 0, 0, list[str]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and token.string.startswith("# "):
            if lines and token.start[0] != end + 1:
                yield Text(name, start, _plain(" ".join(lines)))
                lines = []
            start = start if lines else token.start[0]
            end = token.start[0]
            lines.append(token.string[2:])
    if lines:
        yield Text(name, start, _plain(" ".join(lines)))


def _plain(text: str) -> str:
    """On one line, without inline code and the addresses of links."""
    text = re.sub(r"``?[^`]+``?", "…", " ".join(text.split()))
    return re.sub(r"\]\([^)\s]+\)", "]", text).replace("**", "")


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the phrases of tests/docs/prose.py in a source tree.")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--list", action="store_true", help="show each place")
    parser.add_argument("--files", action="store_true", help="count by file")
    options = parser.parse_args()
    every = list(hits(options.root))
    if options.list:
        print(*every, sep="\n")
    counts = Counter(hit.place.path if options.files else hit.phrase.name for hit in every)
    for name in sorted(counts) if options.files else [phrase.name for phrase in PHRASES]:
        print(f"{counts[name]:5}  {name}")
    print(f"{len(every):5}  in all")


if __name__ == "__main__":
    main()
