"""Benchmarks: ``python -m benchmarks.build_mclp``, ``benchmarks.walking``, ``benchmarks.pilots``. Not installed."""
