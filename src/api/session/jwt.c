#include "api/session/jwt.h"

#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "repo/people_repo.h"

#define SETTING "api.signing_key"
#define PEM_MOST 2048
#define TOKEN_MOST 2048
#define ISSUER "bedesten"

struct jwt_key {
    char id[RANDOM_ID_SIZE];
    char private_pem[PEM_MOST], public_pem[PEM_MOST];
    size_t private_len, public_len;
    struct seen_tokens *seen;
};

/* ---- Tokens whose signature has been checked ---- */

/* A token stays the same for a quarter of an hour, and checking its signature costs more than all the
 * rest of a small request. Only what the token says is remembered; session, user and rights are read
 * anew each time. */
#define SEEN_SLOTS 1024
#define SESSION_ID_MOST 64

struct seen_token {
    unsigned char digest[SHA256_SIZE];
    int64_t user_id;
    utc_ms expires_at; /* 0: the slot is empty */
    char session_id[SESSION_ID_MOST];
};

struct seen_tokens {
    pthread_mutex_t lock;
    struct seen_token slots[SEEN_SLOTS];
};

static struct seen_token *slot_of(struct seen_tokens *t, const unsigned char digest[SHA256_SIZE])
{
    return &t->slots[(digest[0] | digest[1] << 8) % SEEN_SLOTS];
}

static bool was_seen(struct seen_tokens *t, struct arena *a,
                     const unsigned char digest[SHA256_SIZE], struct jwt_claims *out)
{
    pthread_mutex_lock(&t->lock);
    const struct seen_token *s = slot_of(t, digest);
    bool is_it = s->expires_at && memcmp(s->digest, digest, SHA256_SIZE) == 0;
    if (is_it)
        *out = (struct jwt_claims){ .user_id = s->user_id,
                                    .session_id = str_copy(a, str_from(s->session_id)),
                                    .expires_at = s->expires_at };
    pthread_mutex_unlock(&t->lock);
    return is_it;
}

static void remember(struct seen_tokens *t, const unsigned char digest[SHA256_SIZE],
                     const struct jwt_claims *c)
{
    if (c->session_id.len >= SESSION_ID_MOST) return;
    pthread_mutex_lock(&t->lock);
    struct seen_token *s = slot_of(t, digest);
    memcpy(s->digest, digest, SHA256_SIZE);
    s->user_id = c->user_id;
    s->expires_at = c->expires_at;
    str_fill(s->session_id, sizeof s->session_id, c->session_id);
    pthread_mutex_unlock(&t->lock);
}

/* ---- The key ---- */

static bool take_pem(BIO *bio, char *out, size_t *len)
{
    char *at = NULL;
    long size = BIO_get_mem_data(bio, &at);
    if (size <= 0 || size >= PEM_MOST) return false;
    memcpy(out, at, (size_t)size);
    out[size] = '\0';
    *len = (size_t)size;
    return true;
}

static bool write_private(EVP_PKEY *pkey, struct jwt_key *k)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok = bio && PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
              take_pem(bio, k->private_pem, &k->private_len);
    BIO_free(bio);
    return ok;
}

static bool write_public(EVP_PKEY *pkey, struct jwt_key *k)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok =
        bio && PEM_write_bio_PUBKEY(bio, pkey) == 1 && take_pem(bio, k->public_pem, &k->public_len);
    BIO_free(bio);
    return ok;
}

static bool is_p256(EVP_PKEY *pkey)
{
    char group[32] = "";
    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static bool read_private(str pem, struct jwt_key *k)
{
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    bool ok = pkey && is_p256(pkey) && write_private(pkey, k) && write_public(pkey, k);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    return ok;
}

static str place_of_key(struct arena *a)
{
    return box_place(a, 0, 0, SETTING);
}

static bool make(struct service *s, struct arena *a, struct jwt_key *k, struct err *e)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    bool is_made = pkey && write_private(pkey, k) && write_public(pkey, k);
    EVP_PKEY_free(pkey);
    if (!is_made)
        return err_set(e, ERR_BUG, "jwt.key", "the signing key of the API could not be made");
    random_id(k->id);
    str box = box_seal(s->keys, a, (str){ k->private_pem, k->private_len }, place_of_key(a));
    return setting_repo_put(s->db, SETTING, str_from(k->id), box, e);
}

static bool open_or_make(struct service *s, struct arena *a, struct jwt_key *k, struct err *e)
{
    str id, box, pem;
    if (!setting_repo_get(s->db, a, SETTING, &id, &box, e))
        return e->kind == ERR_NOT_FOUND && make(s, a, k, e);
    if (!box_open(s->keys, a, box, place_of_key(a), &pem, e)) return false;
    str_fill(k->id, sizeof k->id, id);
    if (read_private(pem, k)) return true;
    return err_set(e, ERR_INVALID, "jwt.key",
                   "the signing key of the API cannot be read: delete the row '" SETTING
                   "' of the settings, and everybody signs in anew");
}

struct jwt_key *jwt_key_open(struct service *s, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct jwt_key *k = calloc(1, sizeof *k);
    if (!k || !(k->seen = calloc(1, sizeof *k->seen))) abort();
    pthread_mutex_init(&k->seen->lock, NULL);
    struct err why = { 0 };
    if (open_or_make(s, a, k, &why)) return k;
    if (e) *e = why;
    jwt_key_free(k);
    return NULL;
}

void jwt_key_free(struct jwt_key *k)
{
    pthread_mutex_destroy(&k->seen->lock);
    free(k->seen);
    OPENSSL_cleanse(k, sizeof *k);
    free(k);
}

/* ---- Signing ---- */

static bool fill(jwt_t *jwt, const struct jwt_key *k, struct arena *a, const struct jwt_claims *c,
                 utc_ms now)
{
    const char *user = str_cstr(a, str_print(a, "%lld", (long long)c->user_id));
    return jwt_set_alg(jwt, JWT_ALG_ES256, (const unsigned char *)k->private_pem,
                       (int)k->private_len) == 0 &&
           jwt_add_header(jwt, "kid", k->id) == 0 && jwt_add_grant(jwt, "iss", ISSUER) == 0 &&
           jwt_add_grant(jwt, "sub", user) == 0 &&
           jwt_add_grant(jwt, "sid", str_cstr(a, c->session_id)) == 0 &&
           jwt_add_grant_int(jwt, "iat", (long)(now / 1000)) == 0 &&
           jwt_add_grant_int(jwt, "exp", (long)(c->expires_at / 1000)) == 0;
}

bool jwt_sign(const struct jwt_key *k, struct arena *a, const struct jwt_claims *c, utc_ms now,
              str *token, struct err *e)
{
    jwt_t *jwt = NULL;
    char *text = NULL;
    if (jwt_new(&jwt) == 0 && fill(jwt, k, a, c, now)) text = jwt_encode_str(jwt);
    if (text) *token = str_copy(a, str_from(text));
    bool ok = text != NULL;
    free(text);
    jwt_free(jwt);
    return ok || err_set(e, ERR_BUG, "jwt.sign", "the access token could not be signed");
}

/* ---- Checking ---- */

static bool not_ours(struct err *e)
{
    return err_set(e, ERR_SIGNED_OUT, "session.token", "the access token is not ours: sign in");
}

/* What the head must say, before the library sees the token: it would take the algorithm from
 * there, and a public key for a shared one. */
static bool head_is_ours(const struct jwt_key *k, struct arena *a, str token)
{
    static const struct json_limits limits = { .depth = 2,
                                               .values = 16,
                                               .refuse_duplicate_keys = true };
    str head, rest, text;
    const struct json *v = NULL;
    struct err ignored = { 0 };
    return str_split(token, '.', &head, &rest) && str_base64_decode(a, head, &text) &&
           json_parse(a, text, &limits, &v, &ignored) && v->kind == JSON_OBJECT &&
           str_eq(json_text_at(v, "alg"), STR("ES256")) &&
           str_eq(json_text_at(v, "kid"), str_from(k->id));
}

static bool read_claims(jwt_t *jwt, struct arena *a, struct jwt_claims *out)
{
    const char *issuer = jwt_get_grant(jwt, "iss"), *user = jwt_get_grant(jwt, "sub");
    const char *session = jwt_get_grant(jwt, "sid");
    if (jwt_get_alg(jwt) != JWT_ALG_ES256 || !issuer || strcmp(issuer, ISSUER) != 0) return false;
    if (!user || !session || !str_to_i64(str_from(user), &out->user_id)) return false;
    out->session_id = str_copy(a, str_from(session));
    out->expires_at = (utc_ms)jwt_get_grant_int(jwt, "exp") * 1000;
    return out->user_id > 0 && out->session_id.len > 0;
}

static bool verify(const struct jwt_key *k, struct arena *a, str token, struct jwt_claims *out)
{
    jwt_t *jwt = NULL;
    if (!head_is_ours(k, a, token)) return false;
    bool ok = jwt_decode(&jwt, str_cstr(a, token), (const unsigned char *)k->public_pem,
                         (int)k->public_len) == 0 &&
              read_claims(jwt, a, out);
    jwt_free(jwt);
    return ok;
}

bool jwt_check(const struct jwt_key *k, struct arena *a, str token, utc_ms now,
               struct jwt_claims *out, struct err *e)
{
    unsigned char digest[SHA256_SIZE];
    struct jwt_claims c = { 0 };
    if (!token.len || token.len > TOKEN_MOST || memchr(token.at, '\0', token.len))
        return not_ours(e);
    sha256(token, digest);
    if (!was_seen(k->seen, a, digest, &c)) {
        if (!verify(k, a, token, &c)) return not_ours(e);
        remember(k->seen, digest, &c);
    }
    if (c.expires_at <= now)
        return err_set(e, ERR_SIGNED_OUT, "session.expired", "the access token is too old");
    *out = c;
    return true;
}
