/* Tokens that are not ours, and a session from signing in to its end. */
#include <jwt.h>

#include "api/ask.h"
#include "service/account.h"

#define EMAIL "kisi@ada.example"
#define PASSWORD "uzun bir parola"
#define SIGN_IN "{\"email\":\"" EMAIL "\",\"password\":\"" PASSWORD "\"}"

static struct ask *k;

/* ---- Tokens ---- */

static str part(str token, int nth)
{
    str rest = token, p = { 0 };
    for (int i = 0; i <= nth; i++) assert_true(str_next(&rest, '.', &p));
    return p;
}

static str joined(str head, str claims, str signature)
{
    return str_print(k->h->arena, "%.*s.%.*s.%.*s", STR_ARG(head), STR_ARG(claims),
                     STR_ARG(signature));
}

static str head_of(const char *json)
{
    return str_base64url(k->h->arena, str_from(json));
}

static str key_id(str token)
{
    str text;
    const struct json *head = NULL;
    struct err e = { 0 };
    assert_true(str_base64_decode(k->h->arena, part(token, 0), &text));
    assert_true(json_parse(k->h->arena, text, NULL, &head, &e));
    return json_text_at(head, "kid");
}

static str good(void)
{
    return k->tokens[ROLE_ADMIN];
}

static str without_signature(void)
{
    return joined(part(good(), 0), part(good(), 1), (str){ 0 });
}

static str of_algorithm(const char *alg)
{
    str head = str_print(k->h->arena, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%.*s\"}", alg,
                         STR_ARG(key_id(good())));
    return joined(str_base64url(k->h->arena, head), part(good(), 1), part(good(), 2));
}

static str of_none(void)
{
    return of_algorithm("none");
}

static str of_shared_key(void)
{
    return of_algorithm("HS256");
}

static str of_other_key(void)
{
    return joined(head_of("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"baska\"}"), part(good(), 1),
                  part(good(), 2));
}

static str with_two_algorithms(void)
{
    str head = str_print(k->h->arena, "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"%.*s\"}",
                         STR_ARG(key_id(good())));
    return joined(str_base64url(k->h->arena, head), part(good(), 1), part(good(), 2));
}

static str with_other_claims(void)
{
    str claims = str_print(k->h->arena,
                           "{\"iss\":\"bedesten\",\"sub\":\"%lld\",\"sid\":\"x\","
                           "\"exp\":9999999999}",
                           (long long)k->users[ROLE_SUPER_ADMIN]);
    return joined(part(good(), 0), str_base64url(k->h->arena, claims), part(good(), 2));
}

static str cut_short(void)
{
    return str_cut(good(), 0, good().len - 4);
}

static str empty_parts(void)
{
    return STR("..");
}

static str endless(void)
{
    struct text t = { .arena = k->h->arena };
    for (int i = 0; i < 500; i++) text_add(&t, STR("AAAAAAAA."));
    return text_str(&t);
}

static str with_a_nul(void)
{
    return (str){ "a\0b.c.d", 7 };
}

static const struct token_case {
    const char *name;
    str (*make)(void);
} token_cases[] = {
    { "a token without its signature is refused", without_signature },
    { "a token that names no algorithm for itself is refused", of_none },
    { "a token that names a shared key's algorithm is refused", of_shared_key },
    { "a token of another key is refused", of_other_key },
    { "a token with two algorithms is refused", with_two_algorithms },
    { "a token whose claims were changed is refused", with_other_claims },
    { "a token that was cut is refused", cut_short },
    { "a token of nothing is refused", empty_parts },
    { "an endless token is refused", endless },
    { "a token with a NUL is refused", with_a_nul },
};

static void tokens_are_judged(void **state)
{
    const struct token_case *c = *state;
    struct answer r = ask(k, c->make(), "GET", "/api/v1/session", NULL);
    assert_answer(r, 401, "session.token");
}

static void a_forged_token_of_our_public_key_is_refused(void **state)
{
    (void)state;
    struct err e = { 0 };
    AUTO(jwt_key) key = jwt_key_open(&k->h->service, &e);
    struct jwt_claims c;
    jwt_t *forged = NULL;
    assert_int_equal(jwt_new(&forged), 0);
    const unsigned char shared[] = "-----BEGIN PUBLIC KEY-----";
    assert_int_equal(jwt_set_alg(forged, JWT_ALG_HS256, shared, sizeof shared - 1), 0);
    jwt_add_header(forged, "kid", str_cstr(k->h->arena, key_id(good())));
    char *text = jwt_encode_str(forged);
    assert_false(jwt_check(key, k->h->arena, str_from(text), HOUSE_NOW, &c, &e));
    assert_int_equal(e.kind, ERR_SIGNED_OUT);
    free(text);
    jwt_free(forged);
}

static void a_token_lasts_fifteen_minutes(void **state)
{
    (void)state;
    k->h->clock.fixed = HOUSE_NOW + JWT_LIFE - 1000;
    struct answer r = ask(k, good(), "GET", "/api/v1/session", NULL);
    assert_answer(r, 200, NULL);
    k->h->clock.fixed = HOUSE_NOW + JWT_LIFE;
    r = ask(k, good(), "GET", "/api/v1/session", NULL);
    assert_answer(r, 401, "session.expired");
    k->h->clock.fixed = HOUSE_NOW;
}

static void the_key_outlives_a_restart(void **state)
{
    (void)state;
    struct err e = { 0 };
    AUTO(jwt_key) again = jwt_key_open(&k->h->service, &e);
    struct jwt_claims c;
    assert_true(jwt_check(again, k->h->arena, good(), HOUSE_NOW, &c, &e));
    assert_int_equal(c.user_id, k->users[ROLE_ADMIN]);
}

/* ---- Sessions ---- */

static struct answer sign_in(void)
{
    return ask(k, ASK_NOBODY, "POST", "/api/v1/session", SIGN_IN);
}

/* "bedesten_refresh=..." of a reply's Set-Cookie. */
static const char *cookie_of(const struct answer *r)
{
    str pair, rest;
    assert_true(str_split(answer_header(r, "Set-Cookie"), ';', &pair, &rest));
    return str_cstr(k->h->arena, pair);
}

static struct answer refresh(const char *cookie)
{
    return ask_with(k, ASK_NOBODY, "POST", "/api/v1/session/refresh", NULL, "Cookie", cookie);
}

static void the_cookie_is_for_nobody_else(void **state)
{
    (void)state;
    struct answer r = sign_in();
    assert_answer(r, 200, NULL);
    str cookie = answer_header(&r, "Set-Cookie");
    const char *parts[] = { "; HttpOnly", "; SameSite=Strict", "; Path=/api/v1/session",
                            "; Max-Age=" };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_true(str_has(cookie, str_from(parts[i])));
    assert_false(str_has(cookie, STR("Secure")));
    assert_false(str_has(r.body, str_cut(str_from(cookie_of(&r)), 17, 100)));
    k->api->options.is_secure = true;
    r = sign_in();
    assert_true(str_has(answer_header(&r, "Set-Cookie"), STR("; Secure")));
    assert_true(answer_header(&r, "Strict-Transport-Security").len > 0);
    k->api->options.is_secure = false;
}

static void a_refresh_rotates_the_cookie(void **state)
{
    (void)state;
    struct answer first = sign_in();
    k->h->clock.fixed = HOUSE_NOW + UTC_HOUR;
    struct answer second = refresh(cookie_of(&first));
    assert_answer(second, 200, NULL);
    assert_string_not_equal(cookie_of(&first), cookie_of(&second));
    struct answer me = ask(k, answer_text(&second, "access_token"), "GET", "/api/v1/session", NULL);
    assert_answer(me, 200, NULL);
    assert_text(answer_text(&me, "email"), EMAIL);
    /* The stolen cookie, used later: everybody who holds one of the session's is out. */
    k->h->clock.fixed = HOUSE_NOW + 2 * UTC_HOUR;
    struct answer reused = refresh(cookie_of(&first));
    assert_answer(reused, 401, NULL);
    assert_true(str_has(answer_header(&reused, "Set-Cookie"), STR("Max-Age=0")));
    reused = refresh(cookie_of(&second));
    assert_answer(reused, 401, NULL);
    k->h->clock.fixed = HOUSE_NOW;
}

static void a_flood_of_passwords_is_sent_away(void **state)
{
    (void)state;
    atomic_store(&k->api->signing_in, 8);
    struct answer busy = sign_in();
    assert_answer(busy, 429, "session.busy");
    assert_true(answer_header(&busy, "Retry-After").len > 0);
    assert_int_equal(atomic_load(&k->api->signing_in), 8);
    atomic_store(&k->api->signing_in, 7);
    struct answer in = sign_in();
    assert_answer(in, 200, NULL);
    atomic_store(&k->api->signing_in, 0);
}

static void signing_out_ends_the_token(void **state)
{
    (void)state;
    struct answer in = sign_in();
    str token = answer_text(&in, "access_token");
    struct answer out = ask(k, token, "DELETE", "/api/v1/session", NULL);
    assert_answer(out, 204, NULL);
    assert_true(str_has(answer_header(&out, "Set-Cookie"), STR("Max-Age=0")));
    struct answer r = ask(k, token, "GET", "/api/v1/session", NULL);
    assert_int_equal(r.status, 401);
    r = refresh(cookie_of(&in));
    assert_int_equal(r.status, 401);
}

static void a_wrong_password_and_a_wrong_address_read_alike(void **state)
{
    (void)state;
    struct answer a = ask(k, ASK_NOBODY, "POST", "/api/v1/session",
                          "{\"email\":\"" EMAIL "\",\"password\":\"yanlış parola\"}");
    struct answer b = ask(k, ASK_NOBODY, "POST", "/api/v1/session",
                          "{\"email\":\"yok@ada.example\",\"password\":\"yanlış parola\"}");
    assert_answer(a, 401, "session.wrong");
    assert_answer(b, 401, "session.wrong");
    assert_text(answer_text(&a, "detail"), str_cstr(k->h->arena, answer_text(&b, "detail")));
    assert_int_equal(answer_header(&a, "Set-Cookie").len, 0);
}

static const struct origin_case {
    const char *name;
    const char *header, *value;
    int status; /* of a refresh without cookie: 401 is past the check */
} origin_cases[] = {
    { "our own page may refresh", "Origin", "http://hub.example", 401 },
    { "another site's page may not", "Origin", "http://evil.example", 403 },
    { "another port's page may not", "Origin", "http://hub.example:81", 403 },
    { "a page of no origin may not", "Origin", "null", 403 },
    { "the browser says: same origin", "Sec-Fetch-Site", "same-origin", 401 },
    { "the browser says: same site only", "Sec-Fetch-Site", "same-site", 403 },
    { "the browser says: cross site", "Sec-Fetch-Site", "cross-site", 403 },
    { "who is no browser says nothing", "Accept", "*/*", 401 },
};

static void origins_are_judged(void **state)
{
    const struct origin_case *c = *state;
    struct ask_extra extra = { .headers = { { STR("Host"), STR("hub.example") },
                                            { str_from(c->header), str_from(c->value) } },
                               .count = 2 };
    struct answer r = ask_more(k, ASK_NOBODY, "POST", "/api/v1/session/refresh", NULL, &extra);
    assert_answer(r, c->status, c->status == 403 ? "session.origin" : "session.needed");
}

static void too_many_failures_wait(void **state)
{
    (void)state;
    struct answer r = { 0 };
    for (int i = 0; i < 11; i++)
        r = ask(k, ASK_NOBODY, "POST", "/api/v1/session",
                "{\"email\":\"dene@ada.example\",\"password\":\"yanlış parola\"}");
    assert_answer(r, 429, "session.locked");
    int64_t seconds = 0;
    assert_true(str_to_i64(answer_header(&r, "Retry-After"), &seconds));
    assert_true(seconds > 0);
    assert_true(answer_text(&r, "retry_at").len > 0);
}

static void a_disabled_user_is_out_at_once(void **state)
{
    (void)state;
    static const struct sql_text off = {
        .both = "UPDATE {p}mp_user SET disabled_at = 1 WHERE id = ?",
    };
    int64_t id = ask_add_user(k, k->h->other_company, ROLE_SUPPORT);
    str token = ask_session(k, id);
    struct answer r = ask(k, token, "GET", "/api/v1/session", NULL);
    assert_answer(r, 200, NULL);
    house_run(k->h, &off, id);
    r = ask(k, token, "GET", "/api/v1/session", NULL);
    assert_int_equal(r.status, 401);
}

int main(void)
{
    k = ask_new();
    struct err e = { 0 };
    int64_t id;
    struct new_user u = { .email = STR(EMAIL),
                          .name = STR("Kişi"),
                          .password = STR(PASSWORD),
                          .company = STR("Ada Tekstil"),
                          .role = ROLE_ADMIN };
    if (!account_add(&k->h->service, &u, &id, &e)) return 1;
    u.email = STR("dene@ada.example");
    if (!account_add(&k->h->service, &u, &id, &e)) return 1;
    struct suite s = { 0 };
    SUITE_ROWS(&s, tokens_are_judged, token_cases);
    SUITE_TEST(&s, a_forged_token_of_our_public_key_is_refused);
    SUITE_TEST(&s, a_token_lasts_fifteen_minutes);
    SUITE_TEST(&s, the_key_outlives_a_restart);
    SUITE_TEST(&s, the_cookie_is_for_nobody_else);
    SUITE_TEST(&s, a_refresh_rotates_the_cookie);
    SUITE_TEST(&s, a_flood_of_passwords_is_sent_away);
    SUITE_TEST(&s, signing_out_ends_the_token);
    SUITE_TEST(&s, a_wrong_password_and_a_wrong_address_read_alike);
    SUITE_ROWS(&s, origins_are_judged, origin_cases);
    SUITE_TEST(&s, too_many_failures_wait);
    SUITE_TEST(&s, a_disabled_user_is_out_at_once);
    int failed = suite_run(&s, "session");
    ask_free(k);
    return failed;
}
