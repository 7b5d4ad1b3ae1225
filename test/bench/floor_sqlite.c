/*
 * floor_sqlite.c: the floor of the bench: rows that the hub has stored, stored again by nothing but SQLite.
 *
 * floor_sqlite SOURCE SCHEMA PREFIX TARGET orders|raw MOST PER_TRANSACTION...
 *
 * Shape    reads the rows of at most MOST orders (or raw payloads) from the database SOURCE into memory,
 *          makes TARGET anew from the migration file SCHEMA for each PER_TRANSACTION, copies what the rows
 *          refer to, and measures the insertion alone. Prints one JSON object.
 * Source   the writer's pragmas are those of src/db/sqlite_conn.c.
 */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS_MAX 64

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *take(size_t count, size_t size)
{
    void *taken = calloc(count ? count : 1, size);
    if (!taken) die("out of memory");
    return taken;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) die("%s: %s", sql, why);
}

static sqlite3_stmt *prepare(sqlite3 *db, char *sql)
{
    sqlite3_stmt *s = NULL;
    if (!sql || sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_free(sql);
    return s;
}

static void step(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE)
        die("%s: %s", sqlite3_sql(s), sqlite3_errmsg(sqlite3_db_handle(s)));
    sqlite3_reset(s);
}

/* What an order is stored as. Those with `belongs` are grouped by that column; the others follow the
 * orders in their own order, in equal shares. */
static const struct table {
    const char *name, *where, *belongs;
} order_tables[] = {
    { "mp_order_raw", "1", NULL },
    { "mp_order_map", "1", "id" },
    { "mp_order_package", "1", "order_id" },
    { "mp_order_part", "1", "order_id" },
    { "mp_ledger", "cause = 'order_line'", NULL },
    { "mp_order_line", "1", "order_id" },
    { "mp_order_event", "1", "order_id" },
    { "mp_event", "kind IN ('order.new', 'stock.changed')", NULL },
    { 0 },
}, raw_tables[] = {
    { "mp_order_raw", "1", NULL },
    { 0 },
};

/* What those rows refer to, copied whole before the clock starts. */
static const char *const referred[] = { "mp_company", "marketplace",    "mp_product", "mp_variant",
                                        "mp_stock",   "mp_product_map", NULL };

struct row {
    int64_t belongs;
    sqlite3_value **cells;
};
struct rows {
    const struct table *table;
    char columns[2048];
    int column_count;
    int variant_at; /* of mp_ledger: which column names the variant; else -1 */
    struct row *rows;
    size_t count, next;
    sqlite3_stmt *insert;
};

struct bench {
    const char *prefix, *schema, *target;
    sqlite3 *source, *to;
    struct rows tables[8];
    size_t table_count, orders, rows_written;
    int64_t *order_ids;
    sqlite3_stmt *take_stock, *mark, *understood;
};

/* Generated columns are left out: they cannot be inserted. */
static void list_columns(struct bench *b, const char *name, char *out, size_t size, int *count)
{
    sqlite3_stmt *s =
        prepare(b->source, sqlite3_mprintf("SELECT name FROM pragma_table_xinfo('%q%q')"
                                           " WHERE hidden = 0 ORDER BY cid",
                                           b->prefix, name));
    size_t len = 0;
    *count = 0;
    out[0] = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        len += (size_t)snprintf(out + len, size - len, "%s%s", *count ? ", " : "",
                                (const char *)sqlite3_column_text(s, 0));
        if (len >= size || ++*count > COLUMNS_MAX) die("too many columns in %s", name);
    }
    sqlite3_finalize(s);
    if (!*count) die("there is no table %s%s in the source", b->prefix, name);
}

static void load(struct bench *b, const struct table *t, size_t most)
{
    struct rows *r = &b->tables[b->table_count++];
    *r = (struct rows){ .table = t, .variant_at = -1 };
    list_columns(b, t->name, r->columns, sizeof r->columns, &r->column_count);
    sqlite3_stmt *s = prepare(
        b->source, sqlite3_mprintf("SELECT %s, %s FROM %s%s WHERE %s ORDER BY %s LIMIT %lld",
                                   r->columns, t->belongs ? t->belongs : "0", b->prefix, t->name,
                                   t->where, t->belongs ? t->belongs : "id", (long long)most));
    size_t room = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (r->count == room) {
            room = room ? room * 2 : 1024;
            r->rows = realloc(r->rows, room * sizeof *r->rows);
            if (!r->rows) die("out of memory");
        }
        struct row *row = &r->rows[r->count++];
        row->cells = take((size_t)r->column_count, sizeof *row->cells);
        row->belongs = sqlite3_column_int64(s, r->column_count);
        for (int i = 0; i < r->column_count; i++) {
            row->cells[i] = sqlite3_value_dup(sqlite3_column_value(s, i));
            if (!strcmp(sqlite3_column_name(s, i), "variant_id") && !strcmp(t->name, "mp_ledger"))
                r->variant_at = i;
        }
    }
    sqlite3_finalize(s);
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END)) die("cannot read %s", path);
    long size = ftell(f);
    rewind(f);
    char *text = take((size_t)size + 1, 1);
    if (fread(text, 1, (size_t)size, f) != (size_t)size) die("cannot read %s", path);
    fclose(f);
    return text;
}

/* The migration with every {p} replaced. */
static char *schema_text(const struct bench *b)
{
    char *text = read_file(b->schema), *at = text, *found;
    sqlite3_str *out = sqlite3_str_new(NULL);
    for (; (found = strstr(at, "{p}")); at = found + 3) {
        sqlite3_str_append(out, at, (int)(found - at));
        sqlite3_str_appendall(out, b->prefix);
    }
    sqlite3_str_appendall(out, at);
    free(text);
    return sqlite3_str_finish(out);
}

static void remove_target(const struct bench *b)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    char path[4096];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", b->target, ends[i]);
        unlink(path);
    }
}

static sqlite3_stmt *insert_into(struct bench *b, const char *name, const char *columns, int count)
{
    char places[COLUMNS_MAX * 2 + 1] = "?";
    for (int i = 1; i < count; i++) memcpy(places + 2 * i - 1, ",?", 3);
    return prepare(b->to, sqlite3_mprintf("INSERT INTO %s%s (%s) VALUES (%s)", b->prefix, name,
                                          columns, places));
}

static void copy_referred(struct bench *b, const char *name)
{
    char columns[2048];
    int count;
    list_columns(b, name, columns, sizeof columns, &count);
    sqlite3_stmt *from =
        prepare(b->source, sqlite3_mprintf("SELECT %s FROM %s%s", columns, b->prefix, name));
    sqlite3_stmt *into = insert_into(b, name, columns, count);
    while (sqlite3_step(from) == SQLITE_ROW) {
        for (int i = 0; i < count; i++)
            sqlite3_bind_value(into, i + 1, sqlite3_column_value(from, i));
        step(into);
    }
    sqlite3_finalize(from);
    sqlite3_finalize(into);
}

static void open_target(struct bench *b)
{
    remove_target(b);
    if (sqlite3_open(b->target, &b->to) != SQLITE_OK) die("cannot make %s", b->target);
    run(b->to, "PRAGMA journal_mode=WAL");
    run(b->to, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
               "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST");
    char *schema = schema_text(b);
    run(b->to, schema);
    sqlite3_free(schema);
    run(b->to, "BEGIN");
    for (const char *const *name = referred; *name; name++) copy_referred(b, *name);
    run(b->to, "COMMIT");
    run(b->to, "PRAGMA wal_checkpoint(TRUNCATE)");
    for (size_t i = 0; i < b->table_count; i++) {
        struct rows *r = &b->tables[i];
        r->insert = insert_into(b, r->table->name, r->columns, r->column_count);
        r->next = 0;
    }
    b->take_stock =
        prepare(b->to, sqlite3_mprintf("UPDATE %smp_stock SET available = available - 1,"
                                       " reserved = reserved + 1, ledger_seq = ledger_seq + 1"
                                       " WHERE variant_id = ?",
                                       b->prefix));
    b->mark = prepare(b->to,
                      sqlite3_mprintf("UPDATE %smp_product_map SET wanted_seq = wanted_seq + 1,"
                                      " wanted_quantity = wanted_quantity - 1 WHERE variant_id = ?",
                                      b->prefix));
    b->understood = prepare(
        b->to, sqlite3_mprintf("UPDATE %smp_order_raw SET state = 'done' WHERE id = ?", b->prefix));
}

static void close_target(struct bench *b)
{
    for (size_t i = 0; i < b->table_count; i++) sqlite3_finalize(b->tables[i].insert);
    sqlite3_finalize(b->take_stock);
    sqlite3_finalize(b->mark);
    sqlite3_finalize(b->understood);
    sqlite3_close(b->to);
    remove_target(b);
}

static void write_row(struct bench *b, struct rows *r, const struct row *row)
{
    for (int i = 0; i < r->column_count; i++) sqlite3_bind_value(r->insert, i + 1, row->cells[i]);
    step(r->insert);
    b->rows_written++;
    if (r->variant_at < 0) return;
    sqlite3_stmt *const changes[] = { b->take_stock, b->mark };
    for (size_t i = 0; i < 2; i++) {
        sqlite3_bind_value(changes[i], 1, row->cells[r->variant_at]);
        step(changes[i]);
        b->rows_written += (size_t)sqlite3_changes(b->to);
    }
}

/* All that the nth order is stored as. */
static void write_order(struct bench *b, size_t nth, bool is_raw)
{
    for (size_t i = 0; i < b->table_count; i++) {
        struct rows *r = &b->tables[i];
        size_t until = r->table->belongs ? r->count : r->count * (nth + 1) / b->orders;
        while (r->next < until &&
               (!r->table->belongs || r->rows[r->next].belongs <= b->order_ids[nth]))
            write_row(b, r, &r->rows[r->next++]);
    }
    if (is_raw || nth >= b->tables[0].count) return;
    sqlite3_bind_value(b->understood, 1, b->tables[0].rows[nth].cells[0]);
    step(b->understood);
    b->rows_written++;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double measure(struct bench *b, size_t per_transaction, bool is_raw)
{
    open_target(b);
    b->rows_written = 0;
    double from = now();
    for (size_t i = 0; i < b->orders; i++) {
        if (i % per_transaction == 0) run(b->to, "BEGIN IMMEDIATE");
        write_order(b, i, is_raw);
        if ((i + 1) % per_transaction == 0 || i + 1 == b->orders) run(b->to, "COMMIT");
    }
    double took = now() - from;
    close_target(b);
    return took;
}

int main(int argc, char **argv)
{
    if (argc < 8)
        die("floor_sqlite SOURCE SCHEMA PREFIX TARGET orders|raw MOST PER_TRANSACTION...");
    struct bench b = { .schema = argv[2], .prefix = argv[3], .target = argv[4] };
    bool is_raw = !strcmp(argv[5], "raw");
    size_t most = (size_t)strtoull(argv[6], NULL, 10);
    if (sqlite3_open_v2(argv[1], &b.source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        die("cannot open %s", argv[1]);
    for (const struct table *t = is_raw ? raw_tables : order_tables; t->name; t++)
        load(&b, t, is_raw || (t->belongs && !strcmp(t->belongs, "id")) ? most : SIZE_MAX / 2);
    const struct rows *orders = &b.tables[is_raw ? 0 : 1];
    b.orders = orders->count;
    if (!b.orders) die("the source has none");
    b.order_ids = take(b.orders, sizeof *b.order_ids);
    for (size_t i = 0; i < b.orders; i++) b.order_ids[i] = orders->rows[i].belongs;

    sqlite3_str *out = sqlite3_str_new(NULL);
    for (int i = 7; i < argc; i++) {
        size_t per_transaction = (size_t)strtoull(argv[i], NULL, 10);
        if (!per_transaction) die("'%s' is not a number of orders", argv[i]);
        double took = measure(&b, per_transaction, is_raw);
        sqlite3_str_appendf(
            out, "%s{\"per_transaction\":%lld,\"seconds\":%.6f,\"per_second\":%.3f}",
            i > 7 ? "," : "", (long long)per_transaction, took, (double)b.orders / took);
    }
    char *runs = sqlite3_str_finish(out);
    printf("{\"orders\":%zu,\"rows\":%zu,\"runs\":[%s]}\n", b.orders, b.rows_written, runs);
    sqlite3_free(runs);
    sqlite3_close(b.source);
    return 0;
}
