"""Every group of operations has its word in the docs, and no word stands without operations."""

from app.routers import ROUTERS
from app.routers.tags import TAGS


def test_tags_and_routers_agree() -> None:
    used = {str(tag) for router in ROUTERS for tag in router.tags}
    assert {tag["name"] for tag in TAGS} == used
