from django.http import Http404, HttpRequest, HttpResponse

from organization.scope import scoped


@scoped
def draft(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404  # stub: replaced by the page
