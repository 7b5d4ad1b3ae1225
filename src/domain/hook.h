/*
 * hook.h: where a marketplace calls us, and the key it shows.
 */
#ifndef DOMAIN_HOOK_H
#define DOMAIN_HOOK_H

#include "base/str.h"

/* "<public_url>/hooks/<marketplace>/<secret>": the secret part finds the store. */
str hook_url(struct arena *a, str public_url, str marketplace, str secret);
/* What the marketplace sends to prove itself: derived, so that a logged URL does not tell it. */
str hook_key(struct arena *a, str secret);

#endif
