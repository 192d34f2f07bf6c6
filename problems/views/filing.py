from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def my_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def item_remove(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def list_check(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def list_done(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
