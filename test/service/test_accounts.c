/* Users sign in, are slowed down when they guess, and keep their sessions. */
#include "db/db.h"
#include "service/account.h"
#include "support/house.h"
#include "support/suite.h"

#define GOOD "doğru parola"

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    house_serve(h);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static int64_t add(const char *email, const char *company, enum role role)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct new_user u = { .email = str_from(email),
                          .name = STR(" Ayşe "),
                          .password = STR(GOOD),
                          .company = str_from(company),
                          .role = role };
    assert_true(account_add(&h->service, &u, &id, &e));
    return id;
}

static bool sign_in(const char *email, const char *password, struct signed_in *out, struct err *e)
{
    return account_sign_in(&h->service, h->arena, str_from(email), str_from(password),
                           STR("Firefox"), STR("127.0.0.1"), out, e);
}

static const struct refused_case {
    const char *name, *email, *password, *code;
} refused[] = {
    { "no address", "", GOOD, "user.email" },
    { "an address without @", "ayse.example.org", GOOD, "user.email" },
    { "an address with two @", "a@b@c", GOOD, "user.email" },
    { "an address without a name", "@example.org", GOOD, "user.email" },
    { "an address with a blank inside", "a b@example.org", GOOD, "user.email" },
    { "a password of nine characters", "a@example.org", "123456789", "user.password" },
    { "nine characters are nine, however many bytes", "a@example.org", "ğğğğğğğğğ",
      "user.password" },
    { "an address that is taken", "Admin@ADA.example", GOOD, "user.taken" },
};

static void a_user_is_refused(void **state)
{
    const struct refused_case *c = *state;
    setup(NULL);
    struct err e = { 0 };
    int64_t id = 7;
    struct new_user u = { .email = str_from(c->email), .password = str_from(c->password) };
    assert_false(account_add(&h->service, &u, &id, &e));
    assert_string_equal(e.code, c->code);
    assert_int_equal(id, 7);
    teardown(NULL);
}

static void a_user_joins_a_company_or_founds_one(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u;
    int64_t first = add("a@example.org", "", ROLE_ADMIN);
    int64_t joined = add("b@example.org", "Bora Elektronik", ROLE_SUPPORT);
    int64_t founded = add("c@example.org", " Cem Gıda ", ROLE_SUPER_ADMIN);
    assert_true(user_repo_find(h->db, h->arena, first, &u, &e));
    assert_int_equal(u.company_id, h->company);
    assert_text(u.name, "Ayşe");
    assert_true(u.all_stores);
    assert_true(user_repo_find(h->db, h->arena, joined, &u, &e));
    assert_int_equal(u.company_id, h->other_company);
    assert_false(u.all_stores);
    assert_true(user_repo_find(h->db, h->arena, founded, &u, &e));
    assert_text(u.company_name, "Cem Gıda");
    assert_true(u.all_stores);
}

static void the_first_company_is_made_when_there_is_none(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u;
    static const struct sql_text sqls[] = {
        { .both = "DELETE FROM {p}mp_user_store WHERE user_id > ?" },
        { .both = "DELETE FROM {p}mp_product_map WHERE id > ?" },
        { .both = "DELETE FROM {p}mp_ledger WHERE id > ?" },
        { .both = "DELETE FROM {p}mp_stock WHERE variant_id > ?" },
        { .both = "DELETE FROM {p}mp_variant WHERE id > ?" },
        { .both = "DELETE FROM {p}mp_product WHERE id > ?" },
        { .both = "DELETE FROM {p}marketplace WHERE id > ?" },
        { .both = "DELETE FROM {p}mp_user WHERE id > ?" },
        { .both = "DELETE FROM {p}mp_company WHERE id > ?" },
    };
    for (size_t i = 0; i < sizeof sqls / sizeof sqls[0]; i++) house_run(h, &sqls[i], 0);
    int64_t id = add("a@example.org", "", ROLE_ADMIN);
    assert_true(user_repo_find(h->db, h->arena, id, &u, &e));
    assert_text(u.company_name, "Bedesten");
}

static void the_right_password_opens_a_session(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in in;
    struct actor actor;
    struct user user;
    int64_t id = add("Ayse@Example.org", "", ROLE_SUPPORT);
    assert_true(sign_in(" aYSE@example.ORG", GOOD, &in, &e));
    assert_int_equal(in.user.id, id);
    assert_true(in.refresh_token.len >= 40);
    assert_true(in.expires_at > HOUSE_NOW + UTC_DAY);
    assert_true(account_actor(&h->service, h->arena, in.session_id, &actor, &user, &e));
    assert_int_equal(actor.user_id, id);
    assert_int_equal(actor.company_id, h->company);
    assert_int_equal(actor.role, ROLE_SUPPORT);
    assert_int_equal(actor.rights, role_rights(ROLE_SUPPORT));
    assert_false(actor.all_stores);
    assert_text(user.email, "ayse@example.org");
    static const struct sql_text plain = {
        .both = "SELECT COUNT(*) FROM {p}mp_session WHERE refresh_hash = ?",
    };
    struct db_rows rows;
    assert_true(db_query(h->db, h->arena, &plain, &rows, &e, db_text(in.refresh_token)));
    assert_int_equal(db_cell_i64(&rows, 0, 0), 0); /* only its hash is kept */
}

static void whatever_is_wrong_the_answer_is_the_same(void **state)
{
    (void)state;
    struct err wrong = { 0 }, unknown = { 0 }, disabled = { 0 }, e = { 0 };
    struct signed_in in;
    int64_t id = add("a@example.org", "", ROLE_ADMIN);
    assert_false(sign_in("a@example.org", "falsche parola", &in, &wrong));
    assert_false(sign_in("nobody@example.org", GOOD, &in, &unknown));
    static const struct sql_text disable = {
        .both = "UPDATE {p}mp_user SET disabled_at = 1 WHERE id = ?",
    };
    assert_true(sign_in("a@example.org", GOOD, &in, &e));
    house_run(h, &disable, id);
    assert_false(sign_in("a@example.org", GOOD, &in, &disabled));
    assert_string_equal(wrong.code, "session.wrong");
    assert_int_equal(wrong.kind, ERR_SIGNED_OUT);
    assert_memory_equal(&wrong, &unknown, sizeof wrong);
    assert_memory_equal(&wrong, &disabled, sizeof wrong);
    struct actor actor;
    assert_false(account_actor(&h->service, h->arena, in.session_id, &actor, NULL, &e));
    assert_string_equal(e.code, "session.ended"); /* his session ends with him */
}

/* argon2id makes all else small: an unknown address costs what a wrong password does. */
static void an_unknown_address_takes_as_long_as_a_wrong_password(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in in;
    int64_t known = INT64_MAX, unknown = INT64_MAX;
    add("a@example.org", "", ROLE_ADMIN);
    for (int i = 0; i < 4; i++) { /* the quickest of each: the machine may be busy */
        int64_t start = mono_us();
        assert_false(sign_in("a@example.org", "falsche parola", &in, &e));
        int64_t middle = mono_us();
        assert_false(sign_in("nobody@example.org", "falsche parola", &in, &e));
        int64_t end = mono_us();
        if (middle - start < known) known = middle - start;
        if (end - middle < unknown) unknown = end - middle;
    }
    assert_true(unknown * 2 > known);
}

static void guessing_is_slowed_down_more_and_more(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in in;
    add("a@example.org", "", ROLE_ADMIN);
    for (int i = 0; i < 10; i++) {
        assert_false(sign_in("a@example.org", "falsche parola", &in, &e));
        assert_string_equal(e.code, "session.wrong");
    }
    assert_false(sign_in("a@example.org", GOOD, &in, &e));
    assert_int_equal(e.kind, ERR_RATE_LIMITED);
    assert_string_equal(e.code, "session.locked");
    assert_int_equal(e.retry_at, HOUSE_NOW + UTC_MINUTE);
    h->clock.fixed = HOUSE_NOW + UTC_MINUTE;
    assert_false(sign_in("a@example.org", "falsche parola", &in, &e));
    assert_string_equal(e.code, "session.wrong");
    assert_false(sign_in("a@example.org", GOOD, &in, &e));
    assert_int_equal(e.retry_at, h->clock.fixed + 2 * UTC_MINUTE);
    h->clock.fixed = e.retry_at;
    assert_true(sign_in("a@example.org", GOOD, &in, &e));
    assert_false(sign_in("a@example.org", "falsche parola", &in, &e));
    assert_string_equal(e.code, "session.wrong"); /* counted anew */
}

/* --- sessions --- */

static bool refresh(str token, struct signed_in *out, struct err *e)
{
    return account_refresh(&h->service, h->arena, token, out, e);
}

static struct signed_in signed_in(void)
{
    struct err e = { 0 };
    struct signed_in in;
    add("a@example.org", "", ROLE_ADMIN);
    assert_true(sign_in("a@example.org", GOOD, &in, &e));
    return in;
}

static void a_token_is_used_once(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in first = signed_in(), second, third;
    h->clock.fixed += UTC_MINUTE;
    assert_true(refresh(first.refresh_token, &second, &e));
    assert_false(str_eq(first.refresh_token, second.refresh_token));
    assert_true(str_eq(first.session_id, second.session_id));
    assert_int_equal(second.expires_at, first.expires_at + UTC_MINUTE);
    h->clock.fixed += UTC_MINUTE;
    assert_true(refresh(second.refresh_token, &third, &e));
    assert_false(refresh(STR("guess"), &third, &e));
    assert_string_equal(e.code, "session.ended");
}

static void a_lost_reply_is_given_again(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in first = signed_in(), lost, again, after;
    struct actor actor;
    assert_true(refresh(first.refresh_token, &lost, &e));
    h->clock.fixed += 30 * UTC_SECOND;
    assert_true(refresh(first.refresh_token, &again, &e)); /* as if the reply had come */
    assert_true(str_eq(again.refresh_token, lost.refresh_token));
    assert_true(account_actor(&h->service, h->arena, again.session_id, &actor, NULL, &e));
    h->clock.fixed += UTC_MINUTE;
    assert_true(refresh(again.refresh_token, &after, &e));
}

static void a_reply_lost_twice_is_given_a_third_time(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in first = signed_in(), lost, again;
    assert_true(refresh(first.refresh_token, &lost, &e));
    for (int i = 0; i < 3; i++) { /* tabs that ask at once all end with one token */
        assert_true(refresh(first.refresh_token, &again, &e));
        assert_true(str_eq(again.refresh_token, lost.refresh_token));
        assert_int_equal(again.expires_at, lost.expires_at);
    }
}

static void a_token_in_two_hands_ends_the_session(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in first = signed_in(), second, third;
    struct actor actor;
    assert_true(refresh(first.refresh_token, &second, &e));
    h->clock.fixed += 30 * UTC_SECOND + 1;
    assert_false(refresh(first.refresh_token, &third, &e));
    assert_int_equal(e.kind, ERR_SIGNED_OUT);
    assert_string_equal(e.code, "session.reused");
    assert_false(refresh(second.refresh_token, &third, &e));
    assert_string_equal(e.code, "session.ended");
    assert_false(account_actor(&h->service, h->arena, first.session_id, &actor, NULL, &e));
    assert_string_equal(e.code, "session.ended");
}

static void a_session_ends_by_signing_out_or_by_time(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct signed_in in = signed_in(), other;
    struct actor actor;
    assert_true(sign_in("a@example.org", GOOD, &other, &e));
    assert_true(account_sign_out(&h->service, in.session_id, &e));
    assert_false(account_actor(&h->service, h->arena, in.session_id, &actor, NULL, &e));
    assert_false(refresh(in.refresh_token, &in, &e));
    assert_true(account_actor(&h->service, h->arena, other.session_id, &actor, NULL, &e));
    h->clock.fixed = other.expires_at;
    assert_false(account_actor(&h->service, h->arena, other.session_id, &actor, NULL, &e));
    assert_string_equal(e.code, "session.ended");
    assert_false(refresh(other.refresh_token, &other, &e));
    assert_false(account_actor(&h->service, h->arena, STR("unheard of"), &actor, NULL, &e));
    assert_int_equal(e.kind, ERR_SIGNED_OUT);
}

#define IN_HOUSE(test)                                                                             \
    (struct CMUnitTest)                                                                            \
    {                                                                                              \
#test, test, setup, teardown, NULL                                                         \
    }

int main(void)
{
    struct suite s = { 0 };
    const struct CMUnitTest tests[] = {
        IN_HOUSE(a_user_joins_a_company_or_founds_one),
        IN_HOUSE(the_first_company_is_made_when_there_is_none),
        IN_HOUSE(the_right_password_opens_a_session),
        IN_HOUSE(whatever_is_wrong_the_answer_is_the_same),
        IN_HOUSE(an_unknown_address_takes_as_long_as_a_wrong_password),
        IN_HOUSE(guessing_is_slowed_down_more_and_more),
        IN_HOUSE(a_token_is_used_once),
        IN_HOUSE(a_lost_reply_is_given_again),
        IN_HOUSE(a_reply_lost_twice_is_given_a_third_time),
        IN_HOUSE(a_token_in_two_hands_ends_the_session),
        IN_HOUSE(a_session_ends_by_signing_out_or_by_time),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, a_user_is_refused, refused);
    return suite_run(&s, "accounts");
}
