"""The shared cache of ``ARCHIVE_CACHE_URL``: what is kept in it can be counted again at any time."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

Result = TypeVar("Result")
logger = logging.getLogger("archive.cache")


class ForgivingRedisCache(RedisCache):
    """Redis that may be gone for a while: pages are slower then and answer all the same."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default`` when there is none or Redis does not answer."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), otherwise=default
        )

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """The values that are there."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).get_many(keys, version), otherwise={}
        )

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether there is a value."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).has_key(key, version), otherwise=False
        )

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep a value unless there is one; whether it was kept."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs),
            otherwise=False,
        )

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep a value, if Redis answers."""
        _forgiven(
            lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs),
            otherwise=None,
        )

    def set_many(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Keep values; the keys of those that were not kept."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).set_many(data, *args, **kwargs),
            otherwise=list(data),
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether there was one."""
        return _forgiven(
            lambda: super(ForgivingRedisCache, self).delete(key, version), otherwise=False
        )


def _forgiven(act: Callable[[], Any], *, otherwise: Result) -> Result:
    try:
        kept: Result = act()
    except RedisError as error:
        logger.warning("The cache does not answer, what it held is counted again: %s", error)
        return otherwise
    return kept
