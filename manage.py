#!/usr/bin/env python3
"""Larder's command line."""

import sys

from django.core.management import execute_from_command_line

from config.celery import app as celery_app
from config.start import prepare

if __name__ == "__main__":
    prepare(sys.argv[1:])
    celery_app.set_default()
    execute_from_command_line(sys.argv)
