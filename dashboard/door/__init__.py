"""The door: who may come in from the network, to which page, and what is refused; the way of every request.

run: serve until a signal ends it.
current: the logins of this process, as access.toml says who may come in; None without that file.
WrongAccess: that file is there and cannot be trusted.
is_loopback: whether a name or address is this computer.
reader_role: the role of this reader; without one, or without the wall, the page ends here.
way_out: the button to log out, where there is a login.
"""

from dashboard.door.access import WrongAccess
from dashboard.door.asgi import run
from dashboard.door.gate import reader_role, way_out
from dashboard.door.logins import current
from dashboard.wall import is_loopback

__all__ = ["WrongAccess", "current", "is_loopback", "reader_role", "run", "way_out"]
