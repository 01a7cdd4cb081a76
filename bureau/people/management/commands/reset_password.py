from django.core.management.base import BaseCommand, CommandError

from bureau.core.errors import BusinessError
from bureau.people import services
from bureau.people.models import User


class Command(BaseCommand):
    """Prints a new one-time password of a user, and nothing else; the audit names no person.

    For whom no office stands above: the only system administrator.
    """

    help = "Give USERNAME a one-time password, end its sessions and print it; it is kept nowhere."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--note", default="", help="why, as the audit shall tell it")

    def handle(self, *args, username, note, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user named {username}.")
        try:
            password = services.reset_password(user, actor=None, note=note)
        except BusinessError as refused:
            raise CommandError(str(refused.sentence)) from refused
        self.stdout.write(password)
