"""checks/, policies/ and templates/ are packages of readiness; every folder of them is found, none is listed."""

from setuptools import find_packages, setup

MAPPED = ("checks", "policies", "templates")

setup(
    packages=find_packages(include=["readiness", "readiness.*"])
    + [f"readiness.{name}" for folder in MAPPED for name in find_packages(include=[folder, f"{folder}.*"])],
    package_dir={f"readiness.{folder}": folder for folder in MAPPED},
)
