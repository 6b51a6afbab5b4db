"""The checklist and the rules: from YAML files to the model."""

from readycheck.catalog.loader import load_catalogue
from readycheck.catalog.problems import CatalogueError

__all__ = ["CatalogueError", "load_catalogue"]
