"""Places, as somebody stands to them: in the own region and around it, in the own line, one's own, and the dual case.

Everybody in the matrix stands at the same spot: region 西湖区, line 099001, branch and organisation of `mine`. What is
of a line or is one's own lies in another province, so that no region helps to see it.
"""

from dataclasses import dataclass

LINE = (99_001_000_000_000, 99_002_000_000_000)
REGION = (330106000000, 330107000000)
ELSEWHERE = (460100000000, 460200000000)  # a second range, where nothing is


@dataclass(frozen=True, slots=True)
class Place:
    """A region, and the code of the authority that manages what lies there."""

    name: str
    region: str
    level: int
    authority: str
    outflow: str | None = None


PLACES: dict[str, Place] = {
    place.name: place
    for place in (
        Place("own", "330106000000", 3, "033001006000000"),
        Place("child", "330106002000", 4, "033001006002000"),
        Place("parent", "330100000000", 2, "033001000000000"),
        Place("sibling", "330102000000", 3, "033001002000000"),
        Place("foreign", "640104000000", 3, "064001004000000"),
        Place("line_own", "640105000000", 3, "099001000000000"),
        Place("line_child", "640106000000", 3, "099001002000000"),
        Place("line_foreign", "640121000000", 3, "099002000000000"),
        Place("dual", "640122000000", 3, "064001022000000", outflow="099001002000000"),
        Place("mine", "640181000000", 3, "064001081000000"),
    )
}
