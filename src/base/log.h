/*
 * log.h: the structured log, one of the two globals of the process (the other: metrics).
 *
 * Shape    one event name in the trade's words and typed fields; a JSON line or, for people, a
 *          coloured line. log_info("order accepted", LOG_ID("order", id), LOG_TEXT("store", name)).
 * Threads  any; lines are written whole. Secrets never come here: callers leave them out.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum log_format { LOG_FORMAT_HUMAN, LOG_FORMAT_JSON };

struct log_field {
    const char *name; /* NULL is skipped */
    enum { LOG_FIELD_TEXT, LOG_FIELD_INT } kind;
    str text;
    int64_t number;
};
#define LOG_TEXT(name_, value) ((struct log_field){ .name = (name_), .text = (value) })
#define LOG_CSTR(name_, value) ((struct log_field){ .name = (name_), .text = str_from(value) })
#define LOG_INT(name_, value)                                                                      \
    ((struct log_field){ .name = (name_), .kind = LOG_FIELD_INT, .number = (value) })

void log_setup(int fd, enum log_format format, enum log_level lowest);
void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);
/* The same with the error's kind, code, message, marketplace and status as fields. */
void log_err(enum log_level level, const char *event, const struct err *e,
             const struct log_field *fields, size_t count);

#define LOG_FIELDS(...)                                                                            \
    (const struct log_field[])                                                                     \
    {                                                                                              \
        { 0 }, ##__VA_ARGS__                                                                       \
    }
#define LOG_COUNT(...) (sizeof(LOG_FIELDS(__VA_ARGS__)) / sizeof(struct log_field))
#define log_debug(event, ...)                                                                      \
    log_write(LOG_DEBUG, event, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))
#define log_info(event, ...)                                                                       \
    log_write(LOG_INFO, event, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))
#define log_warning(event, ...)                                                                    \
    log_write(LOG_WARNING, event, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))
#define log_error(event, ...)                                                                      \
    log_write(LOG_ERROR, event, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))
#define log_warning_err(event, e, ...)                                                             \
    log_err(LOG_WARNING, event, e, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))
#define log_error_err(event, e, ...)                                                               \
    log_err(LOG_ERROR, event, e, LOG_FIELDS(__VA_ARGS__), LOG_COUNT(__VA_ARGS__))

#endif
