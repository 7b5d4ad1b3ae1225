import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e8f6f5',
  '#cfe9e7',
  '#9fd3cf',
  '#6bbcb6',
  '#43a8a1',
  '#249a92',
  '#0b7a75',
  '#096761',
  '#06544f',
  '#03403c',
];

/* Mantine draws fields and menus of the dark scheme from these: our surfaces instead of its greys. */
const dark: MantineColorsTuple = [
  '#e6eaee',
  '#b9c3cc',
  '#9aa6b1',
  '#6f7b86',
  '#2a3138',
  '#232a30',
  '#1e252a',
  '#171c20',
  '#101417',
  '#0b0e10',
];

export const theme = createTheme({
  primaryColor: 'bedesten',
  primaryShade: 6, // white on it is AA in both schemes
  colors: { bedesten: teal, dark },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  defaultRadius: 'md',
  radius: { sm: '4px', md: '6px', lg: '10px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.375rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Mantine's own grey is below 4.5 on our surfaces.
    Notification: { styles: { description: { color: 'var(--b-dim)' } } },
    Tooltip: { defaultProps: { openDelay: 300 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Drawer: {
      defaultProps: { transitionProps: { duration: 120 }, overlayProps: { opacity: 0.4 } },
    },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, centered: true } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--b-surface)',
  '--mantine-color-text': 'var(--b-text)',
  '--mantine-color-dimmed': 'var(--b-dim)',
  '--mantine-color-placeholder': 'var(--b-dim)',
  '--mantine-color-default-border': 'var(--b-border)',
  '--mantine-color-error': 'var(--b-bad)',
  '--mantine-color-anchor': 'var(--b-accent)',
};
/* Mantine's variables follow ours (tokens.css). */
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: {
    ...shared,
    '--mantine-color-default': 'var(--b-hover)',
    '--mantine-color-default-hover': 'var(--b-border)',
  },
});
