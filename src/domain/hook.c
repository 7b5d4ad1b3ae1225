#include "domain/hook.h"

#include "base/crypto.h"

str hook_url(struct arena *a, str public_url, str marketplace, str secret)
{
    while (str_ends(public_url, STR("/"))) public_url.len--;
    return str_print(a, "%.*s/hooks/%.*s/%.*s", STR_ARG(public_url), STR_ARG(marketplace),
                     STR_ARG(secret));
}

str hook_key(struct arena *a, str secret)
{
    return sha256_hex(a, str_print(a, "hook key of %.*s", STR_ARG(secret)));
}
