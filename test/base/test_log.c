#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "support/suite.h"

/* The log writes into a file that the test reads back. */
static int file_of_log;

static void log_to_file(enum log_format format, enum log_level lowest)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    file_of_log = dup(fileno(f));
    fclose(f);
    log_setup(file_of_log, format, lowest);
}

static str logged(struct arena *a)
{
    off_t size = lseek(file_of_log, 0, SEEK_END);
    char *bytes = arena_take(a, (size_t)size + 1);
    assert_int_equal(pread(file_of_log, bytes, (size_t)size, 0), size);
    log_setup(STDERR_FILENO, LOG_FORMAT_HUMAN, LOG_INFO);
    close(file_of_log);
    return (str){ bytes, (size_t)size };
}

static const struct json *only_line(struct arena *a)
{
    str text = logged(a), line;
    assert_true(str_next(&text, '\n', &line));
    assert_int_equal(text.len, 0);
    const struct json *v = NULL;
    struct err e = { 0 };
    assert_true(
        json_parse(a, line, &(struct json_limits){ .refuse_duplicate_keys = true }, &v, &e));
    return v;
}

static void a_line_is_json_with_time_level_event_and_fields(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    log_to_file(LOG_FORMAT_JSON, LOG_INFO);
    log_info("order accepted", LOG_INT("order", 5000000000),
             LOG_TEXT("store", STR("Moda\n\"Evi\"")), (struct log_field){ 0 },
             LOG_CSTR("none", NULL));
    const struct json *line = only_line(a);
    utc_ms at;
    str time = json_text_at(line, "at");
    assert_true(utc_parse(time.at, time.len, &at));
    assert_text(json_text_at(line, "level"), "info");
    assert_text(json_text_at(line, "event"), "order accepted");
    assert_text(json_text_at(line, "order"), "5000000000");
    assert_text(json_text_at(line, "store"), "Moda\n\"Evi\"");
    assert_text(json_text_at(line, "none"), "");
    assert_int_equal(line->count, 6);
}

static void an_error_brings_its_own_fields(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { .marketplace = "demo" };
    err_set(&e, ERR_REFUSED, "offer.refused", "the price is too low");
    e.http_status = 400;
    str_fill(e.remote_code, sizeof e.remote_code, STR("P-17"));
    log_to_file(LOG_FORMAT_JSON, LOG_INFO);
    log_error_err("push failed", &e, LOG_INT("store", 3));
    const struct json *line = only_line(a);
    assert_text(json_text_at(line, "level"), "error");
    assert_text(json_text_at(line, "store"), "3");
    assert_text(json_text_at(line, "kind"), "refused");
    assert_text(json_text_at(line, "code"), "offer.refused");
    assert_text(json_text_at(line, "message"), "the price is too low");
    assert_text(json_text_at(line, "marketplace"), "demo");
    assert_text(json_text_at(line, "status"), "400");
    assert_text(json_text_at(line, "remote_code"), "P-17");
}

static void what_is_below_the_lowest_level_is_not_written(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    log_to_file(LOG_FORMAT_JSON, LOG_ERROR);
    log_debug("quiet");
    log_info("quiet");
    log_warning("quiet");
    log_warning_err("quiet", &e);
    log_error("loud");
    assert_text(json_text_at(only_line(a), "event"), "loud");
}

static void a_line_for_people_is_plain_where_no_terminal_is(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    log_to_file(LOG_FORMAT_HUMAN, LOG_DEBUG);
    log_warning("stock is short", LOG_INT("left", -1), LOG_CSTR("sku", "BDS-0001"),
                LOG_CSTR("title", "Kırmızı Şal"), LOG_CSTR("empty", ""));
    str line = logged(a);
    assert_true(str_ends(line, STR("Z warning stock is short left=-1 sku=BDS-0001 "
                                   "title=\"Kırmızı Şal\" empty=\"\"\n")));
    assert_false(str_has(line, STR("\033")));
}

static void a_strangers_text_makes_no_line_and_no_colour(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    log_to_file(LOG_FORMAT_HUMAN, LOG_DEBUG);
    log_info("webhook", LOG_CSTR("body", "x\n2026 error fake\033[31m\xFF"));
    str text = logged(a), line;
    assert_true(str_next(&text, '\n', &line));
    assert_int_equal(text.len, 0);
    assert_false(str_has(line, STR("\033")));
    assert_true(str_is_utf8(line));
    assert_true(str_has(line, STR("\\u001b")));
}

static void a_long_field_is_cut(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    char *body = ARENA_ARRAY(a, char, 100001);
    memset(body, 'x', 100000);
    log_to_file(LOG_FORMAT_JSON, LOG_DEBUG);
    log_info("reply", LOG_CSTR("body", body));
    assert_in_range(json_text_at(only_line(a), "body").len, 1000, 4096);
}

enum { WRITERS = 4, LINES = 200 };
static char filling[2000]; /* three of them are more than a pipe takes in one piece */

static void *write_lines(void *number)
{
    for (int i = 0; i < LINES; i++)
        log_info("line", LOG_INT("writer", *(int *)number), LOG_INT("line", i),
                 LOG_CSTR("one", filling), LOG_CSTR("two", filling), LOG_CSTR("three", filling));
    return NULL;
}

/* Through a pipe, which mixes longer writes of several threads. */
static void lines_of_many_threads_stay_whole(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    int ends[2], numbers[WRITERS], next[WRITERS] = { 0 };
    pthread_t threads[WRITERS];
    memset(filling, 'x', sizeof filling - 1);
    assert_int_equal(pipe(ends), 0);
    log_setup(ends[1], LOG_FORMAT_JSON, LOG_INFO);
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, &numbers[i]), 0);
    }
    FILE *f = fdopen(ends[0], "r");
    char line[8192];
    for (int i = 0; i < WRITERS * LINES; i++) {
        arena_reset(a);
        assert_non_null(fgets(line, sizeof line, f));
        const struct json *v;
        struct err e = { 0 };
        assert_true(json_parse(a, str_from(line), NULL, &v, &e));
        int64_t writer = -1, number = -1;
        assert_true(json_i64_at(v, "writer", &writer) && json_i64_at(v, "line", &number));
        assert_in_range(writer, 0, WRITERS - 1);
        assert_int_equal(number, next[writer]++);
    }
    for (int i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
    log_setup(STDERR_FILENO, LOG_FORMAT_HUMAN, LOG_INFO);
    close(ends[1]);
    fclose(f);
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, a_line_is_json_with_time_level_event_and_fields);
    SUITE_TEST(&s, an_error_brings_its_own_fields);
    SUITE_TEST(&s, what_is_below_the_lowest_level_is_not_written);
    SUITE_TEST(&s, a_line_for_people_is_plain_where_no_terminal_is);
    SUITE_TEST(&s, a_strangers_text_makes_no_line_and_no_colour);
    SUITE_TEST(&s, a_long_field_is_cut);
    SUITE_TEST(&s, lines_of_many_threads_stay_whole);
    return suite_run(&s, "log");
}
