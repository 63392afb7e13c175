"""Computed facts that appraisal may ask for, one file a kind of subject. The folder is GET /v1/indicators."""

from app.catalogues.indicators.departments import DEPARTMENTS
from app.catalogues.indicators.regions import REGIONS
from app.catalogues.indicators.workers import WORKERS
from app.services.assessment.contract import Catalogue

INDICATORS = Catalogue((*WORKERS, *DEPARTMENTS), REGIONS)
