/*
 * crypto.h: sealed boxes, passwords, hashes and random ids.
 *
 * Shape    a box is "version ‖ key id ‖ nonce ‖ ciphertext ‖ tag": AES-256-GCM under a key from
 *          outside the database, its place (`company|store|field|version`) as associated data, so
 *          that a box copied into another row does not open.
 * Memory   keys live in locked memory and are zeroed; what is opened lives in the arena.
 * Source   OpenSSL 3 (AEAD, SHA-256, HMAC), libsodium (argon2id, random, compare).
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/err.h"

/* Once, before threads. */
bool crypto_setup(struct err *e);

/* The key file: one line a key, `id = base64 of 32 bytes`; the first seals, all open. */
struct keyring;
/* ERR_NOT_FOUND "key.missing"; ERR_INVALID "key.open_to_others", "key.not_ours", "key.unreadable"
 * or "key.syntax", each with what to do. */
struct keyring *keyring_load(const char *path, struct err *e);
/* 0600, flushed to disk; ERR_CONFLICT "key.exists", since nothing is ever written over. */
bool keyring_create(const char *path, struct err *e);
void keyring_free(struct keyring *k);
AUTO_CLOSE(keyring, keyring_free)
/* A short text that names the newest key without telling it: kept in the database, so that a
 * foreign key file is noticed at start. */
const char *keyring_fingerprint(const struct keyring *k);

str box_seal(const struct keyring *k, struct arena *a, str plain, str place);
/* ERR_BUG "box.damaged" or ERR_INVALID "box.unknown_key". An empty box opens to the empty text. */
bool box_open(const struct keyring *k, struct arena *a, str box, str place, str *plain,
              struct err *e);
/* The associated data of a field: "company|store|field|1". */
str box_place(struct arena *a, int64_t company_id, int64_t store_id, const char *field);

/* argon2id, 19 MiB, t=2; at most two at a time in the process. */
bool password_hash(struct arena *a, str password, str *out, struct err *e);
bool password_matches(str password, str hash);

#define SHA256_SIZE 32
void sha256(str bytes, unsigned char out[SHA256_SIZE]);
str sha256_hex(struct arena *a, str bytes);
bool crypto_equal(str a, str b); /* constant time for equal lengths */
void crypto_random(void *out, size_t size);
/* 128 random bits in 26 lower-case letters and digits (no i l o u): ids. */
#define RANDOM_ID_SIZE 27
const char *random_id(char out[RANDOM_ID_SIZE]);
/* 256 random bits, base64url: tokens and webhook secrets. */
str random_token(struct arena *a);

#endif
