"""Benchmarks of skmed: run as ``python -m benchmarks.<folder>.<script>``."""
