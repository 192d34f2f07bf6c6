from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def item(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_move(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_print(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def extension_move(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
