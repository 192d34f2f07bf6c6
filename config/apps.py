from django.apps import AppConfig
from django.contrib import admin
from django.core.checks import register

from config import checks


class ProductConfig(AppConfig):
    name = "config"
    verbose_name = "整改台账"

    def ready(self) -> None:
        admin.site.site_header = admin.site.site_title = "机关作风整顿管理平台"
        admin.site.index_title = "基础数据"
        register(checks.unsafe_settings)
        register(checks.demo_accounts_present, "database")
