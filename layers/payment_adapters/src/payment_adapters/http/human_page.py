"""The human page: Swagger UI over the API's own description, every byte of it served from here.

Swagger UI (Apache-2.0) travels in the runtime layer inside aws-lambda-powertools; it is read when asked for.
The page loads nothing from elsewhere and runs no script that stands in it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from payment_adapters.http.response import Response
from payment_adapters.http.routes import NoSuchAddressError

_TEXTS: Final = {
    "swagger-ui.js": ("text/javascript", "swagger-ui-bundle.min.js"),
    "swagger-ui.css": ("text/css", "swagger-ui.min.css"),
}
_START: Final = """\
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  supportedSubmitMethods: [], // a browser has no terminal key to sign with
  defaultModelsExpandDepth: 0,
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
});
"""
_STYLE: Final = """\
body { margin: 0; background: #fff; }
.swagger-ui .topbar, .swagger-ui .scheme-container { display: none; }
.swagger-ui .information-container.wrapper { padding-bottom: 0; }
"""
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>payrelay API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript. As JSON: <a href="openapi.json">openapi.json</a></noscript>
<script src="docs/swagger-ui.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_OWN: Final = {"start.js": ("text/javascript", _START), "page.css": ("text/css", _STYLE)}
ASSETS: Final = (*_TEXTS, *_OWN)
# Swagger UI puts style attributes and data: images into its page; scripts come from here alone.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page() -> Response:
    """The page itself."""
    return Response(200, _PAGE, {"Content-Type": "text/html; charset=utf-8", **_HEADERS})


def asset(name: str) -> Response:
    """A script or style of the page.

    Raises:
        NoSuchAddressError: a name that is none of ``ASSETS``.
    """
    if name in _TEXTS:
        media_type, file_name = _TEXTS[name]
        text = (_swagger_ui() / file_name).read_text(encoding="utf-8")
    elif name in _OWN:
        media_type, text = _OWN[name]
    else:
        raise NoSuchAddressError
    headers = {"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "public, max-age=3600"}
    return Response(200, text, {**headers, **_HEADERS})


def _swagger_ui() -> Path:
    """Where it lies, without loading what it lies in."""
    spec = find_spec("aws_lambda_powertools")
    assert spec is not None, "the runtime layer carries powertools"  # noqa: S101 -- a bug
    assert spec.origin is not None, "it is a package of files"  # noqa: S101 -- a bug
    return Path(spec.origin).parent / "event_handler" / "openapi" / "swagger_ui"


def description(place: Path) -> Response:
    """The API's description in OpenAPI."""
    headers = {"Content-Type": "application/json; charset=utf-8", **_HEADERS}
    return Response(200, place.read_text(encoding="utf-8"), headers)
