from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "organization"
    verbose_name = "机构人员"
    default_auto_field = "django.db.models.BigAutoField"
