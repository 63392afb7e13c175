"""One file a noun: parse, one call, render."""

from fastapi import APIRouter

from app.routers import health, hosts, labels

ROUTERS: tuple[APIRouter, ...] = (health.router, labels.router, hosts.router)
