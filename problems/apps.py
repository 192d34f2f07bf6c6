from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "problems"
    verbose_name = "问题清单与整改台账"
    default_auto_field = "django.db.models.BigAutoField"
