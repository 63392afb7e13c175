"""One file a noun: parse, one call, render."""

from fastapi import APIRouter

from app.routers import authorities, batches, datasets, health, hosts, labels, regions

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    labels.router,
    hosts.router,
    authorities.router,
    regions.router,
    datasets.router,
    batches.router,
)
