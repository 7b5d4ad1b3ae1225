import * as z from 'zod/mini';

// zod probes `new Function` when the first schema is made, which our CSP reports as a violation;
// bundle chunks reorder modules, so whoever needs zod takes it from here.
z.config({ jitless: true });

export { z };
