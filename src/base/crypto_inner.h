/*
 * crypto_inner.h: what crypto.c and crypto_box.c share; not for others.
 */
#ifndef BASE_CRYPTO_INNER_H
#define BASE_CRYPTO_INNER_H

#include <openssl/evp.h>
#include <stdbool.h>

/* Fetched once, since an implicit fetch costs as much as a small box. */
const EVP_MD *crypto_sha256(void);
const EVP_CIPHER *crypto_gcm(void);

/* Ends the process: a hash or cipher that stops working mid-way has no sensible continuation. */
void crypto_must(bool done, const char *what);

#endif
