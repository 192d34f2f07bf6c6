from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "campaign"
    verbose_name = "整顿活动"
    default_auto_field = "django.db.models.BigAutoField"
