/* Any settings file is either read or refused with a message in whole characters. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct config_key keys[] = {
    { "http.listen", "127.0.0.1:8080", "address" },
    { "http.threads", "4", "threads" },
    { "log.json", "no", "JSON lines" },
    { 0 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("config", 0);
        if (fd < 0) abort();
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    struct err e = { 0 };
    AUTO(config) c = config_load(keys, path, &e);
    if (!c) {
        if (e.kind != ERR_INVALID || !str_is_utf8(str_from(e.message))) abort();
        return 0;
    }
    int64_t threads;
    bool is_json;
    config_i64(c, "http.threads", 1, 64, &threads, &e);
    config_bool(c, "log.json", &is_json, &e);
    if (!str_is_utf8(config_text(c, "http.listen"))) abort();
    return 0;
}
