import { Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  sub?: ReactNode;
  /** Stands before the title: the way back. */
  back?: ReactNode;
  actions?: ReactNode;
  /** The page fills the window and its table scrolls, not the window. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, sub, back, actions, fill, children }: PageProps) {
  useDocumentTitle(`${title} · Bedesten`);
  return (
    <div className={fill ? 'b-page b-fill' : 'b-page'}>
      <Group justify="space-between" align="flex-end" gap="sm" mb="md" className="b-page-head">
        <div className="b-page-title">
          {back}
          <Title order={1} tabIndex={-1} data-page-title>
            {title}
          </Title>
          {sub && (
            <Text c="dimmed" fz="sm" component="div">
              {sub}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}

interface CardProps {
  title?: ReactNode;
  actions?: ReactNode;
  /** Content to the edges: a list or a table. */
  flush?: boolean;
  children: ReactNode;
}

export const Card = ({ title, actions, flush, children }: CardProps) => (
  <section className="b-card">
    {title && (
      <header className="b-card-head">
        <Title order={2}>{title}</Title>
        {actions && <Group gap={6}>{actions}</Group>}
      </header>
    )}
    <div className={flush ? undefined : 'b-card-body'}>{children}</div>
  </section>
);
