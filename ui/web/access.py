"""Who may do what: readers ask and look, editors add and remove documents; how often one address may ask.

Three ways, chosen by the setting `JUESUAN_ACCESS`:

open    everybody is an editor; for one's own machine
public  everybody may read, at a limited rate; editors log in
login   readers and editors log in

Behind a proxy that knows its users, `JUESUAN_PROXY_HEADER` names the header with the user's name; it is believed only
of the addresses in `JUESUAN_PROXY_ADDRESSES`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import os
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

Role = Literal["reader", "editor"]
Mode = Literal["open", "public", "login"]
Scope = MutableMapping[str, Any]
USERS_FILE = "users.json"
"""Its name in the store's folder."""
_COST = {"n": 2**14, "r": 8, "p": 1}
_LEAST_PASSWORD = 8
_ASKING = ("/gradio_api/queue/join", "/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/", "/gradio_api/mcp")
_LOOKING = ("/evidence", "/reader", "/list", "/documents/")
_FREE = ("/login", "/static/", "/favicon.ico")
"""Served to who has not logged in."""
_LOOKS_FOR_ONE_ASK = 20
"""How much oftener one may look at evidence than ask."""
_LOGINS = "10/minute"


class AccessError(ValueError):
    """A setting or a user cannot be used; the text says which, and what to do."""


@dataclass(frozen=True)
class Visitor:
    """Who sends a request."""

    name: str
    """Empty where nobody has logged in."""
    role: Role | None
    """None where even reading needs a login."""

    @property
    def edits(self) -> bool:
        """True where documents may be added and removed."""
        return self.role == "editor"


@dataclass(frozen=True)
class Access:
    """The rules of access.

    :param mode: open, public or login.
    :param users: file of the users (`Users`).
    :param rate: how often one address may ask in public mode, as "60/minute".
    :param header: name of the proxy's header with the user's name; empty for none.
    :param proxies: networks whose header and forwarded addresses are believed.
    """

    mode: Mode
    users: Path
    rate: str = "60/minute"
    header: str = ""
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def from_environment(cls, store: Path, host: str) -> Access:
        """The rules that the settings say; on an address that others reach, the default is public.

        :raises AccessError: if a setting cannot be used.
        """
        from limits import parse_many

        mode = os.environ.get("JUESUAN_ACCESS", "") or ("open" if _is_local(host) else "public")
        if mode not in ("open", "public", "login"):
            raise AccessError(f"JUESUAN_ACCESS 应是 open、public 或 login，现在是“{mode}”；请改正或去掉这个环境变量。")
        rate = os.environ.get("JUESUAN_RATE", "") or "60/minute"
        try:
            parse_many(rate)
        except ValueError as error:
            raise AccessError(f"JUESUAN_RATE 应像 60/minute，现在是“{rate}”；请改正或去掉这个环境变量。") from error
        named = os.environ.get("JUESUAN_PROXY_ADDRESSES", "")
        try:
            proxies = tuple(
                ipaddress.ip_network(part.strip(), strict=False) for part in named.split(",") if part.strip()
            )
        except ValueError as error:
            raise AccessError(
                f"JUESUAN_PROXY_ADDRESSES 应是用逗号隔开的地址（127.0.0.1,10.0.0.0/8），现在是“{named}”。"
            ) from error
        header = os.environ.get("JUESUAN_PROXY_HEADER", "")
        if header and not proxies:
            raise AccessError(
                "设了 JUESUAN_PROXY_HEADER，还要用 JUESUAN_PROXY_ADDRESSES 写明可信的代理地址，否则谁都可以冒充。"
            )
        return cls(mode, store / USERS_FILE, rate, header, proxies)  # type: ignore[arg-type]

    def visitor(self, headers: dict[str, str], peer: str, session: MutableMapping[str, Any]) -> Visitor:
        """Who sends a request.

        :param headers: by their names in small letters.
        :param peer: address that the request comes from.
        """
        name = str(session.get("user", ""))
        if self.header and self._is_proxy(peer):
            name = headers.get(self.header.lower(), "")
        known = Users(self.users).role(name) if name else None
        if self.mode == "open":
            return Visitor(name, "editor")
        if known or (name and self.header):
            return Visitor(name, known or "reader")
        return Visitor("", "reader" if self.mode == "public" else None)

    def address(self, headers: dict[str, str], peer: str) -> str:
        """The address of who asks: the last one that a believed proxy forwards, else that of the connection."""
        forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
        return forwarded[-1] if forwarded and self._is_proxy(peer) else peer

    def _is_proxy(self, peer: str) -> bool:
        try:
            return any(ipaddress.ip_address(peer) in network for network in self.proxies)
        except ValueError:
            return False


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Users:
    """The users of a store, with hashes of their passwords.

    :param path: the file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> dict[str, dict[str, str]]:
        """Role, salt and hash by name.

        :raises AccessError: if the file is damaged.
        """
        try:
            return dict(json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise AccessError(
                f"用户文件 {self.path} 已损坏（{error}）；请删除它，再用 juesuan user 重新添加用户。"
            ) from error

    def role(self, name: str) -> Role | None:
        """What a user may do; None for nobody that is known."""
        found = self.all().get(name, {}).get("role")
        return found if found in ("reader", "editor") else None  # type: ignore[return-value]

    def add(self, name: str, password: str, role: Role) -> None:
        """Add a user, or change one.

        :raises AccessError: for an empty name or a short password.
        """
        if not name.strip() or len(password) < _LEAST_PASSWORD:
            raise AccessError(f"需要用户名，密码至少 {_LEAST_PASSWORD} 个字符。")
        salt = secrets.token_hex(16)
        users = {**self.all(), name: {"role": role, "salt": salt, "hash": _hashed(password, salt)}}
        self._write(users)

    def remove(self, name: str) -> bool:
        """Take a user away; False if there is none of this name."""
        users = self.all()
        if users.pop(name, None) is None:
            return False
        self._write(users)
        return True

    def accepts(self, name: str, password: str) -> bool:
        """True for a user's password. It takes as long for a name that nobody has."""
        user = self.all().get(name, {})
        return hmac.compare_digest(_hashed(password, user.get("salt", "")), user.get("hash", "-"))

    def _write(self, users: dict[str, dict[str, str]]) -> None:
        partial = self.path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(users, ensure_ascii=False, indent=1), "utf-8")
        partial.replace(self.path)


def _hashed(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), **_COST).hex()


class Guard:
    """ASGI middleware: says who sends each request (`scope["visitor"]`), turns away what is not allowed or too much.

    :param app: the application behind it; sessions must be opened before.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], access: Access) -> None:
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self.app, self.access = app, access
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._ask, self._login = parse(access.rate), parse(_LOGINS)
        self._look = type(self._ask)(self._ask.amount * _LOOKS_FOR_ONE_ASK, self._ask.multiples)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        peer = (scope.get("client") or ("", 0))[0]
        visitor = scope["visitor"] = self.access.visitor(headers, peer, scope.get("session", {}))
        refused = self._refused(scope, visitor, self.access.address(headers, peer))
        await (refused or self.app)(scope, receive, send)

    def _refused(self, scope: Scope, visitor: Visitor, address: str) -> Any:
        """The response for a request that may not pass; None for one that may."""
        from starlette.responses import JSONResponse, RedirectResponse

        path = str(scope["path"]).removeprefix("/en")
        if visitor.role is None and not path.startswith(_FREE):
            if scope["method"] == "GET" and not path.startswith(("/gradio_api", *_LOOKING)):
                asked = quote(f"{scope['path']}?{scope['query_string'].decode('latin-1')}", safe="")
                return RedirectResponse(f"/login?next={asked}", 303)
            return JSONResponse({"detail": "请先登录。"}, 401)
        if path.startswith("/gradio_api/upload") and not visitor.edits:
            return JSONResponse({"detail": "只有编辑可以上传文件；请先登录。"}, 403)
        if not self._within(scope["method"], path, address):
            told = "问得太快了，请过一会儿再试。Too many requests; please wait a little."
            return JSONResponse({"detail": told, "error": told}, 429, {"Retry-After": "60"})
        return None

    def _within(self, method: str, path: str, address: str) -> bool:
        if path.startswith("/login") and method == "POST":
            return self._limiter.hit(self._login, "login", address)
        if self.access.mode != "public":
            return True
        if path.startswith(_ASKING) and method == "POST":
            return self._limiter.hit(self._ask, "ask", address)
        return not path.startswith(_LOOKING) or self._limiter.hit(self._look, "look", address)


def visitor_of(request: Any) -> Visitor:
    """Who sent a request: Starlette's, or Gradio's around it."""
    inner = getattr(request, "request", None) or request
    found = inner.scope.get("visitor")
    return found if isinstance(found, Visitor) else Visitor("", None)
