"""The columns of a statement, under the names that banks, finance offices and accountants give them."""

from typing import Final

from app.core.labels import LANGUAGES, label
from app.services.exchange.contract import Field, Role

YUAN: Final = ("", "(元)", "(人民币)", "(人民币元)", "(CNY)", "(RMB)")
WAN: Final = ("(万元)", "(人民币万元)")
LONGEST: Final = 200

INCOME = ("贷方发生额", "贷方金额", "贷方", "贷方发生金额", "贷", "credit")
OUTGO = ("借方发生额", "借方金额", "借方", "借方发生金额", "借", "debit")
RECEIVED = (
    "收入",
    "收入金额",
    "存入",
    "存入金额",
    "转入",
    "转入金额",
    "收方金额",
    "收方发生额",
    "收款金额",
    "received",
)
PAID = ("支出", "支出金额", "支取", "支取金额", "转出", "转出金额", "付方金额", "付方发生额", "付款金额", "paid")
AMOUNT = ("金额", "交易金额", "发生额", "发生金额", "收支金额", "amount")
BALANCE = ("余额", "账户余额", "账面余额", "当前余额", "本次余额", "交易后余额", "结余", "balance")


def _as_exported(heading: str) -> tuple[str, ...]:
    """What the list of a statement's lines calls a column when it is a file, so that one comes back."""
    return tuple(label("heading", heading, language) for language in LANGUAGES)


def _text(name: str, example: str, *headers: str) -> Field:
    return Field(name, "text", Role.keeper, example, headers, max_length=LONGEST)


def _money(name: str, example: str, headers: tuple[str, ...]) -> tuple[Field, Field]:
    """An amount in yuan, and the same where the header says that it is in ten thousand."""
    return (
        _text(name, example, *(word + unit for word in headers for unit in YUAN)),
        _text(f"{name}_wan", example, *(word + unit for word in headers for unit in WAN)),
    )


MONEY: Final = ("income", "outgo", "received", "paid", "amount", "balance")
FIELDS: Final = (
    _text(
        "day",
        "2026-03-02",
        *(
            "交易日期",
            "记账日期",
            "入账日期",
            "日期",
            "交易时间",
            "记账时间",
            "发生日期",
            "业务日期",
            "交易日",
            "记账日",
        ),
        *("支付日期", "date", *_as_exported("bank_on_day")),
    ),
    *_money("income", "1,200.00", INCOME),
    *_money("outgo", "1,200.00", OUTGO),
    *_money("received", "1,200.00", RECEIVED),
    *_money("paid", "1,200.00", PAID),
    *_money("amount", "-1,200.00", (*AMOUNT, *_as_exported("bank_amount"))),
    *_money("balance", "98,800.00", (*BALANCE, *_as_exported("bank_balance"))),
    _text(
        "side",
        "借",
        "借贷标志",
        "借贷",
        "借/贷",
        "收支",
        "收/支",
        "收付标志",
        "方向",
        "借贷方向",
        "收支方向",
        "交易方向",
    ),
    _text("currency", "人民币", "币种", "币别", "货币", "currency"),
    _text(
        "reference",
        "PZ-2026-0031",
        *(
            "凭证号",
            "凭证号码",
            "凭证编号",
            "票据号",
            "票据号码",
            "支票号",
            "支票号码",
            "业务编号",
            "参考号",
            "reference",
        ),
        *_as_exported("bank_reference"),
    ),
    _text(
        "serial",
        "2026030200017",
        *(
            "交易流水号",
            "流水号",
            "银行流水号",
            "核心流水号",
            "交易序号",
            "流水",
            "serial",
            *_as_exported("bank_serial"),
        ),
    ),
    _text(
        "counterparty",
        "某某印刷有限公司",
        *(
            "对方户名",
            "对方名称",
            "对方单位",
            "对方单位名称",
            "对方账户名称",
            "交易对方",
            "收款人",
            "收款人名称",
            "付款人",
        ),
        *("收/付方名称", "counterparty", *_as_exported("bank_counterparty")),
    ),
    _text("summary", "转账", "摘要", "交易摘要", "摘要说明", "业务类型", *_as_exported("bank_text")),
    _text("purpose", "培训费", "用途", "交易用途", "说明", "text"),
    _text("postscript", "三月党员培训", "附言", "交易附言", "备注", "remark"),
)
"""`income` and `outgo` are the bank's credit and debit; which of them is which is the wish's to say. `received` and
`paid` are the account holder's words and mean one thing."""
KNOWN = frozenset(name for each in FIELDS for name in (each.name, *each.headers))
TEXTS: Final = ("summary", "purpose", "postscript")
