"""The answer when something broke: a number that the person can name and the log can be searched for."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Page 500 without the frame of the site, which may be what broke; Django logs the traceback beside it."""
    incident = f"E-{secrets.token_hex(2).upper()}"
    logger.error("%s %s %s", incident, request.method, request.path)
    return HttpResponse(render_to_string("500.html", {"incident": incident}), status=500)
