/*
 * store_input.h: a store as a person fills it in, held against the settings of its connector.
 *
 * Errors   ERR_INVALID "marketplace.unknown", "setting.unknown", "setting.missing",
 *          "setting.choice", each naming its field, "settings.api_key".
 */
#ifndef API_STORE_INPUT_H
#define API_STORE_INPUT_H

#include "api/inside.h"
#include "service/store.h"

bool store_input_new(struct request *r, struct store *s, struct store_facts *facts, struct err *e);
/* s is the store as it is, opened; what the body leaves out stays. needs_check: something that a live
 * check would tell about has changed. */
bool store_input_change(struct request *r, struct store *s, struct store_facts *facts,
                        bool *needs_check, struct err *e);

#endif
