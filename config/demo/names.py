"""Invented names of people and units."""

from __future__ import annotations

import random
from collections.abc import Iterator

SURNAMES = "梁宋罗段姜何唐高程周沈顾韩吴贺方石任曹魏蒋潘杜戴夏钟汪田袁邓许傅曾彭吕苏卢丁薛叶阎余".strip()
FIRST = "思启文雨志佳建卫雅静明冬清岚圆磊杰立秋晓海云春国庆玉振永新宏俊丽美红学忠德景世长"
SECOND = "敏明博彤远慧国东宁华平辉峰玲芳军林波涛艳霞斌松莉英强勇娟琴萍洁颖亮刚健荣昌兰梅珍"

SECTIONS = (
    "办公室", "人事科", "计划财务科", "基础教育科", "职业与成人教育科",
    "学校安全科", "教育督导室", "教研室", "教育技术中心", "纪检监察室",
)  # fmt: skip
TOWNS = (
    "青石镇", "白鹭镇", "桃溪镇", "柳河镇", "石门镇", "云岭乡", "清水乡", "松坪乡", "枫林镇",
    "双桥镇", "龙泉镇", "花园镇", "南坪乡", "北川镇",
)  # fmt: skip
TOWN_SCHOOLS = ("中学", "中心小学")
COUNTY_SCHOOLS = (
    "示例县第一中学", "示例县第二中学", "示例县职业中学", "示例县实验小学", "示例县城关小学",
    "示例县实验幼儿园", "示例县特殊教育学校",
)  # fmt: skip
SCHOOLS = 25


def people(rng: random.Random) -> Iterator[str]:
    """Names of three characters, none twice."""
    seen = set()
    while True:
        name = rng.choice(SURNAMES) + rng.choice(FIRST) + rng.choice(SECOND)
        if name not in seen:
            seen.add(name)
            yield name


def schools() -> list[str]:
    in_towns = [town + kind for kind in TOWN_SCHOOLS for town in TOWNS]
    return [*COUNTY_SCHOOLS, *in_towns][:SCHOOLS]
