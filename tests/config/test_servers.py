import pytest

from config.servers import broker_at, database_at


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        (
            "postgresql://larder:p%40ss@db.example.com:5433/shop?sslmode=require",
            {
                "NAME": "shop",
                "USER": "larder",
                "PASSWORD": "p@ss",
                "HOST": "db.example.com",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
        ("postgres:///shop?host=/run/pg", {"NAME": "shop", "HOST": "/run/pg", "OPTIONS": {}}),
        ("postgresql://%2Frun%2Fpg/shop", {"NAME": "shop", "HOST": "/run/pg", "OPTIONS": {}}),
        ("postgresql://[::1]/shop", {"NAME": "shop", "HOST": "::1", "OPTIONS": {}}),
    ],
    ids=["TCP", "socket in the query", "socket as the host", "IPv6"],
)
def test_a_database_url_means_to_django_what_it_means_to_libpq(url, entry):
    assert database_at(url) == {"ENGINE": "django.db.backends.postgresql"} | entry


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://redis:6379/2", "redis://redis:6379/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_a_redis_url_is_spelled_for_celery(url, broker):
    assert broker_at(url) == broker
