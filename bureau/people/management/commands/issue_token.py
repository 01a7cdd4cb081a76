from django.core.management.base import BaseCommand, CommandError

from bureau.people import services
from bureau.people.models import User


class Command(BaseCommand):
    """Prints a new API key of a user, and nothing else."""

    help = "Make an API key for USERNAME and print it; it is not shown again."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="what the key is for")

    def handle(self, *args, username, name, **options):
        user = User.objects.active().filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no active user named {username}.")
        self.stdout.write(services.issue_token(user, actor=None, name=name))
