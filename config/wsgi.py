"""What gunicorn serves."""

from django.core.wsgi import get_wsgi_application

from config.celery import app as celery_app

celery_app.set_default()  # shared tasks are sent through it
application = get_wsgi_application()
