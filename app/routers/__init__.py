"""One file a noun: parse, one call, render."""

from fastapi import APIRouter

from app.routers import health, labels

ROUTERS: tuple[APIRouter, ...] = (health.router, labels.router)
