#include "base/config.h"

#include <stdio.h>
#include <unistd.h>

#include "support/suite.h"

static const struct config_key keys[] = {
    { "http.listen", "127.0.0.1:8080", "address to listen on" },
    { "http.threads", "4", "threads of the pool" },
    { "db.url", NULL, "database" },
    { "log.is-json", "false", "JSON lines" },
    { 0 },
};

static void forget_variables(void)
{
    unsetenv("BEDESTEN_HTTP_LISTEN");
    unsetenv("BEDESTEN_HTTP_THREADS");
    unsetenv("BEDESTEN_DB_URL");
    unsetenv("BEDESTEN_LOG_IS_JSON");
}

static const char *write_file(char path[64], str text)
{
    snprintf(path, 64, "/tmp/bedesten-config-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.at, text.len), text.len);
    close(fd);
    return path;
}

static struct config *load(str text, struct err *e)
{
    char path[64];
    struct config *c = config_load(keys, write_file(path, text), e);
    unlink(path);
    return c;
}

static void defaults_stand_until_set(void **state)
{
    (void)state;
    forget_variables();
    struct err e = { 0 };
    AUTO(config) c = config_load(keys, NULL, &e);
    assert_non_null(c);
    assert_text(config_text(c, "http.listen"), "127.0.0.1:8080");
    assert_text(config_text(c, "db.url"), "");
    int64_t threads;
    assert_true(config_i64(c, "http.threads", 1, 64, &threads, &e));
    assert_int_equal(threads, 4);
    bool is_json = true;
    assert_true(config_bool(c, "log.is-json", &is_json, &e));
    assert_false(is_json);
}

static void later_wins(void **state)
{
    (void)state;
    forget_variables();
    struct err e = { 0 };
    str text = STR("# ours\n\n  http.listen = 0.0.0.0:1 \r\nhttp.threads=5\ndb.url = a = b # no\n");
    setenv("BEDESTEN_HTTP_THREADS", "6", 1);
    setenv("BEDESTEN_LOG_IS_JSON", "yes", 1);
    setenv("BEDESTEN_DB_URL", "", 1);
    AUTO(config) c = load(text, &e);
    forget_variables();
    assert_non_null(c);
    assert_text(config_text(c, "http.listen"), "0.0.0.0:1");
    assert_text(config_text(c, "http.threads"), "6");
    assert_text(config_text(c, "db.url"), "a = b # no");
    bool is_json = false;
    assert_true(config_bool(c, "log.is-json", &is_json, &e));
    assert_true(is_json);
    assert_true(config_set(c, "http.threads", STR("7"), &e));
    assert_text(config_text(c, "http.threads"), "7");
    assert_false(config_set(c, "http.thread", STR("7"), &e));
    assert_string_equal(e.message,
                        "command line: there is no setting 'http.thread'; the nearest is "
                        "'http.threads'");
}

static const struct refuse_case {
    const char *name;
    str text;
    const char *code, *says;
} refuse_cases[] = {
    { "an unknown key is named with the nearest", STR_INIT("# x\nhttp.lisen = 1\n"),
      "config.unknown_key",
      ", line 2: there is no setting 'http.lisen'; the nearest is "
      "'http.listen'" },
    { "a line without = is named", STR_INIT("db.url = x\n\nhello\n"), "config.syntax",
      ", line 3: a line is 'key = value'" },
    { "a key set twice is named", STR_INIT("db.url = x\ndb.url = y"), "config.set_twice",
      ", line 2: 'db.url' is set already in " },
    { "a line without key is named", STR_INIT("= x\n"), "config.unknown_key", ", line 1" },
    { "a long key is cut between characters",
      STR_INIT("xşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşş = 1\n"), "config.unknown_key",
      "'xşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşş';" },
    { "bytes that are no text are refused", STR_INIT("db.url = \xFF\n"), "config.syntax",
      "no text in UTF-8" },
    { "NUL is refused", STR_INIT("db.url = a\0b\n"), "config.syntax", "no text in UTF-8" },
};

static void config_load_refuses(void **state)
{
    const struct refuse_case *c = *state;
    struct err e = { 0 };
    assert_null(load(c->text, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, c->code);
    if (!strstr(e.message, c->says)) print_error("%s\n", e.message);
    assert_non_null(strstr(e.message, c->says));
}

static void an_empty_file_and_a_byte_order_mark_are_taken(void **state)
{
    (void)state;
    forget_variables();
    struct err e = { 0 };
    AUTO(config) empty = load(STR(""), &e);
    assert_non_null(empty);
    AUTO(config)
    marked = load(STR("\xEF\xBB\xBF"
                      "db.url = x"),
                  &e);
    assert_non_null(marked);
    assert_text(config_text(marked, "db.url"), "x");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    forget_variables();
    struct err e = { 0 };
    assert_null(config_load(keys, "/nowhere/bedesten.conf", &e));
    assert_string_equal(e.code, "config.unreadable");
    assert_non_null(strstr(e.message, "/nowhere/bedesten.conf: No such file"));
    assert_null(config_load(keys, "/tmp", &e));
    assert_string_equal(e.code, "config.unreadable");
    AUTO(arena) a = arena_new();
    assert_null(load(str_print(a, "# %01048576d", 0), &e));
    assert_non_null(strstr(e.message, "larger than 1 MiB"));
}

static const struct number_case {
    const char *name, *value;
    bool ok;
} number_cases[] = {
    { "the least is taken", "1", true },    { "the most is taken", "64", true },
    { "less is refused", "0", false },      { "more is refused", "65", false },
    { "a word is refused", "many", false }, { "a fraction is refused", "1.5", false },
    { "nothing is refused", "", false },    { "a unit is refused", "4ms", false },
};

static void config_i64_reads(void **state)
{
    const struct number_case *n = *state;
    forget_variables();
    struct err e = { 0 };
    AUTO(config) c = config_load(keys, NULL, &e);
    assert_true(config_set(c, "http.threads", str_from(n->value), &e));
    int64_t threads = 77;
    assert_int_equal(config_i64(c, "http.threads", 1, 64, &threads, &e), n->ok);
    if (n->ok) return;
    assert_int_equal(threads, 77);
    assert_string_equal(e.code, "config.not_a_number");
    assert_non_null(strstr(e.message, "command line: 'http.threads' is '"));
    assert_non_null(strstr(e.message, "a whole number from 1 to 64"));
}

static void a_choice_is_one_of_its_words(void **state)
{
    (void)state;
    static const char *const words[] = { "one", "two", "three", NULL };
    forget_variables();
    struct err e = { 0 };
    int chosen = 7;
    AUTO(config) c = config_load(keys, NULL, &e);
    assert_true(config_set(c, "db.url", STR("three"), &e));
    assert_true(config_choice(c, "db.url", words, &chosen, &e));
    assert_int_equal(chosen, 2);
    assert_true(config_set(c, "db.url", STR("thre"), &e));
    assert_false(config_choice(c, "db.url", words, &chosen, &e));
    assert_int_equal(chosen, 2);
    assert_string_equal(e.message,
                        "command line: 'db.url' is 'thre', but must be one, two or three");
}

static void a_wrong_value_names_where_it_was_set(void **state)
{
    (void)state;
    forget_variables();
    struct err e = { 0 };
    int64_t threads;
    bool is_json;
    AUTO(config) from_file = load(STR("\nhttp.threads = x\n"), &e);
    assert_false(config_i64(from_file, "http.threads", 1, 64, &threads, &e));
    assert_non_null(strstr(e.message, ", line 2: 'http.threads' is 'x'"));
    setenv("BEDESTEN_LOG_IS_JSON", "maybe", 1);
    AUTO(config) from_variable = config_load(keys, NULL, &e);
    forget_variables();
    assert_false(config_bool(from_variable, "log.is-json", &is_json, &e));
    assert_string_equal(e.message, "variable BEDESTEN_LOG_IS_JSON: 'log.is-json' is 'maybe', but "
                                   "must be true or false");
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, defaults_stand_until_set);
    SUITE_TEST(&s, later_wins);
    SUITE_ROWS(&s, config_load_refuses, refuse_cases);
    SUITE_TEST(&s, an_empty_file_and_a_byte_order_mark_are_taken);
    SUITE_TEST(&s, a_file_that_cannot_be_read_is_named);
    SUITE_ROWS(&s, config_i64_reads, number_cases);
    SUITE_TEST(&s, a_choice_is_one_of_its_words);
    SUITE_TEST(&s, a_wrong_value_names_where_it_was_set);
    return suite_run(&s, "config");
}
