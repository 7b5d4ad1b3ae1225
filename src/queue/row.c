#include "queue/row.h"

static const char *const lanes[LANE_COUNT] = { "now", "soon", "bulk", "sweep" };
static const char *const states[JOB_STATE_COUNT] = { "waiting", "running", "done", "dead" };

static bool find_name(const char *const *names, int count, str name, int *out)
{
    for (int i = 0; i < count; i++) {
        if (!str_eq(name, str_from(names[i]))) continue;
        *out = i;
        return true;
    }
    return false;
}

const char *lane_name(enum lane l)
{
    return lanes[l];
}

bool lane_from(str name, enum lane *out)
{
    int i;
    if (!find_name(lanes, LANE_COUNT, name, &i)) return false;
    *out = (enum lane)i;
    return true;
}

const char *job_state_name(enum job_state s)
{
    return states[s];
}

bool job_state_from(str name, enum job_state *out)
{
    int i;
    if (!find_name(states, JOB_STATE_COUNT, name, &i)) return false;
    *out = (enum job_state)i;
    return true;
}

void job_read(const struct db_rows *rows, size_t row, struct job *out)
{
    *out = (struct job){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .store_id = db_cell_i64(rows, row, 2),
        .kind = db_cell_text(rows, row, 3),
        .payload = db_cell_text(rows, row, 4),
        .tries = (int)db_cell_i64(rows, row, 7),
        .run_at = db_cell_i64(rows, row, 8),
        .lease_until = db_cell_i64(rows, row, 9),
        .created_at = db_cell_i64(rows, row, 10),
        .started_at = db_cell_i64(rows, row, 11),
        .ended_at = db_cell_i64(rows, row, 12),
        .error_code = db_cell_text(rows, row, 14),
        .error_message = db_cell_text(rows, row, 15),
        .result = db_cell_text(rows, row, 16),
        .owner = db_cell_text(rows, row, 17),
    };
    lane_from(db_cell_text(rows, row, 5), &out->lane);
    job_state_from(db_cell_text(rows, row, 6), &out->state);
    if (!db_cell_is_null(rows, row, 13))
        out->error_kind = err_kind_from(db_cell_text(rows, row, 13));
}
