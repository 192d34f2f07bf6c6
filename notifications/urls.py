from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/go/", views.go, name="go"),
    path("notices/<int:pk>/read/", views.read, name="read"),
]
