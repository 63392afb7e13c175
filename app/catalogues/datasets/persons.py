"""The numbers of a person, as every list of persons has them: read, then sealed."""

from app.services.exchange.contract import Field, Role

IDENTITY_NUMBER = Field(
    "identity_number",
    "code",
    Role.keeper,
    "11010519491231002X",
    ("身份证号", "身份证号码", "公民身份号码", "公民身份证号码"),
    True,
    max_length=40,
    personal=True,
)
"""The key of a record about a person, wherever one must be known for certain."""

PHONE = Field(
    "phone",
    "code",
    Role.reporter,
    "13800138000",
    ("电话", "手机", "手机号", "手机号码", "联系电话"),
    max_length=40,
    personal=True,
)
