"""Modules that need what is not installed have no examples to run."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("triton") else ["relxfer_kg/kernels/kernel_triton*.py"]
