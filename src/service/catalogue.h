/*
 * catalogue.h: products and variants made and edited by people.
 */
#ifndef SERVICE_CATALOGUE_H
#define SERVICE_CATALOGUE_H

#include "repo/catalogue_repo.h"
#include "service/service.h"

/* Checks and saves; new variants get a stock row and, with initial[i] > 0, a first ledger entry
 * (cause count). A changed price or safety stock recomputes the listings. Audited. initial may be
 * NULL. */
bool product_save(struct service *s, struct arena *a, const struct actor *by, struct product *p,
                  struct variant *variants, const int64_t *initial, struct err *e);

#endif
