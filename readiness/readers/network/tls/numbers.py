"""Numbers of TLS and their names: RFC 8446, RFC 5246, RFC 8422, and the registry "TLS Parameters" of IANA."""

from __future__ import annotations

from readiness.evidence.tls import Version

CODES: dict[Version, int] = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}
VERSION_OF: dict[int, Version] = {code: version for version, code in CODES.items()}

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO, NEW_SESSION_TICKET = 1, 2, 4
ENCRYPTED_EXTENSIONS, CERTIFICATE, SERVER_KEY_EXCHANGE = 8, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CLIENT_KEY_EXCHANGE, FINISHED = 13, 14, 16, 20

SERVER_NAME, SUPPORTED_GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS, ALPN = 0, 10, 11, 13, 16
PADDING, EXTENDED_MASTER_SECRET, SUPPORTED_VERSIONS, KEY_EXCHANGE_MODES = 21, 23, 43, 45
CERTIFICATE_AUTHORITIES, KEY_SHARE, RENEGOTIATION_INFO = 47, 51, 0xFF01

HYBRID = "X25519MLKEM768"
GROUPS: dict[int, str] = {
    0x11EC: HYBRID,
    0x11EB: "SecP256r1MLKEM768",
    0x11ED: "SecP384r1MLKEM1024",
    0x001D: "x25519",
    0x0017: "secp256r1",
    0x0018: "secp384r1",
    0x0019: "secp521r1",
    0x001E: "x448",
    0x0100: "ffdhe2048",
    0x0101: "ffdhe3072",
    0x0102: "ffdhe4096",
}
GROUP_CODES = {name: code for code, name in GROUPS.items()}

ALERTS: dict[int, str] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}


def alert_name(code: int) -> str:
    """The name of an alert, or its number where it has none."""
    return ALERTS.get(code, f"alert {code}")


def group_name(code: int) -> str:
    """The name of a group for the key exchange, or its number where it has none here."""
    return GROUPS.get(code, f"0x{code:04X}")
