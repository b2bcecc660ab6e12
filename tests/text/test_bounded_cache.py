"""BoundedCache: bounded size, and frequent entries are kept."""

from skmed.text._bounded_cache import BoundedCache


def test_size_is_bounded_and_frequent_entries_are_kept():
    computed = []
    cache = BoundedCache(lambda key: computed.append(key) or key.upper(), 3)
    for number in range(50):
        assert cache["often"] == "OFTEN"
        assert cache[f"once{number}"] == f"ONCE{number}"
        assert len(cache) + len(cache._old) <= 6
    assert computed.count("often") == 1
    assert cache["x" * 100] == "X" * 100
    assert "x" * 100 not in cache
