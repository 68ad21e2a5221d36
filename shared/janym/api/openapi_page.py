"""The OpenAPI document as one page for people: no script, no font, nothing from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any, cast

Json = dict[str, Any]

STYLE = """\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
code,pre{font:13px/1.45 ui-monospace,monospace}
pre{overflow:auto;max-height:26rem;padding:.7rem;border:1px solid #8884;border-radius:4px}
h2{margin-top:2.5rem;border-bottom:1px solid #8884}
h2,h3{text-transform:capitalize}h4{margin:.9rem 0 .2rem}
details{border:1px solid #8884;border-radius:4px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:3.6rem}
summary span{opacity:.75;margin-left:.6rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #8882}
td:first-child{white-space:nowrap}.role{float:right;opacity:.75}
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The page's one style, and nothing else, from anywhere."""


@cache
def page(document: str) -> str:
    """Show an OpenAPI document, given as JSON."""
    shown = cast("Json", json.loads(document))
    info = shown["info"]
    about = "".join(f"<p>{escape(part)}</p>" for part in info["description"].strip().split("\n\n"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} API</h1>{about}"
        '<p>For machines: <a href="/openapi.json">/openapi.json</a>.</p>'
        f"{''.join(_chapter(tag['name'], shown) for tag in shown['tags'])}"
        f"<h2>Schemas</h2>{''.join(_schemas(shown['components']['schemas']))}</body></html>"
    )


def _chapter(tag: str, document: Json) -> str:
    operations = [
        _operation(method, path, operation, document["components"]["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]
    return f"<h2>{escape(tag)}</h2>{''.join(operations)}"


def _operation(method: str, path: str, operation: Json, shared: Json) -> str:
    parts = [_parameters(operation.get("parameters", []))]
    if "requestBody" in operation:
        parts += ["<h4>Body</h4>", _content(operation["requestBody"]["content"])]
    refusals: list[Sequence[str]] = []
    for status, answer in operation["responses"].items():
        if status < "300":
            parts += [f"<h4>Answer {status}</h4>", _content(answer.get("content", {}))]
        else:
            told = shared[answer["$ref"].rpartition("/")[2]]["description"]
            refusals.append((f"<code>{status}</code>", _prose(told)))
    parts += ["<h4>Refusals</h4>", _table(refusals)]
    return (
        f'<details id="{operation["operationId"]}"><summary><b>{method.upper()}</b>'
        f" <code>{escape(path)}</code><span>{escape(operation['summary'])}</span>"
        f'<span class="role">{operation["x-role"]}</span></summary>{"".join(parts)}</details>'
    )


def _parameters(parameters: Iterable[Json]) -> str:
    rows = [
        (
            f"<code>{escape(each['name'])}</code>",
            f"{each['in']}{', required' if each['required'] else ''}",
            _type(each["schema"]),
            _prose(each.get("description") or each["schema"].get("description", "")),
        )
        for each in parameters
    ]
    return f"<h4>Parameters</h4>{_table(rows)}" if rows else ""


def _content(content: Mapping[str, Json]) -> str:
    parts: list[str] = []
    for kind, media in content.items():
        parts.append(f"<p>{escape(kind)}: {_type(media['schema'])}</p>")
        if "example" in media:
            example = json.dumps(media["example"], indent=2, ensure_ascii=False)
            parts.append(f"<pre>{escape(example)}</pre>")
    return "".join(parts) or "<p>Nothing.</p>"


def _schemas(schemas: Mapping[str, Json]) -> Iterable[str]:
    for name, schema in schemas.items():
        required = schema.get("required", [])
        rows = [
            (
                f"<code>{escape(field)}</code>{'' if field in required else '?'}",
                _type(of),
                _prose(of.get("description", "")),
            )
            for field, of in schema.get("properties", {}).items()
        ]
        body = _table(rows) if rows else f"<p>{_type(schema)}</p>"
        about = f"<p>{_prose(schema.get('description', ''))}</p>"
        yield f'<details id="{name}"><summary>{name}</summary>{about}{body}</details>'


def _type(schema: Json) -> str:
    """Say in a few words what a schema lets through."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "enum" in schema:
        return " | ".join(f"<code>{escape(json.dumps(each))}</code>" for each in schema["enum"])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " | ".join(_type(each) for each in schema[choice])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = schema.get("format") or schema.get("type", "anything")
    return escape(str(schema.get("const", kind)))


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _prose(text: str) -> str:
    """Text with its `code` shown as such."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
