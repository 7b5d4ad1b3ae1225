import { MantineProvider } from '@mantine/core';
import { notificationsStore } from '@mantine/notifications';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18n from 'i18next';
import type { ReactNode } from 'react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { startTestWords } from '../test/words';
import { JsonView } from './JsonView';
import { SearchBox } from './SearchBox';
import { ErrorPanel } from './states';
import { StatusPill } from './StatusPill';
import { When } from './When';
import { notify, unnotify } from './notify';
import { statusesOf, TONES, type StatusFamily } from './tones';

const show = (node: ReactNode) => render(<MantineProvider env="test">{node}</MantineProvider>);

beforeAll(startTestWords);
beforeEach(() => i18n.changeLanguage('tr'));

describe('StatusPill', () => {
  const families = Object.keys(TONES) as StatusFamily[];
  it.each(families)('has a word for every status of a %s, in both languages', async (of) => {
    for (const lang of ['tr', 'en']) {
      await i18n.changeLanguage(lang);
      for (const status of statusesOf(of)) {
        const { unmount } = show(<StatusPill of={of} status={status as never} />);
        expect(screen.queryByText(`status.${of}.${status}`)).not.toBeInTheDocument();
        unmount();
      }
    }
  });
});

describe('ErrorPanel', () => {
  const problem = (over: Partial<ConstructorParameters<typeof ApiError>[0]>) =>
    new ApiError({ kind: 'conflict', status: 409, request_id: 'req-7', ...over });

  it('says the code in the reader’s words, with what it names', () => {
    show(<ErrorPanel error={problem({ code: 'store.taken', args: { store: 'Anka' } })} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Anka adında bir mağaza zaten var.');
    expect(screen.getByRole('button', { name: /İstek no/ })).toHaveTextContent('req-7');
  });
  it('falls back to the API’s sentence for a code without words', () => {
    show(<ErrorPanel error={problem({ code: 'new.code', detail: 'Something new.' })} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Something new.');
  });
  it('leaves no empty brackets for what was not told', () => {
    show(<ErrorPanel error={problem({ code: 'trendyol.forbidden', args: {} })} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Trendyol izin vermedi. Satıcı');
  });
  it('says who can help when it is forbidden, and offers no retry', () => {
    show(<ErrorPanel error={problem({ kind: 'forbidden', status: 403 })} onRetry={vi.fn()} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Bunun için yetkiniz yok');
    expect(screen.queryByRole('button', { name: 'Yeniden dene' })).not.toBeInTheDocument();
  });
  it('is headed by what could not be done, and writes numbers as the reader does', () => {
    const args = { sku: 'A', seen_quantity: '1057', seen_price: '1239.90', sent_quantity: '60' };
    const error = problem({ code: 'listing.drifted', args: { ...args, sent_price: '240.00' } });
    show(<ErrorPanel error={error} title="Eşlenemedi" />);
    expect(screen.getByRole('alert')).toHaveTextContent(/^Eşlenemedi/);
    expect(screen.getByRole('alert')).toHaveTextContent('1.057 adet ve 1.239,90');
    expect(screen.getByRole('alert')).toHaveTextContent('60 adet ve 240,00');
  });
  it('tries again', async () => {
    const onRetry = vi.fn();
    show(<ErrorPanel error={problem({ kind: 'offline' })} onRetry={onRetry} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Sunucuya ulaşılamıyor');
    await userEvent.click(screen.getByRole('button', { name: 'Yeniden dene' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });
});

describe('toasts', () => {
  const ids = () => notificationsStore.getState().notifications.map(({ id }) => id);
  it('are few: the oldest errors make room', () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) notify({ key, level: 'error', message: key });
    expect(ids()).toEqual(['c', 'd', 'e']);
    for (const key of ['c', 'd', 'e']) unnotify(key);
    expect(ids()).toEqual([]);
  });
  it('leave although the mouse rests on them', () => {
    vi.useFakeTimers();
    notify({ level: 'success', message: 'Kaydedildi' });
    expect(ids()).toHaveLength(1);
    vi.advanceTimersByTime(20_000);
    vi.useRealTimers();
    expect(ids()).toEqual([]);
  });
});

describe('When', () => {
  const soon = () => new Date(Date.now() + 8_000).toISOString();
  it('never puts what has happened ahead of now, whatever the two clocks say', () => {
    show(<When at={soon()} />);
    expect(screen.getByText('az önce')).toBeInTheDocument();
  });
  it('says how long there is to what lies ahead', () => {
    show(<When at={soon()} ahead />);
    expect(screen.getByText(/sonra$/)).toBeInTheDocument();
  });
});

describe('JsonView', () => {
  it('folds and unfolds, and shows the text as it came', async () => {
    const text = '{"items":[{"a":{"deep":1}}],"ok":true}';
    show(<JsonView text={text} label="Gövde" />);
    expect(screen.queryByText('deep:')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /^a:/ }));
    expect(screen.getByText('deep:')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Ham metin' }));
    expect(screen.getByText(text)).toBeInTheDocument();
  });
  it('shows a page that is no JSON as text', () => {
    show(<JsonView text="<html>502</html>" label="Gövde" />);
    expect(screen.getByText('<html>502</html>')).toBeInTheDocument();
  });
  it('draws a long list step by step', async () => {
    show(<JsonView text={JSON.stringify(Array.from({ length: 250 }, (_, i) => i))} label="G" />);
    expect(screen.queryByText('249')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: '150 öğe daha' }));
    await userEvent.click(screen.getByRole('button', { name: '50 öğe daha' }));
    expect(screen.getByText('249')).toBeInTheDocument();
  });
});

describe('SearchBox', () => {
  it('asks once after a pause, and follows a filter cleared elsewhere', async () => {
    const onChange = vi.fn();
    const { rerender } = show(<SearchBox label="Ara" value={undefined} onChange={onChange} />);
    await userEvent.type(screen.getByRole('searchbox'), 'kupa');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledOnce());
    expect(onChange).toHaveBeenCalledWith('kupa');
    const again = (value: string | undefined) =>
      rerender(
        <MantineProvider env="test">
          <SearchBox label="Ara" value={value} onChange={onChange} />
        </MantineProvider>,
      );
    again('kupa');
    again(undefined);
    expect(screen.getByRole('searchbox')).toHaveValue('');
  });
});
