"""The programs that are measured; one file each, run with `python -m benchmarks.contenders.NAME` or `node NAME.mjs`."""
