"""Authenticated encryption of one value, bound to where it belongs."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_256_GCM = "aes-256-gcm"
SM4_GCM = "sm4-gcm"
ALGORITHMS = (AES_256_GCM, SM4_GCM)
NONCE_BYTES = 12
TAG_BYTES = 16
# SM4 (GB/T 32907) has one key size.
SM4_KEY_BYTES = 16


class CipherError(Exception):
    """The ciphertext does not belong to this key and place, or was changed."""


def encrypt(algorithm: str, key: bytes, plain: bytes, place: bytes) -> bytes:
    """Return nonce, ciphertext and tag; `place` must be given again to decrypt."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    if algorithm == AES_256_GCM:
        return nonce + AESGCM(key).encrypt(nonce, plain, place)
    encryptor = Cipher(algorithms.SM4(key[:SM4_KEY_BYTES]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place)
    body = encryptor.update(plain) + encryptor.finalize()
    return nonce + body + encryptor.tag


def decrypt(algorithm: str, key: bytes, token: bytes, place: bytes) -> bytes:
    """
    Return what `encrypt` was given.

    :raises CipherError: if key, place or bytes are not those of the encryption.
    """
    nonce = token[:NONCE_BYTES]
    try:
        if algorithm == AES_256_GCM:
            return AESGCM(key).decrypt(nonce, token[NONCE_BYTES:], place)
        body, tag = token[NONCE_BYTES:-TAG_BYTES], token[-TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(key[:SM4_KEY_BYTES]), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(place)
        return decryptor.update(body) + decryptor.finalize()
    except (InvalidTag, ValueError) as problem:
        raise CipherError from problem
