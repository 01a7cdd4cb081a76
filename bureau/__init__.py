"""The portal of the Liaocheng City Management Bureau."""

from bureau.celery import app as celery_app

__all__ = ["celery_app"]
