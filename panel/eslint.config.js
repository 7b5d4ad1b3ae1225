import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const only = (from, why) => ({ name: from, message: why });

// The rooms of the panel: app → features → shared, and features never import each other.
const rooms = [
  { group: ['**/app/**'], message: 'features and shared never import app/' },
  {
    regex: '^(\\.\\./){1,2}(apilog|dashboard|listings|orders|products|session|stores)/',
    message: 'features never import each other: what two need lives in shared/',
  },
];
const packages = [
  only('zod', 'zod/mini is what the budgets bear, through shared/lib/z'),
  only('zod/mini', 'import { z } from shared/lib/z: it switches off new Function first (CSP)'),
  only('@tabler/icons-react', 'icons come from shared/ui/icons'),
];

export default tseslint.config(
  { ignores: ['dist', 'src/shared/api/schema.d.ts', 'playwright-report', 'test-results'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      'no-restricted-imports': ['error', { paths: packages }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/features/**/*.{ts,tsx}', 'src/shared/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': ['error', { paths: packages, patterns: rooms }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'calls go through shared/api' }],
    },
  },
  {
    files: ['src/shared/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: packages,
          patterns: [rooms[0], { group: ['**/features/**'], message: 'shared sees no feature' }],
        },
      ],
    },
  },
  {
    files: ['src/shared/lib/z.ts', 'src/shared/ui/icons.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src/shared/api/**', 'src/**/*.test.{ts,tsx}', 'src/shared/test/**'],
    rules: { 'no-restricted-globals': 'off' },
  },
);
