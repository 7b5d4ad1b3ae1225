#include "connector/connector.h"
#include "connector/demo/demo.h"
#include "connector/trendyol/trendyol.h"

const struct connector *const connectors[] = { &trendyol, &demo, NULL };

const struct connector *connector_find(str key)
{
    for (const struct connector *const *c = connectors; *c; c++)
        if (str_eq(str_from((*c)->key), key)) return *c;
    return NULL;
}
