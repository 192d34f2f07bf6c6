from django.urls import path

from organization.views import account, people, roles, roster, units

app_name = "organization"
PERSON = "manage/people/<str:staff_no>/"
IMPORT = "manage/people/import/"
urlpatterns = [
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("setup/", account.setup, name="setup"),
    path("session/keep/", account.keep, name="keep"),
    path("session/relogin/", account.relogin, name="relogin"),
    path("my/password/", account.password, name="password"),
    path("my/preferences/", account.preferences, name="preferences"),
    path("my/sessions/", account.session_list, name="sessions"),
    path("my/sessions/end-others/", account.session_end_others, name="session_end_others"),
    path("my/sessions/<int:pk>/end/", account.session_end, name="session_end"),
    path("manage/org/", units.org, name="org"),
    path("manage/org/new/", units.unit_new, name="unit_new"),
    path("manage/org/<str:code>/edit/", units.unit_edit, name="unit_edit"),
    path("manage/org/<str:code>/close/", units.unit_close, name="unit_close"),
    path("manage/org/<str:code>/reopen/", units.unit_reopen, name="unit_reopen"),
    path("manage/roles/", roles.role_list, name="roles"),
    path(IMPORT, roster.upload, name="roster"),
    path(f"{IMPORT}template/", roster.template, name="roster_template"),
    path(f"{IMPORT}<int:pk>/", roster.preview, name="roster_preview"),
    path(f"{IMPORT}<int:pk>/confirm/", roster.confirm, name="roster_confirm"),
    path(f"{IMPORT}<int:pk>/discard/", roster.discard, name="roster_discard"),
    path(f"{IMPORT}<int:pk>/passwords/", roster.first_passwords, name="roster_passwords"),
    path("manage/people/", units.org, name="people"),
    path("manage/people/new/", people.person_new, name="person_new"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}edit/", people.person_edit, name="person_edit"),
    path(f"{PERSON}move/", people.person_move, name="person_move"),
    path(f"{PERSON}deactivate/", people.person_deactivate, name="person_deactivate"),
    path(f"{PERSON}reactivate/", people.person_reactivate, name="person_reactivate"),
    path(f"{PERSON}password/", people.password_reset, name="person_password"),
    path(f"{PERSON}posts/new/", people.post_new, name="post_new"),
    path(f"{PERSON}posts/<int:pk>/end/", people.post_end, name="post_end"),
    path(f"{PERSON}roles/new/", people.role_new, name="role_new"),
    path(f"{PERSON}roles/<int:pk>/revoke/", people.role_revoke, name="role_revoke"),
]
