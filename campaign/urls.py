from django.urls import path

from campaign.views import people, plan, reference

app_name = "campaign"
ONE = "campaign/<str:code>/"
urlpatterns = [
    path("campaign/", plan.campaign_list, name="list"),
    path("campaign/new/", plan.new, name="new"),
    path("campaign/types/", reference.types, name="types"),
    path("campaign/types/new/", reference.type_new, name="type_new"),
    path("campaign/types/<slug:slug>/", reference.type_edit, name="type"),
    path("campaign/workdays/", reference.workdays, name="workdays"),
    path("campaign/workdays/new/", reference.workday_new, name="workday_new"),
    path("campaign/workdays/seed/", reference.workdays_seed, name="workdays_seed"),
    path("campaign/workdays/<int:pk>/", reference.workday_edit, name="workday"),
    path("campaign/workdays/<int:pk>/remove/", reference.workday_remove, name="workday_remove"),
    path(ONE, plan.detail, name="detail"),
    path(f"{ONE}edit/", plan.edit, name="edit"),
    path(f"{ONE}phases/", plan.phases, name="phases"),
    path(f"{ONE}template/", plan.template, name="template"),
    path(f"{ONE}events/", plan.events, name="events"),
    path(f"{ONE}archive/", plan.archive, name="archive"),
    path(f"{ONE}participants/", people.participants, name="participants"),
    path(f"{ONE}participants/sync/", people.sync, name="sync"),
    path(f"{ONE}participants/<int:pk>/exempt/", people.exempt, name="exempt"),
    path(f"{ONE}participants/<int:pk>/unexempt/", people.unexempt, name="unexempt"),
]
