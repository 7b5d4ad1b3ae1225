/*
 * ledger_row.h: inside repo only: single rows of the ledger.
 */
#ifndef REPO_LEDGER_ROW_H
#define REPO_LEDGER_ROW_H

#include "repo/stock_repo.h"

bool ledger_row_add(struct db *db, const struct ledger_entry *entry, struct err *e);
bool ledger_row_by_cause(struct db *db, struct arena *a, const struct actor *by, str cause_key,
                         struct ledger_entry *out, struct err *e);

#endif
