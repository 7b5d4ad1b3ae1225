import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where the binary listens while developing; `bedesten serve` elsewhere: BEDESTEN_URL=http://…
const server = process.env.BEDESTEN_URL ?? 'http://127.0.0.1:8080';

// What every screen needs, in one long-lived chunk that changes only with its versions.
const frame =
  /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](react-router|router-core|history|react-query|query-core|react-store|store)|i18next|react-i18next|use-sync-external-store)[\\/]/;

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true, // read by scripts/budgets.mjs, removed by scripts/precompress.mjs
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'frame', test: frame, priority: 10 }] } },
    },
  },
  server: { proxy: { '/api': { target: server, ws: true } } },
  test: {
    environment: 'jsdom',
    env: { TZ: 'Europe/Istanbul' },
    setupFiles: ['./src/shared/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
  },
});
