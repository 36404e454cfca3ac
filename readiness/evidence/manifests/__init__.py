"""One rendered set of Kubernetes manifests: what checks see of it."""

from readiness.evidence.manifests.images import Image, parse_image
from readiness.evidence.manifests.model import Manifests, Resource
from readiness.evidence.manifests.pods import Container, Workload, workload_of
from readiness.evidence.manifests.quantities import parse_quantity
from readiness.evidence.manifests.selectors import Requirement, Selector
from readiness.evidence.manifests.shapes import ShapeError

__all__ = [
    "Container",
    "Image",
    "Manifests",
    "Requirement",
    "Resource",
    "Selector",
    "ShapeError",
    "Workload",
    "parse_image",
    "parse_quantity",
    "workload_of",
]
