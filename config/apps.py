from django.apps import AppConfig
from django.core.checks import register

from config import checks


class ProductConfig(AppConfig):
    name = "config"
    verbose_name = "整改台账"

    def ready(self) -> None:
        register(checks.unsafe_settings)
        register(checks.demo_accounts_present, "database")
