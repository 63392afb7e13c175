"""Kinds: each witness, their order, and what stays untold."""

import pytest

from app.services.organizations.kinds import (
    ENTERPRISE_KINDS,
    NEW_ECONOMIC_KINDS,
    NEW_SOCIAL_KINDS,
    TWO_NEW_KINDS,
    Kind,
    kind_of,
)

STEM = "330106MA2A0CFR9T"


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("11", Kind.administrative), ("12", Kind.administrative), ("13", Kind.administrative),
        ("31", Kind.intermediary), ("33", Kind.intermediary), ("32", Kind.unclassified), ("34", Kind.unclassified),
        ("51", Kind.social_association), ("52", Kind.social_service), ("53", Kind.foundation),
        ("59", Kind.social_association), ("54", Kind.administrative), ("71", Kind.unclassified),
        ("81", Kind.union_body), ("89", Kind.union_body), ("92", Kind.self_employed),
        ("93", Kind.farmers_cooperative), ("N2", Kind.collective), ("A1", Kind.administrative),
        ("Y1", Kind.unclassified), ("91", Kind.unclassified),
    ],
)  # fmt: skip
def test_the_prefix_tells(prefix: str, kind: Kind) -> None:
    verdict = kind_of(prefix + STEM, None, "某某")
    assert verdict.kind is kind
    assert verdict.matched == prefix


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("个人独资企业", Kind.private_enterprise), ("私营独资企业", Kind.private_enterprise),
        ("普通合伙", Kind.private_enterprise), ("有限合伙", Kind.private_enterprise),
        ("有限责任公司(自然人独资)", Kind.private_enterprise),
        ("有限责任公司（自然人投资或控股）", Kind.private_enterprise),
        ("有限责任公司(自然人投资或控股的法人独资)", Kind.private_enterprise),
        ("股份有限公司(上市、自然人投资或控股)", Kind.private_enterprise),
        ("有限责任公司 私营企业", Kind.private_enterprise),
        ("有限责任公司(非自然人投资或控股的法人独资)", Kind.unclassified),
        ("有限责任公司", Kind.unclassified), ("股份有限公司", Kind.unclassified), ("其他", Kind.unclassified),
        ("一人有限责任公司", Kind.unclassified), ("联营企业", Kind.unclassified), ("N/A", Kind.unclassified),
        ("集体分支机构(非法人)", Kind.branch_office), ("外国(地区)企业常驻代表机构", Kind.branch_office),
        ("有限责任公司分公司(自然人投资或控股)", Kind.branch_office), ("私营独资企业分支机构", Kind.branch_office),
        ("股份合作企业经营单位(非法人)", Kind.branch_office),
        ("有限责任公司 港、澳、台", Kind.foreign_invested), ("港、澳、台", Kind.foreign_invested),
        ("有限责任公司(台港澳与境内合资)", Kind.foreign_invested), ("有限责任公司(中外合资)", Kind.foreign_invested),
        ("有限责任公司 外商投资企业", Kind.foreign_invested), ("外商投资合伙企业", Kind.foreign_invested),
        ("国有企业", Kind.state_owned), ("有限责任公司 国有企业", Kind.state_owned), ("全民所有制", Kind.state_owned),
        ("有限责任公司(国有控股)", Kind.state_owned), ("国有经营单位(非法人)", Kind.state_owned),
        ("集体所有制", Kind.collective), ("集体经营单位(非法人)", Kind.collective),
        ("集体社团法人营业", Kind.collective), ("国有事业单位营业", Kind.state_owned),
        ("事业单位营业", Kind.administrative),
        ("股份合作制", Kind.joint_stock_cooperative), ("农民专业合作社", Kind.farmers_cooperative),
        ("个体工商户", Kind.self_employed), ("民办非企业单位", Kind.social_service),
        ("1110", Kind.state_owned), ("1121", Kind.foreign_invested), ("1130", Kind.private_enterprise),
        ("1140", Kind.state_owned), ("1151", Kind.private_enterprise), ("1153", Kind.unclassified),
        ("1190", Kind.unclassified), ("1213", Kind.state_owned), ("1222", Kind.private_enterprise),
        ("2130", Kind.branch_office), ("3100", Kind.state_owned), ("3200", Kind.collective),
        ("3300", Kind.unclassified), ("3400", Kind.joint_stock_cooperative), ("4320", Kind.branch_office),
        ("4420", Kind.collective), ("4531", Kind.private_enterprise), ("4540", Kind.private_enterprise),
        ("4550", Kind.branch_office), ("5150", Kind.foreign_invested), ("5810", Kind.branch_office),
        ("6110", Kind.foreign_invested), ("6830", Kind.branch_office), ("7200", Kind.branch_office),
        ("7300", Kind.foreign_invested), ("9100", Kind.farmers_cooperative), ("9200", Kind.branch_office),
        ("9999", Kind.unclassified),
    ],
)  # fmt: skip
def test_the_registered_type_tells(told: str, kind: Kind) -> None:
    assert kind_of("91" + STEM, told, "某某").kind is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("甲乙有限公司义乌分公司", Kind.branch_office), ("甲乙银行股份有限公司云和县支行", Kind.branch_office),
        ("甲乙石化销售有限公司十里亭加油站", Kind.branch_office), ("甲乙集团公司羔羊邮政所", Kind.branch_office),
        ("甲乙机械厂温岭分厂", Kind.branch_office), ("甲乙（上海）株式会社宁波代表处", Kind.branch_office),
        ("甲乙税务师事务所有限责任公司", Kind.intermediary), ("甲乙会计师事务所（特殊普通合伙）", Kind.intermediary),
        ("甲乙五金厂（普通合伙）", Kind.private_enterprise), ("甲乙村股份经济合作社", Kind.collective),
        ("甲乙供销合作社", Kind.collective), ("甲乙蔬菜专业合作社", Kind.farmers_cooperative),
        ("甲乙有限公司", Kind.unclassified), ("甲乙有限公司（筹）", Kind.unclassified),
        ("甲乙电器配件厂", Kind.unclassified),
        ("甲乙经营部", Kind.unclassified),
    ],
)  # fmt: skip
def test_the_name_tells_when_nothing_else_does(name: str, kind: Kind) -> None:
    assert kind_of("91" + STEM, "N/A", name).kind is kind


def test_a_plain_company_is_not_called_private() -> None:
    verdict = kind_of("91" + STEM, "有限责任公司", "甲乙有限公司")
    assert (verdict.kind, verdict.evidence, verdict.matched) == (
        Kind.unclassified,
        "type_without_owner",
        "有限责任公司",
    )


def test_the_prefix_outweighs_a_wrong_type() -> None:
    assert kind_of("93" + STEM, "民办非企业单位", "甲乙果蔬专业合作社").kind is Kind.farmers_cooperative
    assert kind_of("92" + STEM, "有限责任公司", "甲乙店").kind is Kind.self_employed


def test_a_branch_office_stays_one_whatever_its_parent_is() -> None:
    assert kind_of("91" + STEM, "有限责任公司 国有企业", "甲乙有限公司浙江分公司").kind is Kind.branch_office
    assert kind_of("91" + STEM, "有限责任公司", "甲乙比萨有限公司北大街店").kind is Kind.branch_office
    assert kind_of("93" + STEM, None, "甲乙果蔬专业合作社城关分社").kind is Kind.branch_office


def test_a_business_of_its_own_may_carry_a_companys_name() -> None:
    assert kind_of("91" + STEM, "股份合作制", "甲乙进出口公司平湖市联营厂").kind is Kind.joint_stock_cooperative


def test_village_cooperatives_are_collective_under_any_code_and_type() -> None:
    assert kind_of("93" + STEM, None, "甲乙村股份经济合作社").kind is Kind.collective
    assert kind_of("91" + STEM, "农民专业合作社", "甲乙股份经济合作社").kind is Kind.collective


def test_law_firms_are_intermediaries_though_partnerships() -> None:
    assert kind_of("91" + STEM, "普通合伙", "甲乙会计师事务所(普通合伙)").kind is Kind.intermediary


def test_a_foundation_under_the_catch_all_prefix() -> None:
    assert kind_of("59" + STEM, None, "甲乙基金会").kind is Kind.foundation


def test_bodies_without_a_code() -> None:
    assert kind_of(None, None, "城东外卖骑手驿站").kind is Kind.informal_body
    assert kind_of(None, "个体工商户", "城东配送站").kind is Kind.self_employed
    assert kind_of(None, None, "甲乙有限公司").kind is Kind.unclassified


def test_a_registration_number_is_not_read_as_a_prefix() -> None:
    assert kind_of("330212000181702", None, "甲乙有限公司").kind is Kind.unclassified


def test_the_two_new_field() -> None:
    outside = {"unclassified", "state_owned", "collective", "administrative", "union_body", "branch_office"}
    assert set(TWO_NEW_KINDS) == set(Kind) - outside
    assert not set(NEW_ECONOMIC_KINDS) & set(NEW_SOCIAL_KINDS)
    assert set(ENTERPRISE_KINDS) < set(NEW_ECONOMIC_KINDS)
