/*
 * jwt.h: access tokens: ES256, fifteen minutes, naming a user and a session and nothing else.
 *
 * Shape    one signing key an installation, made at the first start, its PEM sealed in the setting
 *          "api.signing_key", its id in the token's header. Algorithm and key are ours to choose: a
 *          token that names others is refused before anything is verified.
 * Threads  a key is read only once it is open.
 * Errors   ERR_SIGNED_OUT "session.token" (not ours, damaged), "session.expired".
 * Source   RFC 7519, RFC 8725 §3.1; libjwt, OpenSSL.
 */
#ifndef API_SESSION_JWT_H
#define API_SESSION_JWT_H

#include "service/service.h"

#define JWT_LIFE (15 * UTC_MINUTE)

struct jwt_key;

struct jwt_key *jwt_key_open(struct service *s, struct err *e);
void jwt_key_free(struct jwt_key *k);
AUTO_CLOSE(jwt_key, jwt_key_free)

struct jwt_claims {
    int64_t user_id;
    str session_id;
    utc_ms expires_at;
};

bool jwt_sign(const struct jwt_key *k, struct arena *a, const struct jwt_claims *c, utc_ms now,
              str *token, struct err *e);
bool jwt_check(const struct jwt_key *k, struct arena *a, str token, utc_ms now,
               struct jwt_claims *out, struct err *e);

#endif
