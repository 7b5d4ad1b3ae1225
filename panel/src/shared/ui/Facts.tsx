import type { ReactNode } from 'react';

/** Names and what they are: a definition list in two columns. */
export const Facts = ({ items }: { items: (readonly [string, ReactNode] | false | null)[] }) => (
  <dl className="b-facts">
    {items.map(
      (item) =>
        item && (
          <div key={item[0]}>
            <dt>{item[0]}</dt>
            <dd>{item[1]}</dd>
          </div>
        ),
    )}
  </dl>
);
