"""The login of the staff console, and the gate in front of everything below ``/staff``."""

from bot.web.login.access import Access
from bot.web.login.gate import StaffGate, member_of
from bot.web.login.page import login_router
from bot.web.login.paths import is_page, is_staff_path
from bot.web.login.proxy import NamedByProxy

__all__ = ["Access", "NamedByProxy", "StaffGate", "is_page", "is_staff_path", "login_router", "member_of"]
