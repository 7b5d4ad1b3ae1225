/* Calls with sealed bodies, attempts, events and faults: kept, found, scoped, forgotten. */
#include "db/db.h"
#include "repo/trace_repo.h"
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

/* --- calls --- */

static int64_t add_call(int64_t company_id, int64_t store_id, int64_t job_id, int status,
                        const char *purpose, const char *about)
{
    struct err e = { 0 };
    struct api_call c = { .company_id = company_id,
                          .store_id = store_id,
                          .job_id = job_id,
                          .at = HOUSE_NOW + job_id,
                          .purpose = str_from(purpose),
                          .method = STR("POST"),
                          .url = STR("https://example.org/x"),
                          .status = status,
                          .took_ms = 12,
                          .request_bytes = 3,
                          .reply_bytes = 4,
                          .error_kind = status == 429 ? ERR_RATE_LIMITED : ERR_NONE,
                          .request = STR("{\"body\":\"ask\"}"),
                          .reply = STR("{\"body\":\"reply\"}"),
                          .about = str_from(about) };
    assert_true(call_repo_add(h->db, h->arena, h->keys, &c, &e));
    return c.id;
}

static void a_call_opens_for_its_company_only(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct api_call c;
    int64_t id = add_call(h->company, h->stores[1], 1, 429, "push_offers", "BDS-0001");
    assert_true(call_repo_find(h->db, h->arena, h->keys, &h->admin, id, &c, &e));
    assert_text(c.request, "{\"body\":\"ask\"}");
    assert_text(c.reply, "{\"body\":\"reply\"}");
    assert_text(c.store_name, "Ada Trendyol 2");
    assert_text(c.about, "bds-0001");
    assert_int_equal(c.error_kind, ERR_RATE_LIMITED);
    assert_false(call_repo_find(h->db, h->arena, h->keys, &h->stranger, id, &c, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_false(call_repo_find(h->db, h->arena, h->keys, &h->clerk, id, &c, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    static const struct sql_text plain = {
        .both = "SELECT COUNT(*) FROM {p}mp_api_call WHERE id = ? AND (INSTR(request_box,"
                " CAST('ask' AS BLOB)) > 0 OR INSTR(reply_box, CAST('reply' AS BLOB)) > 0)",
    };
    assert_int_equal(house_number(h, &plain, id), 0);
}

static size_t list(const struct actor *by, const struct call_filter *f, size_t limit)
{
    struct err e = { 0 };
    struct page page = { .limit = limit };
    struct page_end end;
    size_t total = 0;
    int64_t last = INT64_MAX;
    do {
        struct api_call *calls;
        size_t count;
        assert_true(call_repo_list(h->db, h->arena, by, f, &page, &calls, &count, &end, &e));
        for (size_t i = 0; i < count; i++) {
            assert_true(calls[i].id < last);
            last = calls[i].id;
        }
        total += count;
        page.cursor = end.next;
    } while (end.next.len);
    return total;
}

static const struct call_case {
    const char *name;
    int store; /* index, or -1 */
    int64_t job;
    int status_class;
    const char *purpose, *search;
    size_t admins, clerks;
} call_cases[] = {
    { "all", -1, 0, 0, "", "", 6, 5 },
    { "of a store", 0, 0, 0, "", "", 5, 5 },
    { "of a store without grant", 1, 0, 0, "", "", 1, 0 },
    { "of a job", -1, 7, 0, "", "", 2, 2 },
    { "that went well", -1, 0, 2, "", "", 3, 2 },
    { "that were refused", -1, 0, 4, "", "", 2, 2 },
    { "that were too many", -1, 0, 429, "", "", 1, 1 },
    { "that broke there", -1, 0, 5, "", "", 0, 0 },
    { "that failed, also without a reply", -1, 0, -1, "", "", 3, 3 },
    { "that failed at a store", 1, 0, -1, "", "", 0, 0 },
    { "that failed, of a job", -1, 7, -1, "", "", 1, 1 },
    { "of a purpose", -1, 0, 0, "orders", "", 2, 2 },
    { "about an order number", -1, 0, 0, "", "10-77", 1, 1 },
    { "about a folded word", -1, 0, 0, "", "ŞAL", 2, 2 },
};

static void calls_are_filtered(void **state)
{
    const struct call_case *c = *state;
    setup(NULL);
    add_call(h->company, h->stores[0], 7, 200, "orders", "10-77");
    add_call(h->company, h->stores[0], 7, 404, "orders", "şal");
    add_call(h->company, h->stores[0], 8, 429, "push_offers", "");
    add_call(h->company, h->stores[0], 9, 0, "push_offers", "Şal");
    add_call(h->company, h->stores[0], 9, 204, "push_offers", "");
    add_call(h->company, h->stores[1], 10, 200, "sweep", "");
    add_call(h->other_company, h->other_store, 11, 500, "orders", "10-77");
    struct call_filter f = { .store_id = c->store < 0 ? 0 : h->stores[c->store],
                             .job_id = c->job,
                             .status_class = c->status_class,
                             .purpose = str_from(c->purpose),
                             .search = str_from(c->search) };
    for (size_t limit = 1; limit < 9; limit += 3) {
        assert_int_equal(list(&h->admin, &f, limit), c->admins);
        assert_int_equal(list(&h->clerk, &f, limit), c->clerks);
    }
    teardown(NULL);
}

static void old_calls_are_forgotten_in_bounded_steps(void **state)
{
    (void)state;
    struct err e = { 0 };
    int64_t count;
    for (int i = 0; i < 5; i++) add_call(h->company, h->stores[0], i, 200, "orders", "");
    assert_true(call_repo_forget(h->db, HOUSE_NOW + 3, 2, &count, &e));
    assert_int_equal(count, 2);
    assert_true(call_repo_forget(h->db, HOUSE_NOW + 3, 2, &count, &e));
    assert_int_equal(count, 1);
    assert_true(call_repo_forget(h->db, HOUSE_NOW + 3, 2, &count, &e));
    assert_int_equal(count, 0);
}

/* --- attempts --- */

static void an_attempt_without_outcome_is_open(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct attempt at = { .company_id = h->company,
                          .store_id = h->stores[0],
                          .job_id = 5,
                          .kind = STR("push_offers"),
                          .target = STR("push:17"),
                          .started_at = HOUSE_NOW };
    struct attempt *open;
    size_t count;
    assert_true(attempt_repo_begin(h->db, &at, &e));
    assert_true(attempt_repo_open(h->db, h->arena, 5, &open, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(open[0].id, at.id);
    assert_text(open[0].target, "push:17");
    assert_true(attempt_repo_open(h->db, h->arena, 6, &open, &count, &e));
    assert_int_equal(count, 0);
    int64_t gone;
    assert_true(attempt_repo_forget(h->db, HOUSE_NOW + UTC_DAY, 100, &gone, &e));
    assert_int_equal(gone, 0); /* still open: it says what must be looked up */
    err_set(&why, ERR_UNCERTAIN, "net.cut", "no reply");
    at.call_id = 3;
    assert_true(attempt_repo_end(h->db, &at, "unknown", &why, HOUSE_NOW + 1, &e));
    assert_true(attempt_repo_forget(h->db, HOUSE_NOW + 1, 100, &gone, &e));
    assert_int_equal(gone, 0);
    assert_true(attempt_repo_open(h->db, h->arena, 5, &open, &count, &e));
    assert_int_equal(count, 0);
    static const struct sql_text ended = {
        .both = "SELECT COUNT(*) FROM {p}mp_attempt WHERE id = ? AND outcome = 'unknown'"
                " AND error_code = 'net.cut' AND call_id = 3",
    };
    assert_int_equal(house_number(h, &ended, at.id), 1);
}

/* --- events --- */

static void events_are_followed_by_id(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct event *events;
    size_t count;
    int64_t oldest, newest;
    assert_true(event_repo_bounds(h->db, h->arena, &oldest, &newest, &e));
    assert_int_equal(newest, 0);
    assert_true(event_repo_add(h->db, &h->system, h->stores[1], "order.new", 7, STR("{\"n\":1}"),
                               HOUSE_NOW, &e));
    assert_true(
        event_repo_add(h->db, &h->system, 0, "stock.changed", 8, STR(""), HOUSE_NOW + 1, &e));
    assert_true(event_repo_add(h->db, &h->stranger, h->other_store, "order.new", 9, STR(""),
                               HOUSE_NOW + 2, &e));
    assert_true(event_repo_after(h->db, h->arena, 0, 2, &events, &count, &e));
    assert_int_equal(count, 2);
    assert_text(events[0].kind, "order.new");
    assert_text(events[0].data, "{\"n\":1}");
    assert_text(events[1].data, "{}");
    int64_t first = events[0].id;
    assert_true(event_repo_after(h->db, h->arena, events[1].id, 9, &events, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(events[0].company_id, h->other_company);
    assert_true(event_repo_newest(h->db, h->arena, &h->admin, 9, &events, &count, &e));
    assert_int_equal(count, 2);
    assert_int_equal(events[0].subject_id, 8);
    assert_true(event_repo_newest(h->db, h->arena, &h->clerk, 9, &events, &count, &e));
    assert_int_equal(count, 1); /* the company's own, not the other store's */
    assert_int_equal(events[0].subject_id, 8);
    assert_true(event_repo_bounds(h->db, h->arena, &oldest, &newest, &e));
    assert_int_equal(oldest, first);
    assert_int_equal(newest, first + 2);
    assert_true(event_repo_forget(h->db, HOUSE_NOW + 2, &e));
    assert_true(event_repo_bounds(h->db, h->arena, &oldest, &newest, &e));
    assert_int_equal(oldest, first + 2);
}

/* --- faults --- */

static struct fault fault_of(int64_t store_id, const char *key, const char *message)
{
    return (struct fault){ .store_id = store_id,
                           .subject_id = 5,
                           .key = str_from(key),
                           .kind = STR("listing.refused"),
                           .code = STR("listing.refused"),
                           .message = str_from(message) };
}

static size_t faults(const struct actor *by, bool open_only, struct fault **out)
{
    struct err e = { 0 };
    struct page page = { .limit = 10 };
    struct page_end end;
    size_t count;
    assert_true(fault_repo_list(h->db, h->arena, by, open_only, &page, out, &count, &end, &e));
    return count;
}

static int64_t events_of(const char *kind)
{
    struct err e = { 0 };
    struct event *events;
    size_t count;
    int64_t n = 0;
    assert_true(event_repo_after(h->db, h->arena, 0, 100, &events, &count, &e));
    for (size_t i = 0; i < count; i++) n += str_eq(events[i].kind, str_from(kind));
    return n;
}

static void a_fault_opens_once_and_counts(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *all, f = fault_of(h->stores[0], "k", "one");
    assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW, &e));
    f = fault_of(h->stores[0], "k", "two");
    f.args = STR("{\"sku\":\"x\"}");
    assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW + 1, &e));
    assert_int_equal(events_of("fault.opened"), 1);
    assert_int_equal(faults(&h->clerk, true, &all), 1);
    assert_int_equal(all[0].times, 2);
    assert_text(all[0].message, "two");
    assert_text(all[0].args, "{\"sku\":\"x\"}");
    assert_int_equal(all[0].opened_at, HOUSE_NOW);
    assert_int_equal(all[0].last_at, HOUSE_NOW + 1);
    assert_true(fault_repo_close(h->db, &h->system, STR("k"), HOUSE_NOW + 2, &e));
    assert_true(fault_repo_close(h->db, &h->system, STR("k"), HOUSE_NOW + 3, &e));
    assert_int_equal(events_of("fault.closed"), 1);
    assert_int_equal(faults(&h->clerk, true, &all), 0);
    assert_int_equal(faults(&h->clerk, false, &all), 1);
    assert_int_equal(all[0].closed_at, HOUSE_NOW + 2);
    assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW + 4, &e));
    assert_int_equal(faults(&h->clerk, false, &all), 2);
    assert_int_equal(events_of("fault.opened"), 2);
}

static void companies_have_faults_of_their_own(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct fault *all, f = fault_of(h->stores[1], "k", "ours");
    assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW, &e));
    f = fault_of(h->other_store, "k", "theirs");
    assert_true(fault_repo_open(h->db, &h->stranger, &f, HOUSE_NOW, &e));
    f = fault_of(0, "all", "of no store");
    assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW, &e));
    assert_int_equal(faults(&h->admin, true, &all), 2);
    assert_int_equal(faults(&h->clerk, true, &all), 1);
    assert_text(all[0].message, "of no store");
    assert_int_equal(faults(&h->stranger, true, &all), 1);
    assert_text(all[0].message, "theirs");
    assert_true(fault_repo_close(h->db, &h->stranger, STR("k"), HOUSE_NOW, &e));
    assert_int_equal(faults(&h->stranger, true, &all), 0);
    assert_int_equal(faults(&h->admin, true, &all), 2);
}

static void faults_come_by_page(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct page page = { .limit = 2 };
    struct page_end end;
    struct fault *some;
    size_t count;
    static const char *const keys[] = { "a", "b", "c" };
    for (int i = 0; i < 3; i++) {
        struct fault f = fault_of(0, keys[i], keys[i]);
        assert_true(fault_repo_open(h->db, &h->system, &f, HOUSE_NOW, &e));
    }
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, &some, &count, &end, &e));
    assert_int_equal(count, 2);
    assert_text(some[0].key, "c");
    page.cursor = end.next;
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, &some, &count, &end, &e));
    assert_int_equal(count, 1);
    assert_text(some[0].key, "a");
    assert_int_equal(end.next.len, 0);
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
        IN_HOUSE(a_call_opens_for_its_company_only),
        IN_HOUSE(old_calls_are_forgotten_in_bounded_steps),
        IN_HOUSE(an_attempt_without_outcome_is_open),
        IN_HOUSE(events_are_followed_by_id),
        IN_HOUSE(a_fault_opens_once_and_counts),
        IN_HOUSE(companies_have_faults_of_their_own),
        IN_HOUSE(faults_come_by_page),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, calls_are_filtered, call_cases);
    return suite_run(&s, "trace");
}
