"""One file a noun: parse, one call, render."""

from fastapi import APIRouter

from app.routers import (
    audit,
    authorities,
    batches,
    branches,
    clients,
    contacts,
    coverage,
    data_subjects,
    datasets,
    grants,
    health,
    hosts,
    labels,
    me,
    oauth,
    organizations,
    policies,
    regions,
    reviews,
    terms,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    labels.router,
    oauth.router,
    me.router,
    clients.router,
    grants.router,
    hosts.router,
    authorities.router,
    branches.router,
    terms.router,
    regions.router,
    organizations.router,
    contacts.router,
    data_subjects.router,
    datasets.router,
    batches.router,
    reviews.router,
    coverage.router,
    policies.router,
    audit.router,
)
