from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def ledger(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def ledger_print(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def bulk(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def view_save(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def view_delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_moves(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
