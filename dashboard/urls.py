from django.urls import path

from dashboard.views import coverage

app_name = "dashboard"
urlpatterns = [
    path("coverage/", coverage.board, name="coverage"),
    path("coverage/people/", coverage.behind, name="coverage_people"),
]
