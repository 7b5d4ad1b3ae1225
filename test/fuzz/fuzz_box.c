/* No bytes open as a box but those that were sealed. The input is also sealed itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct keyring *new_keyring(void)
{
    struct err e = { 0 };
    char folder[] = "/tmp/bedesten-fuzz-XXXXXX", path[64];
    if (!crypto_setup(&e) || !mkdtemp(folder)) abort();
    str_fill(path, sizeof path, str_from(folder));
    memcpy(path + strlen(path), "/key", 5);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    static const char line[] = "a = AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    if (fd < 0 || write(fd, line, sizeof line - 1) != sizeof line - 1) abort();
    close(fd);
    struct keyring *k = keyring_load(path, &e);
    unlink(path);
    rmdir(folder);
    if (!k) abort();
    return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct keyring *k;
    if (!k) k = new_keyring();
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str bytes = { (const char *)data, size }, opened;
    if (size && box_open(k, a, bytes, STR("1|2|creds|1"), &opened, &e)) abort();
    str box = box_seal(k, a, bytes, STR("p"));
    if (!box_open(k, a, box, STR("p"), &opened, &e) || !str_eq(opened, bytes)) abort();
    if (size == 0) return 0;
    char *changed = (char *)str_cstr(a, box);
    changed[data[0] % box.len] ^= (char)(1 << size % 8);
    if (box_open(k, a, (str){ changed, box.len }, STR("p"), &opened, &e)) abort();
    return 0;
}
