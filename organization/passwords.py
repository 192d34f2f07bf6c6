"""Rules for passwords, and the one-time codes that open an account for the first time."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac

MIN_LENGTH = 10
CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
RULE = "至少 10 位，含大写字母、小写字母、数字、符号中的三种，不含姓名和工号"
# No signs that look alike on paper: 0 O 1 I l.
CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12


class PasswordRule:
    """The office's rule; common passwords are refused by Django's own validator."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < MIN_LENGTH:
            raise ValidationError(f"新密码现在 {len(password)} 位，至少要 {MIN_LENGTH} 位", code="too_short")
        if sum(bool(re.search(signs, password)) for signs in CLASSES) < 3:
            raise ValidationError("新密码要含大写字母、小写字母、数字、符号中的三种，补上后再提交", code="too_simple")
        own = {user.name.lower(), user.staff_no.lower()} if user else set()
        if any(word and word in password.lower() for word in own):
            raise ValidationError("新密码里有姓名或工号，换成别的内容", code="too_personal")

    def get_help_text(self) -> str:
        return RULE


def new_code() -> str:
    """About 60 bits: three groups of four signs, readable from paper."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class ActivationCode(BasePasswordHasher):
    """A keyed hash for random one-time codes; see the ADR on first passwords.

    Slow hashing protects passwords that people choose. A random code of 60 bits needs a key, not slowness,
    and 300 of them are made in one request. At the first login Django stores the slow hash instead.
    """

    algorithm = "activation"

    def encode(self, password: str, salt: str) -> str:
        return self._encode(password, salt, settings.SECRET_KEY)

    def verify(self, password: str, encoded: str) -> bool:
        salt = self.decode(encoded)["salt"]
        # As slow as a real password, so that the time of the answer does not tell the two apart.
        get_hasher("default").encode(password, get_hasher("default").salt())
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        tried = password.strip().upper()
        return any(constant_time_compare(encoded, self._encode(tried, salt, key)) for key in keys)

    def decode(self, encoded: str) -> dict[str, str]:
        algorithm, salt, digest = encoded.split("$")
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"算法": self.algorithm}

    def must_update(self, encoded: str) -> bool:
        return False

    def _encode(self, password: str, salt: str, key: str) -> str:
        digest = salted_hmac(f"organization.activation{salt}", password, key, algorithm="sha256").hexdigest()
        return f"{self.algorithm}${salt}${digest}"


def code_hash(code: str) -> str:
    """The stored form of a one-time code."""
    return ActivationCode().encode(code, secrets.token_hex(11))
