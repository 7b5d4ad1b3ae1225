#include "support/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "domain/ledger.h"
#include "support/temp.h"

static void must(bool ok, const struct err *e)
{
    if (ok) return;
    fprintf(stderr, "the house cannot be set up: %s: %s\n", e->code ? e->code : "?", e->message);
    abort();
}

#define INSERT(h, id, text, ...)                                                                   \
    do {                                                                                           \
        static const struct sql_text insert_sql = { .both = text };                                \
        struct err insert_err = { 0 };                                                             \
        must(db_insert((h)->db, &insert_sql, (id), &insert_err, __VA_ARGS__), &insert_err);        \
    } while (0)

static int64_t add_company(struct house *h, const char *name)
{
    int64_t id = 0;
    INSERT(h, &id, "INSERT INTO {p}mp_company (name, created_at) VALUES (?, ?)", db_cstr(name),
           db_i64(HOUSE_NOW));
    return id;
}

static struct actor add_user(struct house *h, int64_t company, const char *email, enum role role,
                             bool all_stores)
{
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}mp_user (company_id, email, name, password_hash, role, all_stores,"
           " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
           db_i64(company), db_cstr(email), db_cstr(email), db_cstr("-"), db_cstr(role_name(role)),
           db_i64(all_stores), db_i64(HOUSE_NOW));
    return (struct actor){ .user_id = id,
                           .company_id = company,
                           .role = role,
                           .rights = role_rights(role),
                           .all_stores = all_stores };
}

static int64_t add_store(struct house *h, int64_t company, const char *name)
{
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}marketplace (company_id, marketplace, name, base_url, auth_type,"
           " creds_json, settings, test_mode, state, hook_id, hook_secret_box, created_at)"
           " VALUES (?, 'trendyol', ?, '', 'basic', x'', '{}', 1, 'active', ?, x'', ?)",
           db_i64(company), db_cstr(name),
           db_text(str_print(h->arena, "hook of %lld %s", (long long)company, name)),
           db_i64(HOUSE_NOW));
    return id;
}

static int64_t add_product(struct house *h, int64_t company)
{
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}mp_product (company_id, title, brand, category, vat_ppm, search,"
           " sort_key, created_at, updated_at)"
           " VALUES (?, 'Kırmızı Şal', 'Bedesten', 'Aksesuar', 200000, 'kirmizi sal', 'k', ?, ?)",
           db_i64(company), db_i64(HOUSE_NOW), db_i64(HOUSE_NOW));
    return id;
}

static int64_t add_variant(struct house *h, int64_t company, int64_t product, str sku, str barcode)
{
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}mp_variant (company_id, product_id, sku, barcode, name, price_e4,"
           " list_price_e4, cost_e4, currency, updated_at)"
           " VALUES (?, ?, ?, ?, '', 1999000, 2499000, 900000, 'TRY', ?)",
           db_i64(company), db_i64(product), db_text(sku), db_text(barcode), db_i64(HOUSE_NOW));
    return id;
}

/* The stock row as one counted entry leaves it. */
static void add_stock(struct house *h, int64_t company, int64_t variant, int64_t available)
{
    struct ledger_entry en = { .company_id = company,
                               .variant_id = variant,
                               .seq = 1,
                               .delta = available,
                               .resulting = available,
                               .cause = CAUSE_COUNT,
                               .cause_key = str_print(h->arena, "first:%lld", (long long)variant),
                               .note = STR("first count"),
                               .at = HOUSE_NOW };
    ledger_seal(h->arena, &en, "");
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}mp_ledger (company_id, variant_id, seq, delta, resulting, cause,"
           " cause_key, note, user_id, at, hash) VALUES (?, ?, 1, ?, ?, 'count', ?, ?, 0, ?, ?)",
           db_i64(company), db_i64(variant), db_i64(available), db_i64(available),
           db_text(en.cause_key), db_text(en.note), db_i64(en.at), db_cstr(en.hash));
    INSERT(h, &id,
           "INSERT INTO {p}mp_stock (variant_id, company_id, available, reserved, ledger_seq,"
           " ledger_hash, updated_at) VALUES (?, ?, ?, 0, 1, ?, ?)",
           db_i64(variant), db_i64(company), db_i64(available), db_cstr(en.hash),
           db_i64(HOUSE_NOW));
}

static int64_t add_listing(struct house *h, int64_t company, int64_t store, int64_t product,
                           int64_t variant, str remote_sku)
{
    int64_t id = 0;
    INSERT(h, &id,
           "INSERT INTO {p}mp_product_map (company_id, store_id, product_id, variant_id,"
           " remote_sku, currency, created_at) VALUES (?, ?, ?, ?, ?, 'TRY', ?)",
           db_i64(company), db_i64(store), db_i64(product), db_i64(variant), db_text(remote_sku),
           db_i64(HOUSE_NOW));
    return id;
}

str house_sku(struct house *h, size_t variant)
{
    return str_print(h->arena, "BDS-%04zu", variant + 1);
}

str house_remote(struct house *h, size_t variant)
{
    return str_print(h->arena, "86900000000%02zu", variant + 1);
}

static void furnish(struct house *h)
{
    h->company = add_company(h, "Ada Tekstil");
    h->other_company = add_company(h, "Bora Elektronik");
    h->system = actor_system(h->company);
    h->admin = add_user(h, h->company, "admin@ada.example", ROLE_ADMIN, true);
    h->clerk = add_user(h, h->company, "clerk@ada.example", ROLE_SUPPORT, false);
    h->stranger = add_user(h, h->other_company, "admin@bora.example", ROLE_ADMIN, true);
    h->stores[0] = add_store(h, h->company, "Ada Trendyol");
    h->stores[1] = add_store(h, h->company, "Ada Trendyol 2");
    h->other_store = add_store(h, h->other_company, "Bora Trendyol");
    int64_t unused = 0;
    INSERT(h, &unused, "INSERT INTO {p}mp_user_store (user_id, store_id) VALUES (?, ?)",
           db_i64(h->clerk.user_id), db_i64(h->stores[0]));

    h->product = add_product(h, h->company);
    for (size_t i = 0; i < HOUSE_VARIANTS; i++) {
        h->variants[i] =
            add_variant(h, h->company, h->product, house_sku(h, i), house_remote(h, i));
        add_stock(h, h->company, h->variants[i], HOUSE_STOCK);
        for (size_t k = 0; k < HOUSE_STORES; k++)
            h->listings[k][i] = add_listing(h, h->company, h->stores[k], h->product, h->variants[i],
                                            house_remote(h, i));
    }
    int64_t other_product = add_product(h, h->other_company);
    h->other_variant =
        add_variant(h, h->other_company, other_product, house_sku(h, 0), house_remote(h, 0));
    add_stock(h, h->other_company, h->other_variant, HOUSE_STOCK);
    h->other_listing = add_listing(h, h->other_company, h->other_store, other_product,
                                   h->other_variant, house_remote(h, 0));
}

static void open_db(struct house *h, const char *vfs)
{
    char path[128];
    struct err e = { 0 };
    h->db = db_open(
        &(struct db_options){ .path = temp_path(h->temp, "house.db", path), .vfs = vfs }, &e);
    must(h->db, &e);
}

struct house *house_new(void)
{
    return house_new_on(NULL);
}

struct house *house_new_on(const char *vfs)
{
    struct house *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->temp = temp_new();
    h->arena = arena_new();
    h->clock.fixed = HOUSE_NOW;
    char path[128];
    struct err e = { 0 };
    int steps = 0;
    log_setup(STDERR_FILENO, LOG_FORMAT_HUMAN, LOG_ERROR); /* a slow disk is no finding of a test */
    must(crypto_setup(&e), &e);
    must(keyring_create(temp_path(h->temp, "house.key", path), &e), &e);
    h->keys = keyring_load(path, &e);
    must(h->keys, &e);
    h->vfs = vfs;
    open_db(h, vfs);
    must(db_migrate(h->db, &steps, &e), &e);
    AUTO(db_tx) tx = db_begin(h->db, &e);
    must(tx, &e);
    furnish(h);
    must(db_commit(&tx, &e), &e);
    return h;
}

void house_reopen(struct house *h)
{
    if (h->stop_serving) h->stop_serving(h);
    h->stop_serving = NULL;
    db_close(h->db);
    open_db(h, h->vfs);
}

void house_free(struct house *h)
{
    if (h->stop_serving) h->stop_serving(h);
    db_close(h->db);
    keyring_free(h->keys);
    arena_free(h->arena);
    temp_free(h->temp);
    free(h);
}

int64_t house_number(struct house *h, const struct sql_text *sql, int64_t value)
{
    struct err e = { 0 };
    struct db_rows rows;
    must(db_query(h->db, h->arena, sql, &rows, &e, db_i64(value)), &e);
    return rows.count ? db_cell_i64(&rows, 0, 0) : 0;
}

void house_run(struct house *h, const struct sql_text *sql, int64_t value)
{
    struct err e = { 0 };
    must(db_run(h->db, sql, &e, db_i64(value)), &e);
}

int64_t house_available(struct house *h, int64_t variant)
{
    static const struct sql_text sql = {
        .both = "SELECT available FROM {p}mp_stock WHERE variant_id = ?",
    };
    return house_number(h, &sql, variant);
}

int64_t house_reserved(struct house *h, int64_t variant)
{
    static const struct sql_text sql = {
        .both = "SELECT reserved FROM {p}mp_stock WHERE variant_id = ?",
    };
    return house_number(h, &sql, variant);
}
