"""A site made of Django and django-allauth, which signs people in at the provider in `ISSUER`; prints whom as JSON.

It has a secret, sends no PKCE, and is registered nowhere. Its visitor is Django's own test client.
"""

import json
import os
from http.client import HTTPConnection
from urllib.parse import SplitResult, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest
from django.urls import include, path

APP = {
    "provider_id": "fake",
    "name": "Fake",
    "client_id": "allauth",
    "secret": os.environ["SECRET"],
    "settings": {"server_url": os.environ["ISSUER"]},
}
settings.configure(
    SECRET_KEY="what cookies are signed with",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    INSTALLED_APPS=[
        *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"),
        *("allauth", "allauth.account", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"),
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [APP]}},
    LOGIN_REDIRECT_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.auth import get_user  # noqa: E402  # after setup(), as Django asks
from django.test import Client  # noqa: E402

urlpatterns = [path("accounts/", include("allauth.urls"))]


def browse(url: str) -> SplitResult:
    """Where the browser is sent on to that visits `url`."""
    there = urlsplit(url)
    connection = HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    return urlsplit(connection.getresponse().headers["Location"])


def main() -> None:
    """Visit the site, sign in, and print who the site says is signed in."""
    call_command("migrate", verbosity=0)
    visitor = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    back = browse(visitor.post("/accounts/oidc/fake/login/")["Location"])
    landed = visitor.get(f"{back.path}?{back.query}")
    request = HttpRequest()
    request.session = visitor.session
    user = get_user(request)
    print(json.dumps({"status": landed.status_code, "email": getattr(user, "email", "")}))  # noqa: T201 - it tells the test


main()
