#include "sandbox/sim_fault.h"

#include <string.h>

#include "sandbox/sim.h"

static const char *const names[FAULT_KIND_COUNT] = {
    [FAULT_NONE] = "none",
    [FAULT_429] = "429",
    [FAULT_500] = "500",
    [FAULT_503] = "503",
    [FAULT_504] = "504",
    [FAULT_HTML] = "html",
    [FAULT_CUT] = "cut",
    [FAULT_TRUNCATED] = "truncated",
    [FAULT_TIMEOUT] = "timeout_after_apply",
    [FAULT_DELAY] = "delay",
    [FAULT_LATE] = "late",
    [FAULT_MISSING_ONCE] = "missing_once",
    [FAULT_UNKNOWN_STATUS] = "unknown_status",
    [FAULT_UNKNOWN_FIELD] = "unknown_field",
};

const char *sim_fault_name(enum sim_fault_kind kind)
{
    return names[kind];
}

static enum sim_fault_kind kind_from(str name)
{
    for (int k = FAULT_NONE + 1; k < FAULT_KIND_COUNT; k++)
        if (str_eq(name, str_from(names[k]))) return (enum sim_fault_kind)k;
    return FAULT_NONE;
}

/* A number of the object within bounds; missing keeps the fallback already there. */
static bool read_number(const struct json *asked, const char *key, int64_t min, int64_t max,
                        int64_t *out, struct err *e)
{
    const struct json *v = json_get(asked, key);
    if (json_is_null(v)) return true;
    int64_t n = 0;
    if (!json_i64(v, &n) || n < min || n > max)
        return err_set(e, ERR_INVALID, "sandbox.fault", "'%s' must be %lld to %lld", key,
                       (long long)min, (long long)max);
    *out = n;
    return true;
}

static bool read_chance(const struct json *asked, int64_t *out, struct err *e)
{
    const struct json *v = json_get(asked, "probability");
    money chance = { 0 };
    if (json_is_null(v)) return true;
    if (!json_money(v, "TRY", &chance) || chance.e4 < 0 || chance.e4 > 10000)
        return err_set(e, ERR_INVALID, "sandbox.fault", "'probability' must be 0 to 1");
    *out = chance.e4;
    return true;
}

static bool read_one(const struct json *asked, struct sim_fault *out, struct err *e)
{
    struct sim_fault f = { .left = -1, .chance_e4 = 10000, .ms = 1000, .items_over = -1 };
    int64_t status = 200;
    str kind = json_text_at(asked, "kind"), endpoint = json_text_at(asked, "endpoint");
    f.kind = kind_from(kind);
    if (f.kind == FAULT_NONE)
        return err_set(e, ERR_INVALID, "sandbox.fault", "unknown kind '%.*s'", STR_ARG(kind));
    if (f.kind == FAULT_TIMEOUT) f.ms = 35000; /* longer than a client waits by default */
    if (!read_number(asked, "seller", 1, INT64_MAX, &f.seller, e) ||
        !read_number(asked, "count", 1, 1000000000, &f.left, e) ||
        !read_number(asked, "ms", 0, 600000, &f.ms, e) ||
        !read_number(asked, "batch_items_over", 0, 1000000, &f.items_over, e) ||
        !read_number(asked, "status", 200, 599, &status, e) || !read_chance(asked, &f.chance_e4, e))
        return false;
    f.status = (int)status;
    str_fill(f.endpoint, sizeof f.endpoint, endpoint.len ? endpoint : STR("*"));
    str value = json_text_at(asked, "value");
    str_fill(f.value, sizeof f.value, value.len ? value : STR("Quarantined"));
    *out = f;
    return true;
}

bool sim_faults_read(struct sim_faults *f, const struct json *asked, struct err *e)
{
    const struct json *list = json_get(asked, "faults");
    if (!list) list = asked;
    struct sim_fault fresh[SIM_FAULT_MAX];
    size_t count = 0;
    bool is_list = list && list->kind == JSON_ARRAY;
    for (const struct json *v = is_list ? list->first : list; v; v = is_list ? v->next : NULL) {
        if (f->count + count >= SIM_FAULT_MAX)
            return err_set(e, ERR_INVALID, "sandbox.fault", "at most %d faults", SIM_FAULT_MAX);
        if (!read_one(v, &fresh[count], e)) return false;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        fresh[i].id = ++f->next_id;
        f->list[f->count++] = fresh[i];
    }
    return true;
}

static void drop_at(struct sim_faults *f, size_t i)
{
    f->count--;
    memmove(&f->list[i], &f->list[i + 1], (f->count - i) * sizeof f->list[0]);
}

void sim_faults_drop(struct sim_faults *f, int64_t id)
{
    for (size_t i = f->count; i-- > 0;)
        if (!id || f->list[i].id == id) drop_at(f, i);
}

void sim_faults_write(const struct sim_faults *f, struct json_writer *w)
{
    json_open_object(w, NULL);
    json_open_array(w, "faults");
    for (size_t i = 0; i < f->count; i++) {
        const struct sim_fault *one = &f->list[i];
        char chance[MONEY_TEXT_SIZE];
        json_open_object(w, NULL);
        json_put_i64(w, "id", one->id);
        json_put_cstr(w, "kind", names[one->kind]);
        json_put_cstr(w, "endpoint", one->endpoint);
        sim_put_seller(w, one->seller);
        if (one->left >= 0)
            json_put_i64(w, "count", one->left);
        else
            json_put_null(w, "count");
        money_text(money_of(one->chance_e4, "TRY"), 0, chance);
        json_put_raw(w, "probability", str_from(chance));
        json_put_i64(w, "ms", one->ms);
        json_put_i64(w, "hits", one->hits);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static bool covers(const char *pattern, const char *endpoint)
{
    size_t len = strlen(pattern);
    if (len && pattern[len - 1] == '*') return strncmp(pattern, endpoint, len - 1) == 0;
    return strcmp(pattern, endpoint) == 0;
}

struct sim_fault sim_faults_take(struct sim_faults *f, struct sim_random *chance,
                                 const char *endpoint, int64_t seller, int64_t items)
{
    for (size_t i = 0; i < f->count; i++) {
        struct sim_fault *one = &f->list[i];
        if (!covers(one->endpoint, endpoint)) continue;
        if (one->seller && one->seller != seller) continue;
        if (one->items_over >= 0 && items <= one->items_over) continue;
        if (one->chance_e4 < 10000 && sim_random_below(chance, 10000) >= one->chance_e4) continue;
        one->hits++;
        struct sim_fault played = *one;
        if (one->left > 0 && --one->left == 0) drop_at(f, i);
        return played;
    }
    return (struct sim_fault){ 0 };
}
