"""The site: the pages in both languages, and over plain HTTP the evidence, the documents, their tables and pictures."""

from __future__ import annotations

import contextlib
import html
import io
import json
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Form
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from assistant import Assistant
from assistant.library import AccountView
from ui.address import Address, AddressError, account_of
from ui.web import documents, tables
from ui.web.access import Access, Guard, Users, visitor_of
from ui.web.evidence import fragment, opened
from ui.web.page import build, theme
from ui.web.picture import NoOriginal, original, page_picture
from ui.web.uploads import Uploads
from ui.words import LANGUAGES, Words

if TYPE_CHECKING:
    import fastapi

_LOG = logging.getLogger(__name__)
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
)
"""What the browser may load: nothing from elsewhere. Gradio's own scripts are partly inline and evaluated."""
_FOR_EVER = {"Cache-Control": "private, max-age=604800, immutable"}
"""For what is named by the hash of its content."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def site(assistant: Assistant, access: Access) -> fastapi.FastAPI:
    """The application over an assistant.

    :param access: who may do what.
    """
    import fastapi
    import gradio
    from starlette.middleware import Middleware
    from starlette.middleware.sessions import SessionMiddleware

    app = fastapi.FastAPI(
        title="juesuan", docs_url=None, redoc_url=None, openapi_url=None,
        middleware=[
            Middleware(_Headers),
            Middleware(_OwnScript),
            Middleware(SessionMiddleware, secret_key=secrets.token_hex(32), same_site="strict", session_cookie="juesuan"),
            Middleware(Guard, access=access),
        ],
    )  # fmt: skip
    uploads = Uploads(assistant)
    _routes(app, assistant)
    _login(app, access)
    for language in reversed(LANGUAGES):  # the page of all other addresses last
        words = Words(language)
        gradio.mount_gradio_app(
            app, build(assistant, uploads, words), path="/en" if language == "en" else "/", footer_links=[], run_history=False,
            theme=theme(), css=_static("style.css"), show_error=False, ssr_mode=False, pwa=False,
            enable_monitoring=False, mcp_server=language == "zh" and _has_mcp(), max_file_size="200mb",
        )  # fmt: skip
    return app


def _script(words: Words) -> str:
    language = "zh-CN" if words.language == "zh" else "en"
    said = {key: words(key) for key in ("copied", "not_copied", "failed_page", "evidence_waits")}
    return (
        f"<script>window.juesuan = {json.dumps({'language': language, 'words': said})};\n{_static('page.js')}</script>"
    )


def _static(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


class _Headers:
    """ASGI middleware: headers that keep the browser from loading anything from elsewhere."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {
                    "content-security-policy": _POLICY,
                    "x-content-type-options": "nosniff",
                    "referrer-policy": "same-origin",
                }
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in own.items())]
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


class _OwnScript:
    """ASGI middleware: puts the page's script before Gradio's, which would have read the browser's language by then."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._scripts = {
            path: _script(Words(language)).encode() for path, language in (("/", LANGUAGES[0]), ("/en/", LANGUAGES[1]))
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        script = self._scripts.get(scope.get("path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or script is None:
            await self.app(scope, receive, send)
            return
        begun: dict[str, Any] = {}
        body = b""

        async def sent(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                begun.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = body.replace(b"<head>", b"<head>" + script, 1)
            headers = [(name, value) for name, value in begun["headers"] if name.lower() != b"content-length"]
            await send({**begun, "headers": [*headers, (b"content-length", str(len(whole)).encode())]})
            await send({"type": "http.response.body", "body": whole})

        await self.app(scope, receive, sent)


def _routes(app: fastapi.FastAPI, assistant: Assistant) -> None:
    @app.get("/en")
    def english(request: Request) -> Response:
        return RedirectResponse(f"/en/?{request.url.query}" if request.url.query else "/en/")

    @app.get("/static/plotly.min.js")
    def drawing() -> Response:
        path = files("plotly") / "package_data" / "plotly.min.js"
        return FileResponse(
            str(path), media_type="text/javascript", headers={"Cache-Control": "private, max-age=86400"}
        )

    @app.get("/evidence")
    def evidence(request: Request) -> Response:
        def made(words: Words) -> str:
            return fragment(assistant, opened(assistant, Address.read(request.query_params), words), words)

        return HTMLResponse(_told(made, request))

    @app.get("/reader")
    def reader(request: Request) -> Response:
        return HTMLResponse(
            _told(lambda words: documents.reader(assistant, Address.read(request.query_params), words), request)
        )

    @app.get("/list")
    def listing(request: Request) -> Response:
        get, edits = request.query_params.get, visitor_of(request).edits
        start = int(get("start") or 0) if (get("start") or "0").isdecimal() else 0
        return HTMLResponse(
            _told(lambda words: documents.listing(assistant, words, get("find") or "", start, edits), request)
        )

    @app.get("/documents/{sha256}/pages/{page}.png")
    def picture(sha256: str, page: int) -> Response:
        try:
            return Response(
                page_picture(account_of(assistant.library, sha256), page), media_type="image/png", headers=_FOR_EVER
            )
        except (AddressError, NoOriginal) as reason:
            return Response(str(reason), 404, media_type="text/plain; charset=utf-8")

    @app.get("/documents/{sha256}/source")
    def source(sha256: str) -> Response:
        from ingest.files import content

        try:
            path = original(account_of(assistant.library, sha256))
        except (AddressError, NoOriginal) as reason:
            return Response(str(reason), 404, media_type="text/plain; charset=utf-8")
        if path.is_file():
            return FileResponse(path, filename=path.name, media_type="application/octet-stream")
        return Response(content(path), media_type="application/octet-stream", headers=_attached(path.name))

    @app.get("/documents/{sha256}/tables/{number}.{form}")
    def table(sha256: str, number: int, form: str) -> Response:
        forms: dict[str, tuple[Callable[[AccountView, int], bytes], str]] = {
            "csv": (tables.as_csv, "text/csv; charset=utf-8"),
            "xlsx": (tables.as_workbook, _XLSX),
        }
        try:
            make, kind = forms[form]
            account = account_of(assistant.library, sha256)
            with assistant.working:
                made = make(assistant.library.view(account.id), number)
        except (AddressError, KeyError):
            return Response("没有这张表。", 404, media_type="text/plain; charset=utf-8")
        return Response(
            made, media_type=kind, headers=_attached(f"{account.department}{account.year}-表{number}.{form}")
        )


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _told(make: Callable[[Words], str], request: Request) -> str:
    """What is made, in the language asked for; a reason in plain words where it cannot be."""
    words = Words("en" if request.query_params.get("lang") == "en" else "zh")
    try:
        return make(words)
    except AddressError as reason:
        return (
            f'<h2 tabindex="-1">{words("evidence")}</h2><p class="warning" role="alert">{html.escape(str(reason))}</p>'
        )
    except Exception:
        _LOG.exception("page part failed")
        return f'<p class="warning" role="alert">{words("failed_page")}</p>'


def _login(app: fastapi.FastAPI, access: Access) -> None:
    users = Users(access.users)

    @app.get("/login")
    def form(request: Request) -> HTMLResponse:
        return HTMLResponse(_login_page(_local(request.query_params.get("next") or "/")))

    def enter(request: Request, name: str = Form(""), password: str = Form(""), next: str = Form("/")) -> Any:
        if not users.accepts(name, password):
            return HTMLResponse(_login_page(_local(next), Words()("login_failed")), 401)
        request.session["user"] = name
        return RedirectResponse(_local(next), 303)

    def leave(request: Request) -> RedirectResponse:
        request.session.clear()
        return RedirectResponse("/", 303)

    app.post("/login", response_model=None)(enter)
    app.post("/logout", response_model=None)(leave)


def _local(address: str) -> str:
    """An address of this site; its first page for any other."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _login_page(after: str, failed: str = "") -> str:
    words = Words()
    told = f'<p class="warning" role="alert">{failed}</p>' if failed else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words('login_title')} · {words('title')}</title><style>{_static('style.css')}</style></head>"
        f'<body class="login"><main><h1>{words("title")}</h1>{told}<form method="post" action="/login">'
        f'<label>{words("user_name")}<input name="name" autocomplete="username" required autofocus></label>'
        f'<label>{words("password")}<input name="password" type="password" autocomplete="current-password" required></label>'
        f'<input type="hidden" name="next" value="{html.escape(after)}"><button type="submit">{words("log_in")}</button></form></main></body></html>'
    )


class Running:
    """A site that is being served in a thread of its own.

    :param app: the application.
    :param listening: the socket that it answers on.
    """

    def __init__(self, app: Any, listening: socket.socket, assistant: Assistant) -> None:
        import uvicorn

        self._assistant = assistant
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", proxy_headers=False, ws="none", timeout_graceful_shutdown=2)
        )
        self._thread = threading.Thread(target=self._server.run, args=([listening],), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until it is interrupted or ends."""
        with contextlib.suppress(KeyboardInterrupt):
            while self._thread.is_alive():
                self._thread.join(1)
        self.close()

    def close(self) -> None:
        """Stop serving and release the store."""
        self._server.should_exit = True
        self._thread.join(10)
        self._assistant.close()


def serve(
    store: Path, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False, block: bool = True
) -> Running:
    """Serve the site over a store.

    :param open_browser: show the page in the user's browser.
    :param block: wait until interrupted; otherwise return the running site.
    :raises ingest.StoreError: if there is no store.
    :raises ui.web.access.AccessError: if a setting of access cannot be used.
    :raises SystemExit: if the address cannot be listened on; its text says what to do.
    """
    access = Access.from_environment(store, host)
    assistant = Assistant.open(store)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        assistant.close()
        raise SystemExit(f"不能在 {host}:{port} 打开网页（端口可能已被占用）；请用 --port 换一个端口。") from error
    with contextlib.redirect_stdout(io.StringIO()):  # gradio's own lines; ours follow
        running = Running(site(assistant, access), listening, assistant)
    root = f"http://{host}:{port}"
    print(f"网页地址：{root}", flush=True)
    print(f"接口：{root}/gradio_api/call/ask" + (f"；MCP：{root}/gradio_api/mcp/" if _has_mcp() else ""), flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(root)
    if block:
        running.wait()
    return running


def _has_mcp() -> bool:
    from importlib.util import find_spec

    return find_spec("mcp") is not None
