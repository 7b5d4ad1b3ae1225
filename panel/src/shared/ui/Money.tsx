import { useFormat, type MoneyValue } from '../lib/format';

/** The only drawer of money. */
export function Money({ value }: { value: MoneyValue | null | undefined }) {
  const format = useFormat();
  if (!value) return <span className="b-dim">–</span>;
  return <bdi className="b-tabular">{format.money(value)}</bdi>;
}

/** A count of pieces. */
export function Count({ n }: { n: number }) {
  const format = useFormat();
  return <bdi className="b-tabular">{format.number(n)}</bdi>;
}
