#include "queue/limit_map.h"

bool limit_setting_put(struct db *db, str json, struct err *e)
{
    static const struct sql_text put = {
        .sqlite = "INSERT INTO {p}mp_setting (name, value) VALUES ('limits', ?)"
                  " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        .mariadb = "INSERT INTO {p}mp_setting (name, value) VALUES ('limits', ?)"
                   " ON DUPLICATE KEY UPDATE value = VALUES(value)",
    };
    return db_run(db, &put, e, db_text(json));
}

bool limit_setting_get(struct db *db, struct arena *a, str *json, struct err *e)
{
    static const struct sql_text get = {
        .both = "SELECT value FROM {p}mp_setting WHERE name = 'limits'",
    };
    struct db_rows rows;
    if (!db_query(db, a, &get, &rows, e)) return false;
    *json = rows.count ? db_cell_text(&rows, 0, 0) : (str){ 0 };
    return true;
}
