"""The wall: what stands between the network and a Streamlit application; the same for the dashboard and the desk.

Wall: ASGI middleware that lets a request through or refuses it in one sentence.
Guard: what an application asks besides, of a request that the wall let through.
Refusal: the rule and the status a request is refused with.
Tokens: a guard that asks for the one-time token of the address a program printed.
CALLBACK, TAKEN, FORBIDDEN: where a provider sends a reader back to, what pages made, and a status of HTTP.
serve: serve an application behind its wall until a signal ends it; nothing else may serve it.
stands: whether this process serves behind the wall; without it no page shows anything.
headers_for: headers of every answer, for the scripts of a first page.
is_loopback: whether a name or address is this computer.
log, log_break, log_failure, start_log: our lines about who came in, what was refused and what went wrong.
failures: when each thing that failed last did.
"""

from dashboard.wall.events import failures, log, log_break, log_failure, start_log
from dashboard.wall.host import is_loopback
from dashboard.wall.middleware import CALLBACK, FORBIDDEN, TAKEN, Guard, Refusal, Wall, headers_for
from dashboard.wall.server import serve, stands
from dashboard.wall.tokens import Tokens

__all__ = [
    "CALLBACK",
    "FORBIDDEN",
    "TAKEN",
    "Guard",
    "Refusal",
    "Tokens",
    "Wall",
    "failures",
    "headers_for",
    "is_loopback",
    "log",
    "log_break",
    "log_failure",
    "serve",
    "stands",
    "start_log",
]
