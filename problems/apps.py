from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "problems"
    verbose_name = "问题清单与整改台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the people's pages what hangs on a person; models exist only from here on."""
        from organization.facts import OPEN_WORK  # noqa: PLC0415
        from problems.facts import OPEN_WORK_COUNTS  # noqa: PLC0415

        OPEN_WORK.update(OPEN_WORK_COUNTS)
