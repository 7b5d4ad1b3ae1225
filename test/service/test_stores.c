/* Stores: connected, paused, disconnected and back, with the jobs that follow. */
#include "db/db.h"
#include "repo/trace_repo.h"
#include "service/store.h"
#include "support/house.h"
#include "support/suite.h"

static struct house *h;
static const char *const secrets[] = { "api_secret", NULL };
static const struct store_facts facts = {
    .secrets = secrets,
    .poll_ms = 60000,
    .sweep_ms = 600000,
    .has_hooks = true,
    .quantity_ceiling = 20000,
};

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

static const struct store_value values[] = { { STR_INIT("seller_id"), STR_INIT("4711") },
                                             { STR_INIT("api_secret"), STR_INIT("geheim") } };

static struct store draft(const char *name)
{
    return (struct store){
        .marketplace = STR("trendyol"), .name = str_from(name), .values = values, .value_count = 2
    };
}

static struct store connect(const struct store_facts *f)
{
    struct err e = { 0 };
    struct store s = draft("Yeni");
    assert_true(store_connect(&h->service, h->arena, &h->admin, &s, f, &e));
    return s;
}

static struct store find(int64_t id)
{
    struct err e = { 0 };
    struct store s;
    assert_true(store_repo_find(h->db, h->arena, &h->system, id, &s, &e));
    return s;
}

/* With the credentials that it has. */
static bool disconnected(const struct actor *by, int64_t id, const struct err *why, struct err *e)
{
    struct store used = { .id = id };
    struct err ignored = { 0 };
    store_repo_open(h->db, h->arena, h->keys, &h->system, id, &used, &ignored);
    return store_disconnected(&h->service, by, &used, why, e);
}

/* The store's jobs that wait, as "kind/lane " each, oldest first. */
static str jobs(int64_t store_id)
{
    struct err e = { 0 };
    struct job *all;
    size_t count;
    struct text t = { .arena = h->arena };
    struct job_filter f = { .store_id = store_id, .state = JOB_WAITING, .limit = 100 };
    assert_true(queue_list(h->queue, h->arena, h->company, &f, &all, &count, &e));
    for (size_t i = count; i-- > 0;)
        text_print(&t, "%.*s/%s ", STR_ARG(all[i].kind), lane_name(all[i].lane));
    return text_str(&t);
}

static void forget_jobs(void)
{
    static const struct sql_text sql = { .both = "DELETE FROM {p}mp_job WHERE id > ?" };
    house_run(h, &sql, 0);
}

static int64_t audits(const char *action)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM {p}mp_audit WHERE action = ? AND INSTR(detail, 'geheim') = 0",
    };
    struct err e = { 0 };
    struct db_rows rows;
    assert_true(db_query(h->db, h->arena, &sql, &rows, &e, db_cstr(action)));
    return db_cell_i64(&rows, 0, 0);
}

static size_t faults(struct fault **out)
{
    struct err e = { 0 };
    struct page page = { .limit = 100 };
    struct page_end end;
    size_t count;
    assert_true(fault_repo_list(h->db, h->arena, &h->admin, true, &page, out, &count, &end, &e));
    return count;
}

#define FIRST_SYNC "hooks/soon pull_orders/now sweep/sweep push_offers/now recompute/bulk "

static void a_new_store_is_active_and_syncs_for_the_first_time(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct schedule *schedules;
    size_t count;
    struct store opened, s = connect(&facts);
    assert_true(s.id > 0);
    assert_int_equal(s.state, STORE_ACTIVE);
    assert_true(s.hook_secret.len > 0);
    assert_text(jobs(s.id), FIRST_SYNC);
    assert_int_equal(find(s.id).quantity_ceiling, 20000);
    assert_true(store_repo_open(h->db, h->arena, h->keys, &h->admin, s.id, &opened, &e));
    assert_text(store_value(&opened, "api_secret"), "geheim");
    assert_true(schedule_repo_list(h->db, h->arena, &h->admin, s.id, &schedules, &count, &e));
    assert_int_equal(count, 3);
    assert_text(schedules[0].purpose, "hooks");
    assert_text(schedules[1].purpose, "orders");
    assert_int_equal(schedules[1].every_ms, 60000);
    assert_int_equal(schedules[1].next_run_at, HOUSE_NOW + 60000);
    assert_int_equal(audits("store.connect"), 1);
}

static void a_marketplace_without_webhooks_is_polled_only(void **state)
{
    (void)state;
    struct store_facts f = facts;
    f.has_hooks = false;
    f.quantity_ceiling = 0;
    struct store s = connect(&f);
    assert_text(jobs(s.id), "pull_orders/now sweep/sweep push_offers/now recompute/bulk ");
    assert_int_equal(find(s.id).quantity_ceiling, -1);
}

static const struct refused_case {
    const char *name, *store_name, *base_url;
    bool test_mode;
    const char *code;
} refused[] = {
    { "no name", "", "", false, "store.name" },
    { "a name with a line break", "a\nb", "", false, "store.name" },
    { "a name that is taken", "Ada Trendyol", "", false, "store.taken" },
    { "plain HTTP outside test mode", "N", "http://127.0.0.1:9000", false, "store.base_url" },
    { "plain HTTP to another machine", "N", "http://10.0.0.1", true, "store.base_url" },
    { "no scheme", "N", "api.example.org", true, "store.base_url" },
};

static void a_store_is_refused(void **state)
{
    const struct refused_case *c = *state;
    setup(NULL);
    struct err e = { 0 };
    struct store s = draft(c->store_name);
    s.base_url = str_from(c->base_url);
    s.test_mode = c->test_mode;
    assert_false(store_connect(&h->service, h->arena, &h->admin, &s, &facts, &e));
    assert_string_equal(e.code, c->code);
    assert_int_equal(s.id, 0);
    assert_int_equal(audits("store.connect"), 0);
    teardown(NULL);
}

static void editing_keeps_state_and_secrets(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store opened, s = connect(&facts);
    forget_jobs();
    struct store edit = draft("Başka ad");
    edit.id = s.id;
    edit.value_count = 1; /* no secret */
    edit.marketplace = STR("n11");
    assert_true(store_connect(&h->service, h->arena, &h->admin, &edit, &facts, &e));
    assert_true(store_repo_open(h->db, h->arena, h->keys, &h->admin, s.id, &opened, &e));
    assert_text(opened.name, "Başka ad");
    assert_text(opened.marketplace, "trendyol");
    assert_text(store_value(&opened, "api_secret"), "geheim");
    assert_text(jobs(s.id), "hooks/soon ");
    forget_jobs();
    struct store_facts lower = facts;
    lower.quantity_ceiling = 5;
    assert_true(store_connect(&h->service, h->arena, &h->admin, &edit, &lower, &e));
    assert_text(jobs(s.id), "recompute/bulk hooks/soon ");
    assert_true(store_pause(&h->service, &h->admin, s.id, &e));
    assert_true(store_connect(&h->service, h->arena, &h->admin, &edit, &lower, &e));
    assert_int_equal(find(s.id).state, STORE_PAUSED);
    assert_int_equal(audits("store.edit"), 3);
}

static void a_paused_store_rests_and_catches_up(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store s = connect(&facts);
    forget_jobs();
    assert_true(store_pause(&h->service, &h->admin, s.id, &e));
    s = find(s.id);
    assert_int_equal(s.state, STORE_PAUSED);
    assert_text(s.state_code, "store.paused");
    assert_text(jobs(s.id), "");
    assert_false(store_run_now(&h->service, &h->admin, s.id, "orders", &e));
    assert_string_equal(e.code, "store.not_active");
    assert_true(store_resume(&h->service, &h->admin, s.id, &e));
    s = find(s.id);
    assert_int_equal(s.state, STORE_ACTIVE);
    assert_int_equal(s.state_code.len, 0);
    assert_text(jobs(s.id), FIRST_SYNC);
    assert_int_equal(audits("store.pause"), 1);
    assert_int_equal(audits("store.resume"), 1);
}

static void dead_credentials_stop_a_store_until_a_check_passes(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct fault *open;
    struct store s = connect(&facts);
    forget_jobs();
    err_set(&why, ERR_CREDENTIALS, "trendyol.credentials", "the key was refused");
    assert_true(disconnected(&h->system, s.id, &why, &e));
    assert_true(disconnected(&h->system, s.id, &why, &e));
    s = find(s.id);
    assert_int_equal(s.state, STORE_DISCONNECTED);
    assert_text(s.state_message, "the key was refused");
    assert_int_equal(faults(&open), 1);
    assert_text(open[0].kind, "store.credentials");
    assert_true(str_has(open[0].message, STR("enter them anew")));
    h->clock.fixed += 5;
    assert_true(store_check_passed(&h->service, &h->system, s.id, &e));
    s = find(s.id);
    assert_int_equal(s.state, STORE_ACTIVE);
    assert_int_equal(s.checked_at, HOUSE_NOW + 5);
    assert_int_equal(faults(&open), 0);
    assert_text(jobs(s.id), FIRST_SYNC);
    forget_jobs();
    assert_true(store_check_passed(&h->service, &h->system, s.id, &e));
    assert_text(jobs(s.id), ""); /* it was well: nothing to catch up with */
}

static void new_credentials_bring_a_store_back(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct store s = connect(&facts);
    err_set(&why, ERR_CREDENTIALS, "trendyol.credentials", "no");
    assert_true(disconnected(&h->system, s.id, &why, &e));
    forget_jobs();
    struct store edit = draft("Yeni");
    edit.id = s.id;
    assert_true(store_connect(&h->service, h->arena, &h->admin, &edit, &facts, &e));
    assert_int_equal(find(s.id).state, STORE_ACTIVE);
    assert_text(jobs(s.id), FIRST_SYNC);
}

static void old_credentials_that_are_refused_say_nothing_of_new_ones(void **state)
{
    (void)state;
    static const struct store_value renewed[] = {
        { STR_INIT("seller_id"), STR_INIT("4711") },
        { STR_INIT("api_secret"), STR_INIT("geheim-2") },
    };
    struct err e = { 0 }, why = { 0 };
    struct fault *open;
    struct store used, edit = draft("Yeni"), s = connect(&facts);
    err_set(&why, ERR_CREDENTIALS, "trendyol.credentials", "no");
    assert_true(store_repo_open(h->db, h->arena, h->keys, &h->system, s.id, &used, &e));
    edit.id = s.id;
    edit.values = renewed;
    assert_true(store_connect(&h->service, h->arena, &h->admin, &edit, &facts, &e));
    assert_false(store_disconnected(&h->service, &h->system, &used, &why, &e));
    assert_string_equal(e.code, "store.changed");
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_int_equal(find(s.id).state, STORE_ACTIVE);
    assert_int_equal(faults(&open), 0);
}

static void a_schedule_that_is_due_is_one_job(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct schedule *due;
    size_t count;
    struct store s = connect(&facts);
    forget_jobs();
    h->clock.fixed += 60000;
    assert_true(schedule_repo_due(h->db, h->arena, HOUSE_NOW + 60000, 10, &due, &count, &e));
    assert_int_equal(count, 1);
    assert_true(store_run_due(&h->service, &due[0], &e));
    assert_text(jobs(s.id), "pull_orders/now ");
    forget_jobs();
    assert_true(store_run_due(&h->service, &due[0], &e)); /* another process claimed it */
    assert_text(jobs(s.id), "");
}

static void what_a_run_came_to_is_written_while_its_lease_is_ours(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct job lost = { .id = 1, .owner = STR("gone") };
    struct schedule schedule;
    struct store s = connect(&facts);
    struct service of_run = h->service;
    of_run.run = &lost;
    assert_false(store_ran(&of_run, &h->system, s.id, "orders", true, STR("x"), STR("y"), &e));
    assert_string_equal(e.code, "job.lost");
    assert_true(store_ran(&h->service, &h->system, s.id, "orders", true, STR("7"), STR("c"), &e));
    assert_true(schedule_repo_find(h->db, h->arena, &h->system, s.id, "orders", &schedule, &e));
    assert_text(schedule.last_result, "7");
    assert_text(schedule.cursor, "c");
}

static void a_paused_store_stays_paused_whatever_a_check_finds(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct store s = connect(&facts);
    forget_jobs();
    assert_true(store_pause(&h->service, &h->admin, s.id, &e));
    err_set(&why, ERR_CREDENTIALS, "trendyol.credentials", "no");
    assert_true(disconnected(&h->system, s.id, &why, &e));
    assert_int_equal(find(s.id).state, STORE_PAUSED);
    assert_true(store_check_passed(&h->service, &h->system, s.id, &e));
    assert_int_equal(find(s.id).state, STORE_PAUSED);
    assert_text(jobs(s.id), "");
}

static void a_persons_wish_does_not_wait_out_an_error(void **state)
{
    (void)state;
    struct err e = { 0 }, why = { 0 };
    struct job j;
    int64_t job_id = 0;
    struct queue_claim c = { .lane = LANE_NOW, .owner = "t", .lease_ms = 1000 };
    struct store s = connect(&facts);
    forget_jobs();
    assert_true(store_check(&h->service, &h->admin, s.id, &job_id, &e));
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_int_equal(j.id, job_id);
    assert_text(j.kind, "check_store");
    err_set(&why, ERR_UNAVAILABLE, "net.cut", "no reply");
    assert_true(queue_later(h->queue, &j, HOUSE_NOW + 60000, &why, &e));
    int64_t again = 0;
    assert_true(store_check(&h->service, &h->admin, s.id, &again, &e));
    assert_int_equal(again, job_id);
    assert_true(queue_claim(h->queue, h->arena, &c, &j, &e));
    assert_int_equal(j.id, job_id);
    assert_true(store_check(&h->service, &h->admin, s.id, &again, &e)); /* while it runs */
    assert_int_equal(again, job_id);
}

static void a_purpose_runs_now_when_the_store_has_it(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct store_facts f = facts;
    f.has_hooks = false;
    struct store s = connect(&f);
    forget_jobs();
    assert_true(store_run_now(&h->service, &h->admin, s.id, "sweep", &e));
    assert_text(jobs(s.id), "sweep/sweep ");
    assert_false(store_run_now(&h->service, &h->admin, s.id, "hooks", &e));
    assert_string_equal(e.code, "schedule.not_found");
    assert_false(store_run_now(&h->service, &h->admin, s.id, "coffee", &e));
    assert_string_equal(e.code, "store.purpose");
}

static void others_do_nothing_to_a_store(void **state)
{
    (void)state;
    const struct actor *others[] = { &h->stranger, &h->clerk };
    struct err why = { 0 };
    int64_t job;
    err_set(&why, ERR_CREDENTIALS, "x.credentials", "no");
    for (int i = 0; i < 2; i++) {
        const struct actor *by = others[i];
        struct err e = { 0 };
        struct store edit = draft("Mine");
        edit.id = h->stores[1];
        assert_false(store_connect(&h->service, h->arena, by, &edit, &facts, &e));
        assert_string_equal(e.code, "store.not_found");
        assert_false(store_pause(&h->service, by, h->stores[1], &e));
        assert_false(store_resume(&h->service, by, h->stores[1], &e));
        assert_false(disconnected(by, h->stores[1], &why, &e));
        assert_false(store_check_passed(&h->service, by, h->stores[1], &e));
        assert_false(store_check(&h->service, by, h->stores[1], &job, &e));
        assert_false(store_run_now(&h->service, by, h->stores[1], "orders", &e));
        assert_int_equal(e.kind, ERR_NOT_FOUND);
        assert_false(db_in_tx(h->db));
    }
    struct fault *open;
    assert_int_equal(find(h->stores[1]).state, STORE_ACTIVE);
    assert_int_equal(faults(&open), 0);
    assert_text(jobs(h->stores[1]), "");
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
        IN_HOUSE(a_new_store_is_active_and_syncs_for_the_first_time),
        IN_HOUSE(a_marketplace_without_webhooks_is_polled_only),
        IN_HOUSE(editing_keeps_state_and_secrets),
        IN_HOUSE(a_paused_store_rests_and_catches_up),
        IN_HOUSE(dead_credentials_stop_a_store_until_a_check_passes),
        IN_HOUSE(new_credentials_bring_a_store_back),
        IN_HOUSE(old_credentials_that_are_refused_say_nothing_of_new_ones),
        IN_HOUSE(a_schedule_that_is_due_is_one_job),
        IN_HOUSE(what_a_run_came_to_is_written_while_its_lease_is_ours),
        IN_HOUSE(a_paused_store_stays_paused_whatever_a_check_finds),
        IN_HOUSE(a_persons_wish_does_not_wait_out_an_error),
        IN_HOUSE(a_purpose_runs_now_when_the_store_has_it),
        IN_HOUSE(others_do_nothing_to_a_store),
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) s.tests[s.count++] = tests[i];
    SUITE_ROWS(&s, a_store_is_refused, refused);
    return suite_run(&s, "stores");
}
