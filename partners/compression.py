"""Sends pages and charts compressed; files go out as they are."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "image/svg+xml", "application/json")


class CompressedTextMiddleware(GZipMiddleware):
    """Django's compression for pages and charts; files keep their length, by which one sees how
    far they are.

    Django adds random bytes to each page, and another mask to each token, so that its compressed
    length tells nothing of what it holds (https://breachattack.com).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        text = response.headers.get("Content-Type", "").startswith(TEXTS)
        if response.streaming or not text:
            return response
        return super().process_response(request, response)
