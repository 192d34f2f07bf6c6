from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def evidence_add(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page


@scoped
def evidence(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
