"""What was read of one address; filled from the province down, judged afterwards."""

from dataclasses import dataclass, field

from app.services.regions.matching import Codes
from app.services.regions.outline import Office


@dataclass(slots=True)
class Reading:
    """What was read. Codes are 0 or empty where nothing was; ``at`` is where the unread rest of ``text`` begins."""

    text: str = ""
    at: int = 0
    province: int = 0
    city: int = 0
    city_named: bool = False
    counties: Codes = ()
    county_strength: int = 0
    county_name: str = ""
    county_former: bool = False
    streets: Codes = ()
    street_strength: int = 0
    street_elsewhere: bool = False
    mentioned: Codes = ()
    zone: str = ""
    zone_of_city: bool = False
    former_town: str = ""
    village: int = 0
    village_elsewhere: int = 0
    village_strength: int = 0
    office: Office | None = None
    office_digits: int = 0
    contradicted: list[str] = field(default_factory=list)
