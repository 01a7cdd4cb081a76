"""The printed workflow says what the code does."""

from django.core.management import call_command


def test_the_printed_workflow_is_current():
    call_command("print_workflows", "--check")
