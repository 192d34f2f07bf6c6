from django.urls import path

from dashboard.views import coverage, homes, leadership, pages

app_name = "dashboard"
urlpatterns = [
    path("", homes.landing, name="landing"),
    path("my/", homes.my, name="my"),
    path("section/", homes.section, name="section"),
    path("school/", homes.section, name="school"),
    path("office/", homes.office, name="office"),
    path("discipline/", homes.discipline, name="discipline"),
    path("lanes/<slug:slug>/", homes.lane_page, name="lane"),
    path("dashboard/", leadership.leadership, name="leadership"),
    path("manage/", pages.manage, name="manage"),
    path("help/", pages.guide, name="help"),
    path("help/<slug:slug>/", pages.guide, name="guide"),
    path("a11y/", pages.accessibility, name="accessibility"),
    path("visibility/", pages.visibility, name="visibility"),
    path("feedback/new/", pages.feedback, name="feedback"),
    path("coverage/", coverage.board, name="coverage"),
    path("coverage/people/", coverage.behind, name="coverage_people"),
]
