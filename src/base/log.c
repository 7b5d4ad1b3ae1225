#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"

#define MOST_OF_A_FIELD 2048 /* bytes; a log is no place for whole replies */
#define ERR_FIELDS 6

static struct {
    pthread_mutex_t writing; /* so that the rest of a partly written line follows it */
    _Atomic int fd;
    _Atomic int format, lowest;
    _Atomic bool coloured;
} the_log = { .writing = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO, .lowest = LOG_INFO };

void log_setup(int fd, enum log_format format, enum log_level lowest)
{
    pthread_mutex_lock(&the_log.writing);
    the_log.fd = fd;
    the_log.format = format;
    the_log.lowest = lowest;
    the_log.coloured = isatty(fd) == 1;
    pthread_mutex_unlock(&the_log.writing);
}

static const struct {
    const char *name, *padded, *colour;
} levels[] = {
    [LOG_DEBUG] = { "debug", "debug  ", "\033[2m" },
    [LOG_INFO] = { "info", "info   ", "\033[32m" },
    [LOG_WARNING] = { "warning", "warning", "\033[33m" },
    [LOG_ERROR] = { "error", "error  ", "\033[31m" },
};
#define PLAIN "\033[0m"
#define DIM "\033[2m"

static str shortened(str value)
{
    if (value.len > MOST_OF_A_FIELD) value.len = utf8_whole(value.at, MOST_OF_A_FIELD);
    return value;
}

static str json_line(struct arena *a, const char *at, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "at", at);
    json_put_cstr(&w, "level", levels[level].name);
    json_put_cstr(&w, "event", event);
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].name) continue;
        if (fields[i].kind == LOG_FIELD_INT)
            json_put_i64(&w, fields[i].name, fields[i].number);
        else
            json_put_text(&w, fields[i].name, shortened(fields[i].text));
    }
    json_close_object(&w);
    text_add_char(&w.out, '\n');
    return text_str(&w.out);
}

static bool is_bare_word(str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\') return false;
    }
    return value.len > 0;
}

/* Quoted as JSON where it is more than a word: neither a line end nor an escape sequence in a
 * stranger's text can then make a line of its own or colour the terminal. */
static void add_human_text(struct text *t, str value)
{
    if (is_bare_word(value)) {
        text_add(t, value);
        return;
    }
    struct json_writer w = { .out = *t };
    json_put_text(&w, NULL, value);
    *t = w.out;
}

static str human_line(struct arena *a, const char *at, enum log_level level, const char *event,
                      const struct log_field *fields, size_t count)
{
    bool coloured = the_log.coloured;
    const char *dim = coloured ? DIM : "", *plain = coloured ? PLAIN : "";
    struct text t = { .arena = a };
    text_print(&t, "%s%s%s ", dim, at, plain);
    text_print(&t, "%s%s%s %s", coloured ? levels[level].colour : "", levels[level].padded, plain,
               event);
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].name) continue;
        text_print(&t, " %s%s=%s", dim, fields[i].name, plain);
        if (fields[i].kind == LOG_FIELD_INT)
            text_print(&t, "%lld", (long long)fields[i].number);
        else
            add_human_text(&t, shortened(fields[i].text));
    }
    text_add_char(&t, '\n');
    return text_str(&t);
}

/* One write(2) a line, as a rule. There is nobody to tell when the log itself cannot be written. */
static void write_line(str line)
{
    pthread_mutex_lock(&the_log.writing);
    int fd = the_log.fd;
    while (line.len) {
        ssize_t written = write(fd, line.at, line.len);
        if (written >= 0) {
            line = str_cut(line, (size_t)written, line.len);
        } else if (errno == EAGAIN) {
            struct pollfd room = { .fd = fd, .events = POLLOUT };
            if (poll(&room, 1, 1000) != 1) break; /* nobody reads: rather a lost line than a halt */
        } else if (errno != EINTR) {
            break;
        }
    }
    pthread_mutex_unlock(&the_log.writing);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    if ((int)level < the_log.lowest) return;
    int caller_errno = errno;
    static const struct clock real = { 0 };
    char at[UTC_ISO_SIZE];
    utc_iso(clock_now(&real), at);
    AUTO(arena) a = arena_new();
    write_line(the_log.format == LOG_FORMAT_JSON ? json_line(a, at, level, event, fields, count)
                                                 : human_line(a, at, level, event, fields, count));
    errno = caller_errno;
}

void log_err(enum log_level level, const char *event, const struct err *e,
             const struct log_field *fields, size_t count)
{
    if ((int)level < the_log.lowest) return;
    AUTO(arena) a = arena_new();
    struct log_field *all = ARENA_ARRAY(a, struct log_field, count + ERR_FIELDS), *end = all;
    for (size_t i = 0; i < count; i++) *end++ = fields[i];
    *end++ = LOG_CSTR("kind", err_kind_name(e->kind));
    if (e->code) *end++ = LOG_CSTR("code", e->code);
    *end++ = LOG_CSTR("message", e->message);
    if (e->marketplace) *end++ = LOG_CSTR("marketplace", e->marketplace);
    if (e->http_status) *end++ = LOG_INT("status", e->http_status);
    if (e->remote_code[0]) *end++ = LOG_CSTR("remote_code", e->remote_code);
    log_write(level, event, all, (size_t)(end - all));
}
