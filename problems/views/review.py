from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def review_unit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def review_office(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def checklist(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def checklist_move(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
