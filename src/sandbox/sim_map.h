/*
 * sim_map.h: a map from bytes to a pointer, for barcodes, order numbers and ids.
 *
 * Memory   keys are borrowed: they live in what they point to. sim_map_free() ends the table only.
 * Source   ours; linear probing, at most two thirds full, deletion by shifting back.
 */
#ifndef SANDBOX_SIM_MAP_H
#define SANDBOX_SIM_MAP_H

#include "base/str.h"

struct sim_map_slot {
    str key; /* at NULL: free */
    uint64_t hash;
    void *value;
};

struct sim_map {
    struct sim_map_slot *slots;
    size_t count, room; /* room is a power of two */
};

void *sim_map_get(const struct sim_map *m, str key);       /* NULL: missing */
void sim_map_put(struct sim_map *m, str key, void *value); /* replaces key and value */
void sim_map_drop(struct sim_map *m, str key);
void sim_map_free(struct sim_map *m);

/* The bytes of an integer that stays where it is, as a key. */
#define SIM_MAP_ID(lvalue) ((str){ (const char *)&(lvalue), sizeof(lvalue) })

#endif
