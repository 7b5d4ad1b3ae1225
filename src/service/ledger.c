/*
 * The proof that the ledger adds up.
 *
 * It reads beside the writers, so nothing is compared that two moments could tell apart: a stock row
 * is read before its entries, and entries only grow; so up to the row's own sequence all must fit.
 * Entries beyond it may be news: then the row is read again and must have caught up.
 */
#include <stdio.h>

#include "db/db.h"
#include "service/stock.h"

enum { STOCK_PAGE = 500, ENTRY_PAGE = 1000 };

/* A walk over all entries by variant and sequence, a page at a time. */
struct walk {
    struct service *s;
    struct arena *arena;   /* of the page of entries */
    struct arena *scratch; /* of one step */
    const struct ledger_entry *entries;
    size_t count, next;
    int64_t variant_id, seq; /* of the last one given out */
    bool is_over;
    struct ledger_verdict *verdict;
};

static bool next_page(struct walk *w, struct err *e)
{
    struct ledger_entry *entries;
    arena_reset(w->arena);
    w->next = 0;
    if (!ledger_repo_after(w->s->db, w->arena, w->variant_id, w->seq, ENTRY_PAGE, &entries,
                           &w->count, e))
        return false;
    w->entries = entries;
    w->is_over = w->count < ENTRY_PAGE;
    return true;
}

/* The next entry without moving on: NULL after the last. */
static bool peek(struct walk *w, const struct ledger_entry **out, struct err *e)
{
    if (w->next == w->count && !w->is_over && !next_page(w, e)) return false;
    *out = w->next < w->count ? &w->entries[w->next] : NULL;
    return true;
}

static void step(struct walk *w)
{
    w->variant_id = w->entries[w->next].variant_id;
    w->seq = w->entries[w->next].seq;
    w->next++;
    w->verdict->entries++;
}

/* Says what is wrong and where; returns true, the verification itself went well. */
static bool wrong(struct walk *w, int64_t company_id, int64_t variant_id, int64_t seq,
                  const char *problem)
{
    struct ledger_verdict *v = w->verdict;
    v->is_clean = false;
    v->company_id = company_id;
    v->variant_id = variant_id;
    v->seq = seq;
    str_fill(v->problem, sizeof v->problem, str_from(problem));
    return true;
}

/* What a chain has come to. */
struct chain {
    int64_t seq, resulting;
    char hash[LEDGER_HASH_SIZE];
};

/* NULL when the entry continues the chain, else what is wrong with it. */
static const char *fault_of(struct arena *a, const struct chain *c, const struct ledger_entry *en)
{
    if (en->seq != c->seq + 1) return "the entry before this one is missing";
    if (en->cause == CAUSE_COUNT_) return "its cause is none that we know";
    struct ledger_entry sealed = *en;
    ledger_seal(a, &sealed, c->hash);
    if (!str_eq(str_from(sealed.hash), str_from(en->hash)))
        return "its hash does not fit what it says or the entry before it";
    if (en->resulting != c->resulting + en->delta)
        return "its result is not the one before it plus its change";
    return NULL;
}

static void join_chain(struct chain *c, const struct ledger_entry *en)
{
    c->seq = en->seq;
    c->resulting = en->resulting;
    str_fill(c->hash, sizeof c->hash, str_from(en->hash));
}

/* The row against what the chain was at its sequence. */
static bool check_row(struct walk *w, const struct stock *row, int64_t company_id,
                      const struct chain *at_row)
{
    char problem[160];
    if (row->available != at_row->resulting) {
        snprintf(problem, sizeof problem, "the stock row says %lld available, the ledger %lld",
                 (long long)row->available, (long long)at_row->resulting);
        return wrong(w, company_id, row->variant_id, 0, problem);
    }
    if (!str_eq(str_from(row->ledger_hash), str_from(at_row->hash)))
        return wrong(w, company_id, row->variant_id, 0,
                     "the stock row's hash is not its last entry's");
    if (row->reserved != row->reserved_by_lines) {
        snprintf(problem, sizeof problem, "the stock row says %lld reserved, the order lines %lld",
                 (long long)row->reserved, (long long)row->reserved_by_lines);
        return wrong(w, company_id, row->variant_id, 0, problem);
    }
    return true;
}

/* Entries beyond the row as it was read are news only if the row has them now. */
static bool check_news(struct walk *w, const struct stock *row, int64_t company_id,
                       const struct chain *c, struct err *e)
{
    if (c->seq <= row->ledger_seq) return true;
    struct actor system = actor_system(company_id);
    struct stock now;
    arena_reset(w->scratch);
    if (!stock_repo_find(w->s->db, w->scratch, &system, row->variant_id, &now, e)) return false;
    if (now.ledger_seq >= c->seq) return true;
    return wrong(w, company_id, row->variant_id, now.ledger_seq + 1,
                 "the stock row does not know this entry");
}

/* One variant: its chain from the first entry to the last. */
static bool check_chain(struct walk *w, const struct stock *row, int64_t company_id, struct err *e)
{
    struct chain c = { 0 }, at_row = { 0 };
    const struct ledger_entry *en;
    for (;;) {
        if (!peek(w, &en, e)) return false;
        if (!en || en->variant_id != row->variant_id) break;
        const char *fault = fault_of(w->scratch, &c, en);
        if (fault) return wrong(w, en->company_id, en->variant_id, en->seq, fault);
        join_chain(&c, en);
        if (c.seq == row->ledger_seq) at_row = c;
        step(w);
    }
    if (c.seq < row->ledger_seq)
        return wrong(w, company_id, row->variant_id, c.seq + 1,
                     "the stock row counts this entry, and it is missing");
    if (!check_row(w, row, company_id, &at_row)) return false;
    return !w->verdict->is_clean || check_news(w, row, company_id, &c, e);
}

/* Entries of variants before this one have no stock row, unless it came after we looked. */
static bool check_strays(struct walk *w, int64_t until_variant, struct err *e)
{
    const struct ledger_entry *en;
    for (;;) {
        if (!peek(w, &en, e)) return false;
        if (!en || en->variant_id >= until_variant) return true;
        struct actor system = actor_system(en->company_id);
        struct stock row;
        struct err why = { 0 };
        arena_reset(w->scratch);
        if (!stock_repo_find(w->s->db, w->scratch, &system, en->variant_id, &row, &why)) {
            if (why.kind == ERR_NOT_FOUND)
                return wrong(w, en->company_id, en->variant_id, en->seq,
                             "there is no stock row for this entry");
            *e = why;
            return false;
        }
        step(w);
    }
}

static bool check_page(struct walk *w, const struct stock *rows, const int64_t *company_ids,
                       size_t count, struct err *e)
{
    for (size_t i = 0; i < count && w->verdict->is_clean; i++) {
        if (!check_strays(w, rows[i].variant_id, e)) return false;
        if (!w->verdict->is_clean) return true;
        w->verdict->variants++;
        if (!check_chain(w, &rows[i], company_ids[i], e)) return false;
    }
    return true;
}

static bool walk_all(struct walk *w, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct arena_mark start = arena_mark(a);
    int64_t after = 0;
    size_t count = STOCK_PAGE;
    while (count == STOCK_PAGE && w->verdict->is_clean) {
        struct stock *rows;
        int64_t *company_ids;
        arena_rewind(a, start);
        if (!stock_repo_after(w->s->db, a, after, STOCK_PAGE, &rows, &company_ids, &count, e))
            return false;
        if (!check_page(w, rows, company_ids, count, e)) return false;
        if (count) after = rows[count - 1].variant_id;
    }
    return !w->verdict->is_clean || check_strays(w, INT64_MAX, e);
}

bool ledger_verify(struct service *s, struct ledger_verdict *out, struct err *e)
{
    struct ledger_verdict verdict = { .is_clean = true };
    AUTO(arena) entries = arena_new();
    AUTO(arena) scratch = arena_new();
    struct walk w = { .s = s, .arena = entries, .scratch = scratch, .verdict = &verdict };
    if (!walk_all(&w, e)) return false;
    *out = verdict;
    return true;
}
