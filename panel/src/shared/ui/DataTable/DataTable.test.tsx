import { MantineProvider } from '@mantine/core';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestWords } from '../../test/words';
import { setPhone } from '../../test/setup';
import { useSelection } from '../useSelection';
import { DataTable, useTableView, type Column } from '.';

interface Row {
  id: string;
  name: string;
  n: number;
}
const rows: Row[] = Array.from({ length: 500 }, (_, i) => ({
  id: String(i + 1),
  name: `Ürün ${i + 1}`,
  n: i,
}));
const columns: Column<Row>[] = [
  { id: 'name', label: 'Ad', size: 200, cell: (row) => row.name },
  { id: 'n', label: 'Sayı', size: 100, num: true, cell: (row) => row.n },
  { id: 'spare', label: 'Yedek', size: 100, spare: true, cell: () => 'x' },
];

function Table({ onOpen, shown }: { onOpen?: (row: Row) => void; shown?: Row[] }) {
  const selection = useSelection<Row>();
  const view = useTableView('test', columns);
  return (
    <>
      <DataTable
        label="Tablo"
        columns={columns}
        rows={shown ?? rows}
        view={view}
        fetching={false}
        before={50}
        total={100_000}
        rowLabel={(row) => row.name}
        selection={selection}
        onOpen={onOpen}
        card={(row) => <a href="#x">{row.name}</a>}
        empty={<p>Boş</p>}
      />
      <output>{selection.rows.map((row) => row.id).join()}</output>
    </>
  );
}
const show = (props: Parameters<typeof Table>[0] = {}) =>
  render(
    <MantineProvider env="test">
      <Table {...props} />
    </MantineProvider>,
  );

describe('DataTable', () => {
  beforeAll(startTestWords);

  it('draws a window of the rows and tells how many there are', () => {
    show();
    expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '100001');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getAllByRole('row')[1]).toHaveAttribute('aria-rowindex', '52');
    expect(screen.queryByRole('columnheader', { name: 'Yedek' })).not.toBeInTheDocument();
  });

  it('selects by id, a range with Shift, and the whole page', async () => {
    const user = userEvent.setup();
    show();
    const box = (name: string) => screen.getByRole('checkbox', { name });
    await user.click(box('Ürün 2'));
    await user.keyboard('{Shift>}');
    await user.click(box('Ürün 4'));
    await user.keyboard('{/Shift}');
    expect(screen.getByRole('status')).toHaveTextContent('2,3,4');
    const all = box('Bu sayfadakilerin tümünü seç') as HTMLInputElement;
    expect(all.indeterminate).toBe(true);
    await user.click(all);
    expect(screen.getByRole('status').textContent?.split(',')).toHaveLength(500);
  });

  it('moves with j and k, selects with x, opens with Enter', async () => {
    const user = userEvent.setup();
    const onOpen = vi.fn();
    show({ onOpen });
    await user.keyboard('jjkx{Enter}');
    expect(screen.getByRole('status')).toHaveTextContent('1');
    expect(onOpen).toHaveBeenCalledWith(rows[0]);
  });

  it('leaves single letters alone when a person switched them off', async () => {
    localStorage.setItem('letter-keys', 'off');
    const user = userEvent.setup();
    show();
    await user.keyboard('jx');
    expect(screen.getByRole('status')).toHaveTextContent('');
  });

  it('opens a row by a click, but not by a click on its check box', async () => {
    const user = userEvent.setup();
    const onOpen = vi.fn();
    show({ onOpen });
    await user.click(screen.getByRole('checkbox', { name: 'Ürün 3' }));
    expect(onOpen).not.toHaveBeenCalled();
    await user.click(screen.getByText('Ürün 3'));
    expect(onOpen).toHaveBeenCalledWith(rows[2]);
  });

  it('shows cards on a phone, with the same selection', async () => {
    setPhone(true);
    const user = userEvent.setup();
    show({ shown: rows.slice(0, 3) });
    const list = screen.getByRole('list', { name: 'Tablo' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(3);
    await user.click(screen.getByRole('checkbox', { name: 'Ürün 2' }));
    expect(screen.getByRole('status')).toHaveTextContent('2');
  });

  it('says that there is nothing', () => {
    show({ shown: [] });
    expect(screen.getByText('Boş')).toBeInTheDocument();
  });

  it('has no axe violation', async () => {
    const { container } = show();
    const result = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(result.violations.map((violation) => violation.id)).toEqual([]);
  });
});
