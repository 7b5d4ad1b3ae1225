#include "sandbox/sim_map.h"

#include <stdlib.h>

static uint64_t hash_of(str key)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a, finished by a multiply-shift */
    for (size_t i = 0; i < key.len; i++) h = (h ^ (unsigned char)key.at[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

/* The key's slot, or the free one where it would go. */
static size_t slot_of(const struct sim_map *m, str key, uint64_t hash)
{
    size_t i = hash & (m->room - 1);
    while (m->slots[i].key.at && (m->slots[i].hash != hash || !str_eq(m->slots[i].key, key)))
        i = (i + 1) & (m->room - 1);
    return i;
}

static void grow(struct sim_map *m)
{
    struct sim_map wider = { .room = m->room ? m->room * 2 : 64, .count = m->count };
    wider.slots = calloc(wider.room, sizeof *wider.slots);
    if (!wider.slots) abort();
    for (size_t i = 0; i < m->room; i++)
        if (m->slots[i].key.at)
            wider.slots[slot_of(&wider, m->slots[i].key, m->slots[i].hash)] = m->slots[i];
    free(m->slots);
    *m = wider;
}

void *sim_map_get(const struct sim_map *m, str key)
{
    if (!m->count) return NULL;
    return m->slots[slot_of(m, key, hash_of(key))].value;
}

void sim_map_put(struct sim_map *m, str key, void *value)
{
    if (m->count * 3 >= m->room * 2) grow(m);
    uint64_t hash = hash_of(key);
    struct sim_map_slot *slot = &m->slots[slot_of(m, key, hash)];
    if (!slot->key.at) m->count++;
    *slot = (struct sim_map_slot){ .key = key, .hash = hash, .value = value };
}

void sim_map_drop(struct sim_map *m, str key)
{
    if (!m->count) return;
    size_t mask = m->room - 1, hole = slot_of(m, key, hash_of(key));
    if (!m->slots[hole].key.at) return;
    m->count--;
    for (size_t i = (hole + 1) & mask; m->slots[i].key.at; i = (i + 1) & mask) {
        size_t home = m->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask)) continue; /* may not move before its home */
        m->slots[hole] = m->slots[i];
        hole = i;
    }
    m->slots[hole] = (struct sim_map_slot){ 0 };
}

void sim_map_free(struct sim_map *m)
{
    free(m->slots);
    *m = (struct sim_map){ 0 };
}
