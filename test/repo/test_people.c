/* Users, sessions, the audit chain, settings and kept replies. */
#include "db/db.h"
#include "repo/people_repo.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;

static int setup(void **state)
{
    (void)state;
    h = house_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_free(h);
    return 0;
}

static void users_are_found_by_address_and_listed_by_company(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u = { .company_id = h->company,
                      .email = STR("ayse@ada.example"),
                      .name = STR("Ayşe"),
                      .password_hash = STR("hash"),
                      .role = ROLE_SUPPLIER };
    struct user found, *all;
    size_t count;
    assert_true(user_repo_add(h->db, &u, HOUSE_NOW, &e));
    assert_true(user_repo_by_email(h->db, h->arena, STR("ayse@ada.example"), &found, &e));
    assert_int_equal(found.id, u.id);
    assert_int_equal(found.role, ROLE_SUPPLIER);
    assert_text(found.company_name, "Ada Tekstil");
    assert_text(found.password_hash, "hash");
    assert_false(found.all_stores);
    assert_false(found.is_disabled);
    assert_false(user_repo_by_email(h->db, h->arena, STR("AYSE@ada.example"), &found, &e));
    assert_string_equal(e.code, "user.not_found");
    u.company_id = h->other_company; /* an address is single in the installation */
    assert_false(user_repo_add(h->db, &u, HOUSE_NOW, &e));
    assert_string_equal(e.code, "user.taken");
    assert_true(user_repo_list(h->db, h->arena, &h->admin, &all, &count, &e));
    assert_int_equal(count, 3);
    assert_true(user_repo_list(h->db, h->arena, &h->stranger, &all, &count, &e));
    assert_int_equal(count, 1);
}

static void an_unknown_role_may_do_the_least(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u;
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_user SET role = 'emperor' WHERE id = ?",
    };
    house_run(h, &set, h->admin.user_id);
    assert_true(user_repo_find(h->db, h->arena, h->admin.user_id, &u, &e));
    assert_int_equal(u.role, ROLE_CUSTOMER);
}

static void failed_sign_ins_are_counted_until_one_succeeds(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct user u;
    int64_t id = h->admin.user_id;
    assert_true(user_repo_sign_in_failed(h->db, id, 0, &e));
    assert_true(user_repo_sign_in_failed(h->db, id, HOUSE_NOW + 5, &e));
    assert_true(user_repo_find(h->db, h->arena, id, &u, &e));
    assert_int_equal(u.failed_sign_ins, 2);
    assert_int_equal(u.locked_until, HOUSE_NOW + 5);
    assert_true(user_repo_signed_in(h->db, id, &e));
    assert_true(user_repo_find(h->db, h->arena, id, &u, &e));
    assert_int_equal(u.failed_sign_ins, 0);
    assert_int_equal(u.locked_until, 0);
}

static void companies_are_found_first_and_by_name(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t id;
    assert_true(company_repo_first(h->db, h->arena, &id, &e));
    assert_int_equal(id, h->company);
    assert_true(company_repo_named(h->db, h->arena, STR("Bora Elektronik"), &id, &e));
    assert_int_equal(id, h->other_company);
    assert_true(company_repo_named(h->db, h->arena, STR("None"), &id, &e));
    assert_int_equal(id, 0);
}

static void sessions_that_ran_out_are_forgotten(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct session found;
    struct session s = { .id = STR("s-old"),
                         .user_id = h->clerk.user_id,
                         .refresh_hash = STR("hash-old"),
                         .expires_at = HOUSE_NOW };
    assert_true(session_repo_add(h->db, &s, &e));
    assert_true(session_repo_forget(h->db, HOUSE_NOW, &e));
    assert_true(session_repo_find(h->db, h->arena, s.id, &found, &e));
    assert_true(session_repo_forget(h->db, HOUSE_NOW + 1, &e));
    assert_false(session_repo_find(h->db, h->arena, s.id, &found, &e));
}

static void a_session_rotates_only_from_its_newest_token(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct session s = { .id = STR("s1"),
                         .user_id = h->admin.user_id,
                         .refresh_hash = STR("h1"),
                         .created_at = HOUSE_NOW,
                         .rotated_at = HOUSE_NOW,
                         .expires_at = HOUSE_NOW + 9,
                         .user_agent = STR("Firefox"),
                         .address = STR("127.0.0.1") };
    struct session found;
    assert_true(session_repo_add(h->db, &s, &e));
    assert_true(session_repo_rotate(h->db, s.id, STR("h1"), STR("h2"), STR("box"), HOUSE_NOW + 1,
                                    HOUSE_NOW + 20, &e));
    assert_false(session_repo_rotate(h->db, s.id, STR("h1"), STR("h3"), STR("box3"), HOUSE_NOW + 2,
                                     HOUSE_NOW + 20, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_true(session_repo_by_refresh(h->db, h->arena, STR("h2"), &found, &e));
    assert_text(found.previous_hash, "h1");
    assert_text(found.refresh_box, "box");
    assert_int_equal(found.rotated_at, HOUSE_NOW + 1);
    assert_int_equal(found.expires_at, HOUSE_NOW + 20);
    assert_text(found.user_agent, "Firefox");
    assert_true(session_repo_by_refresh(h->db, h->arena, STR("h1"), &found, &e));
    assert_text(found.refresh_hash, "h2");
    assert_false(session_repo_by_refresh(h->db, h->arena, STR(""), &found, &e));
    assert_true(session_repo_end(h->db, s.id, "signed out", HOUSE_NOW + 3, &e));
    assert_true(session_repo_end(h->db, s.id, "reused", HOUSE_NOW + 4, &e));
    assert_true(session_repo_find(h->db, h->arena, s.id, &found, &e));
    assert_int_equal(found.ended_at, HOUSE_NOW + 3);
    assert_false(
        session_repo_rotate(h->db, s.id, STR("h2"), STR("h4"), STR(""), HOUSE_NOW, HOUSE_NOW, &e));
}

/* --- the audit chain --- */

static void add_audit(const struct actor *by, const char *action, const char *detail)
{
    struct err e = { 0 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(audit_repo_add(h->db, h->arena, by, action, STR("store:1"), str_from(detail),
                               HOUSE_NOW, &e));
    assert_true(db_commit(&tx, &e));
}

/* What each row's hash must be, reckoned here from the rows alone. */
static size_t check_chain(int64_t company_id)
{
    static const struct sql_text all = {
        .both = "SELECT seq, at, user_id, action, subject, detail, hash FROM {p}mp_audit"
                " WHERE company_id = ? ORDER BY seq",
    };
    struct err e = { 0 };
    struct db_rows rows;
    str previous = STR("");
    assert_true(db_query(h->db, h->arena, &all, &rows, &e, db_i64(company_id)));
    for (size_t i = 0; i < rows.count; i++) {
        str action = db_cell_text(&rows, i, 3), subject = db_cell_text(&rows, i, 4);
        str detail = db_cell_text(&rows, i, 5);
        assert_int_equal(db_cell_i64(&rows, i, 0), i + 1);
        str hash = sha256_hex(
            h->arena, str_print(h->arena, "%.*s|%lld|%zu|%lld|%lld|%zu:%.*s|%zu:%.*s|%zu:%.*s",
                                STR_ARG(previous), (long long)company_id, i + 1,
                                (long long)db_cell_i64(&rows, i, 1),
                                (long long)db_cell_i64(&rows, i, 2), action.len, STR_ARG(action),
                                subject.len, STR_ARG(subject), detail.len, STR_ARG(detail)));
        assert_true(str_eq(hash, db_cell_text(&rows, i, 6)));
        previous = hash;
    }
    return rows.count;
}

static void audit_rows_are_chained_per_company(void **state)
{
    (void)state;
    add_audit(&h->admin, "store.pause", "{}");
    add_audit(&h->stranger, "store.pause", "{}");
    add_audit(&h->clerk, "store.resume", "{\"a\":1}");
    struct err e = { 0 };
    struct db_tx *tx = db_begin(h->db, &e);
    assert_true(audit_repo_add(h->db, h->arena, &h->admin, "gone", STR(""), STR("{}"), 0, &e));
    db_rollback(tx);
    add_audit(&h->admin, "store.pause", "{}");
    assert_int_equal(check_chain(h->company), 3);
    assert_int_equal(check_chain(h->other_company), 1);
}

/* --- settings and kept replies --- */

static void settings_are_put_and_got(void **state)
{
    (void)state;
    struct err e = { 0 };
    str value, box;
    assert_false(setting_repo_get(h->db, h->arena, "install", &value, &box, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_true(setting_repo_put(h->db, "install", STR("x"), (str){ 0 }, &e));
    assert_true(setting_repo_put(h->db, "install", STR("y"), (str){ "\0\1", 2 }, &e));
    assert_true(setting_repo_get(h->db, h->arena, "install", &value, &box, &e));
    assert_text(value, "y");
    assert_int_equal(box.len, 2);
    assert_memory_equal(box.at, "\0\1", 2);
}

static void a_repeated_request_gets_the_kept_reply(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct kept_reply kept;
    bool is_new;
    str key = STR("k1"), digest = STR("d1");
    int64_t user = h->admin.user_id;
    assert_true(
        idempotency_repo_begin(h->db, h->arena, user, key, digest, HOUSE_NOW, &is_new, &kept, &e));
    assert_true(is_new);
    assert_true(idempotency_repo_begin(h->db, h->arena, user, key, STR("d2"), HOUSE_NOW, &is_new,
                                       &kept, &e));
    assert_false(is_new);
    assert_int_equal(kept.status, 0); /* still running */
    assert_text(kept.request_digest, "d1");
    assert_true(idempotency_repo_begin(h->db, h->arena, h->clerk.user_id, key, digest, HOUSE_NOW,
                                       &is_new, &kept, &e));
    assert_true(is_new); /* another user's key */
    assert_true(idempotency_repo_end(h->db, user, key, 201, STR("{\"id\":\"1\"}"), &e));
    assert_true(idempotency_repo_drop(h->db, user, key, &e)); /* ended: stays */
    assert_true(
        idempotency_repo_begin(h->db, h->arena, user, key, digest, HOUSE_NOW, &is_new, &kept, &e));
    assert_false(is_new);
    assert_int_equal(kept.status, 201);
    assert_text(kept.reply, "{\"id\":\"1\"}");
    assert_true(idempotency_repo_drop(h->db, h->clerk.user_id, key, &e));
    assert_true(idempotency_repo_begin(h->db, h->arena, h->clerk.user_id, key, digest,
                                       HOUSE_NOW + 5, &is_new, &kept, &e));
    assert_true(is_new); /* given up: free again */
    assert_true(idempotency_repo_forget(h->db, HOUSE_NOW + 5, &e));
    assert_true(
        idempotency_repo_begin(h->db, h->arena, user, key, digest, HOUSE_NOW, &is_new, &kept, &e));
    assert_true(is_new);
    assert_true(idempotency_repo_begin(h->db, h->arena, h->clerk.user_id, key, digest, HOUSE_NOW,
                                       &is_new, &kept, &e));
    assert_false(is_new);
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(users_are_found_by_address_and_listed_by_company),
        IN_HOUSE(an_unknown_role_may_do_the_least),
        IN_HOUSE(failed_sign_ins_are_counted_until_one_succeeds),
        IN_HOUSE(companies_are_found_first_and_by_name),
        IN_HOUSE(sessions_that_ran_out_are_forgotten),
        IN_HOUSE(a_session_rotates_only_from_its_newest_token),
        IN_HOUSE(audit_rows_are_chained_per_company),
        IN_HOUSE(settings_are_put_and_got),
        IN_HOUSE(a_repeated_request_gets_the_kept_reply),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
