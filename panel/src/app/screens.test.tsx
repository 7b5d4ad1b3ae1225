/** screens.test.tsx: every screen in the states it can be in, against fixed replies of the API. */
import { notifications } from '@mantine/notifications';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18n from 'i18next';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryClient } from '../shared/api/query';
import { keepToken } from '../shared/api/token';
import { FakeSocket } from '../shared/test/FakeSocket';
import * as make from '../shared/test/fixtures';
import { refuse, serve, type Asked } from '../shared/test/server';
import { startWords } from './i18n';
import { Providers } from './providers';
import { makeRouter } from './router';

type Routes = Record<string, (asked: Asked) => unknown>;

const LONG =
  'İçişleri Bakanlığı onaylı, çift kişilik, pamuklu, kırışmayan, ütü gerektirmeyen nevresim takımı';

const quiet: Routes = {
  'POST /session/refresh': () => make.session(),
  'POST /session/ticket': () => ({ ticket: 't' }),
  'GET /overview': () => make.overview(),
  'GET /events': () => make.page([make.event()]),
  'GET /marketplaces': () => ({ items: [make.marketplace()] }),
  'GET /stores': () => make.page([make.store()]),
  'GET /stores/1': () => make.storeDetail(),
  'GET /orders': () => make.page([make.order()]),
  'GET /orders/count': () => ({ n: 1, exact: true }),
  'GET /orders/21': () => make.orderDetail(),
  'GET /listings': () => make.page([make.listing()]),
  'GET /listings/count': () => ({ n: 12_480, exact: true }),
  'GET /listings/11': () => make.listing(),
  'GET /listings/11/explain': () => ({
    listing_id: '11',
    quantity: 4,
    steps: [
      { name: 'available', change: 0, result: 6 },
      { name: 'safety_stock', change: -2, result: 4 },
      { name: 'publishable', change: 0, result: 4 },
    ],
  }),
  'GET /products': () => make.page([make.product()]),
  'GET /products/7': () => make.product(),
  'GET /calls': () => make.page([make.call()]),
  'GET /calls/51': () => make.callDetail(),
  'GET /jobs': () => make.page([make.job({ state: 'dead', reason: make.reason('db.busy') })]),
};

function open(path: string, routes: Routes = {}) {
  const server = serve({ ...quiet, ...routes });
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  render(
    <Providers>
      <RouterProvider router={router as never} />
    </Providers>,
  );
  return { ...server, router, user: userEvent.setup() };
}
const title = (name: string | RegExp) => screen.findByRole('heading', { level: 1, name });

beforeAll(startWords);
beforeEach(async () => {
  notifications.clean();
  keepToken(null);
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  FakeSocket.install();
  await i18n.changeLanguage('tr');
});

const LISTS = [
  {
    path: '/orders',
    route: 'GET /orders',
    title: 'Siparişler',
    empty: 'Henüz sipariş yok',
    row: '1075012345',
  },
  {
    path: '/listings',
    route: 'GET /listings',
    title: 'İlanlar',
    empty: 'Henüz ilan yok',
    row: 'BDS-0007',
  },
  {
    path: '/products',
    route: 'GET /products',
    title: 'Ürünler',
    empty: 'Henüz ürün yok',
    row: 'El Yapımı Seramik Kupa',
  },
  {
    path: '/stores',
    route: 'GET /stores',
    title: 'Mağazalar',
    empty: 'Henüz bağlı mağaza yok',
    row: 'Anka Trendyol',
  },
  {
    path: '/calls',
    route: 'GET /calls',
    title: 'API çağrıları',
    empty: 'Henüz istek gönderilmedi',
    row: /price-and-inventory/,
  },
  {
    path: '/jobs',
    route: 'GET /jobs',
    title: 'İşler',
    empty: 'Henüz iş yok',
    row: 'Bağlantı denemesi',
  },
];

describe.each(LISTS)('$path', ({ path, route, title: name, empty, row }) => {
  it('shows its rows', async () => {
    open(path);
    await title(name);
    expect((await screen.findAllByText(row)).length).toBeGreaterThan(0);
  });
  it('shows the shape of what comes while it waits', async () => {
    const { container } = { container: document.body };
    open(path, { [route]: () => new Promise(() => {}) });
    await title(name);
    await waitFor(() =>
      expect(container.querySelector('.mantine-Skeleton-root, [role=status]')).toBeTruthy(),
    );
  });
  it('says what is missing when there is nothing yet', async () => {
    open(path, { [route]: () => make.page([]) });
    expect(await screen.findByText(empty)).toBeInTheDocument();
  });
  it('says what went wrong, and asks again', async () => {
    const server = open(path, { [route]: () => refuse(503, 'unavailable', 'db.busy') });
    expect(await screen.findByText(/Veritabanı meşgul/)).toBeInTheDocument();
    server.route(route, quiet[route]!);
    await server.user.click(screen.getAllByRole('button', { name: 'Yeniden dene' })[0]!);
    expect((await screen.findAllByText(row)).length).toBeGreaterThan(0);
  });
  it('says who can help when it is forbidden', async () => {
    open(path, { [route]: () => refuse(403, 'forbidden', 'right.missing') });
    expect(await screen.findByText('Bunun için yetkiniz yok')).toBeInTheDocument();
  });
  it('speaks English after the switch', async () => {
    const { user } = open(path);
    await title(name);
    await user.click(screen.getByRole('button', { name: 'Dil: EN' }));
    await waitFor(() => expect(screen.queryByRole('heading', { level: 1, name })).toBeNull());
    expect(document.documentElement.lang).toBe('en');
    expect(localStorage.getItem('lang')).toBe('en');
    await user.click(screen.getByRole('button', { name: 'Language: TR' }));
  });
});

describe('sign-in', () => {
  const none = { 'POST /session/refresh': () => refuse(401, 'signed_out', 'session.needed') };

  it('is asked for first, and leads to where one wanted to go', async () => {
    const server = open('/orders?status=NEW', {
      ...none,
      'POST /session': ({ body }) =>
        (body as { password: string }).password === 'right'
          ? make.session()
          : refuse(401, 'signed_out', 'session.wrong'),
    });
    await title('Oturum açın');
    const { user } = server;
    await user.type(screen.getByLabelText('E-posta'), 'deniz@example.test');
    await user.type(screen.getByLabelText('Parola'), 'wrong{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('E-posta veya parola yanlış.');
    await user.clear(screen.getByLabelText('Parola'));
    await user.type(screen.getByLabelText('Parola'), 'right{Enter}');
    await title('Siparişler');
    expect(server.of('GET', '/orders').at(-1)?.query).toMatchObject({ status: 'NEW' });
  });
  it('says what is missing before it asks', async () => {
    const server = open('/login', none);
    await server.user.click(await screen.findByRole('button', { name: 'Oturum aç' }));
    expect(await screen.findByText('Geçerli bir e-posta adresi yazın')).toBeInTheDocument();
    expect(server.of('POST', '/session')).toHaveLength(0);
  });
  it('never leads to another site', async () => {
    const { router } = open('/login?next=//evil.test', none);
    await title('Oturum açın');
    expect(router.state.location.search).toEqual({});
  });
});

describe('overview', () => {
  it('says first what needs a person, in words, with the way to mend it', async () => {
    open('/');
    expect(
      await screen.findByText(/1075012345 siparişi için BDS-0007 stoku yetmiyor/),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Siparişi aç' })).toHaveAttribute('href', '/orders/21');
    expect(screen.getByText('₺18.423,50')).toBeInTheDocument();
    expect(screen.getByText('Tükendi')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '2 iş durdu' })).toHaveAttribute(
      'href',
      '/jobs?state=dead',
    );
  });
  it('is calm when all is well', async () => {
    open('/', { 'GET /overview': () => make.overview({ open_faults: [], low_stock: [] }) });
    expect(await screen.findByText(/Her şey yolunda/)).toBeInTheDocument();
  });
  it('says when there are more faults than it holds', async () => {
    const many = Array.from({ length: 20 }, (_, i) => make.fault({ id: String(100 + i) }));
    open('/', {
      'GET /overview': () => make.overview({ open_faults: many }),
      'GET /faults': () => make.page(many, 'c2'),
    });
    expect(await screen.findByText('İlgi bekleyen 20+ konu')).toBeInTheDocument();
  });
  it('tells of a few faults at a time, with their store, and closes what has closed', async () => {
    open('/');
    await waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    await screen.findAllByText('Anka Trendyol');
    FakeSocket.last.onopen?.();
    const fault = (seq: number, subject_id: string, kind: 'fault.opened' | 'fault.closed') =>
      make.event({ seq: String(seq), kind, subject_id, data: { kind: 'store.trouble' } });
    for (let i = 1; i <= 6; i++) FakeSocket.last.say(fault(200 + i, String(i), 'fault.opened'));
    const toasts = () => document.querySelectorAll('.mantine-Notification-root');
    await waitFor(() => expect(toasts()).toHaveLength(2));
    expect(toasts()[0]).toHaveTextContent('Anka Trendyol: Bir mağazada sorun var');
    for (let i = 1; i <= 6; i++) FakeSocket.last.say(fault(300 + i, String(i), 'fault.closed'));
    await waitFor(() => expect(toasts()).toHaveLength(0));
  });
  it('leads a newcomer to the first store', async () => {
    open('/', { 'GET /overview': () => make.overview({ stores: [] }) });
    expect(await screen.findByRole('link', { name: 'İlk mağazanı bağla' })).toHaveAttribute(
      'href',
      '/stores/new',
    );
  });
  it('reads an order again that could not be read', async () => {
    const server = open('/', {
      'GET /overview': () =>
        make.overview({
          open_faults: [make.fault({ kind: 'order.raw', code: 'order.raw', subject_id: '5' })],
        }),
      'POST /orders/raw/5/retry': () => undefined,
    });
    await server.user.click(await screen.findByRole('button', { name: 'Yeniden oku' }));
    await waitFor(() => expect(server.of('POST', '/orders/raw/5/retry')).toHaveLength(1));
  });
  it('closes what a person has seen to', async () => {
    const server = open('/', { 'POST /faults/61/close': () => undefined });
    await server.user.click(await screen.findByRole('button', { name: 'Gördüm, kapat' }));
    await waitFor(() => expect(server.of('POST', '/faults/61/close')).toHaveLength(1));
  });
  it('moves when a live event says so, and tells of a new order', async () => {
    let orders = 34;
    open('/', { 'GET /overview': () => make.overview({ orders }) });
    await screen.findByText('34');
    await waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    FakeSocket.last.onopen?.();
    expect(await screen.findByText('Canlı')).toBeInTheDocument();
    orders = 35;
    FakeSocket.last.say(make.event({ seq: '101', data: { number: '1075099999' } }));
    expect(await screen.findByText('35')).toBeInTheDocument();
    expect(await screen.findByText('1 yeni sipariş')).toBeInTheDocument();
    expect(screen.getByText('1075099999')).toBeInTheDocument();
  });
});

describe('the menu', () => {
  it('has only what the role may see', async () => {
    open('/orders', {
      'POST /session/refresh': () => make.session({ role: 'supplier', rights: ['see'] }),
    });
    await title('Siparişler');
    const nav = screen.getByRole('navigation', { name: 'Ana gezinme' });
    expect(within(nav).getByRole('link', { name: 'İlanlar' })).toBeInTheDocument();
    expect(within(nav).queryByRole('link', { name: 'API çağrıları' })).not.toBeInTheDocument();
  });
  it('goes by g and a letter, and finds İlanlar for "ilan" in the palette', async () => {
    const { user } = open('/orders');
    await title('Siparişler');
    await user.keyboard('gp');
    await title('Ürünler');
    await user.click(screen.getByRole('button', { name: /Ara veya komut/ }));
    await user.type(await screen.findByPlaceholderText(/Ara veya komut/), 'ilan');
    await user.keyboard('{Enter}');
    await title('İlanlar');
  });
  it('shows the keys for ?', async () => {
    const { user } = open('/orders');
    await title('Siparişler');
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Klavye kısayolları' })).toBeInTheDocument();
  });
});

describe('orders', () => {
  it('asks for the filter of the URL, and pages by cursor there and back', async () => {
    const server = open('/orders?attention=1&q=1075', {
      'GET /orders': ({ query }) =>
        query.cursor
          ? make.page([make.order({ id: '22', number: '1075000002' })])
          : make.page([make.order()], 'c2'),
    });
    await screen.findByText('1075012345');
    expect(server.of('GET', '/orders')[0]!.query).toMatchObject({
      attention: 'true',
      q: '1075',
      limit: '50',
    });
    await server.user.click(screen.getByRole('button', { name: 'Sonraki sayfa' }));
    await screen.findByText('1075000002');
    expect(screen.getByTestId('range')).toHaveTextContent('2–2 / 1');
    await server.user.click(screen.getByRole('button', { name: 'Önceki sayfa' }));
    await screen.findByText('1075012345');
  });
  it('tells an empty filter from no orders at all', async () => {
    const { user, router } = open('/orders?status=HELD', { 'GET /orders': () => make.page([]) });
    expect(await screen.findByText('Bu filtreye uyan sipariş yok')).toBeInTheDocument();
    await user.click(screen.getAllByRole('button', { name: 'Filtreleri temizle' })[0]!);
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });
  it('shows the time line with the request behind a step, and kinds it does not know', async () => {
    open('/orders/21');
    expect(await screen.findByText('Alındı')).toBeInTheDocument();
    expect(screen.getByText('BDS-0007 · 2 adet')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'İstek' })).toHaveAttribute('href', '/calls?id=51');
    expect(screen.getByText('a_kind_of_tomorrow')).toBeInTheDocument();
  });
  it('maps an unmapped line to one of our SKUs', async () => {
    const line = make.line({
      sku: null,
      variant_id: null,
      listing_id: null,
      unmapped: true,
      taken: 0,
      remote_sku: 'X-1',
    });
    const server = open('/orders/21', {
      'GET /orders/21': () => make.orderDetail({ unmapped: true }, [line]),
      'GET /listings': () => make.page([]),
      'POST /listings': () => make.listing(),
    });
    await server.user.click(await screen.findByRole('button', { name: 'SKU ile eşle' }));
    const dialog = await screen.findByRole('dialog');
    await server.user.type(within(dialog).getByLabelText('Bizdeki SKU'), 'kupa');
    await server.user.click(await screen.findByRole('option', { name: /BDS-0007/, hidden: true }));
    await server.user.click(within(dialog).getByRole('button', { name: 'Eşle' }));
    await waitFor(() =>
      expect(server.of('POST', '/listings')[0]?.body).toEqual({
        store_id: '1',
        sku: 'BDS-0007',
        remote_sku: 'X-1',
      }),
    );
    expect(server.of('POST', '/listings')[0]!.headers.get('Idempotency-Key')).toBeTruthy();
  });
  it('marks what is mapped at the store already, and says what to do when mapping is refused', async () => {
    const line = make.line({ sku: null, variant_id: null, unmapped: true, remote_sku: 'X-1' });
    const free = make.variant({ id: '71', sku: 'BDS-0071' });
    const server = open('/orders/21', {
      'GET /orders/21': () => make.orderDetail({ unmapped: true }, [line]),
      'GET /products': () => make.page([make.product({ variants: [make.variant(), free] })]),
      'POST /listings': () => refuse(409, 'conflict', 'listing.taken', { sku: 'X-1' }),
    });
    const { user } = server;
    await user.click(await screen.findByRole('button', { name: 'SKU ile eşle' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Bizdeki SKU'), 'kupa');
    expect(
      await screen.findByRole('option', { name: /BDS-0007.*zaten eşlenmiş/, hidden: true }),
    ).toHaveAttribute('data-combobox-disabled');
    await user.click(screen.getByRole('option', { name: /BDS-0071/, hidden: true }));
    await user.click(within(dialog).getByRole('button', { name: 'Eşle' }));
    const alert = await within(dialog).findByRole('alert');
    expect(alert).toHaveTextContent('Eşlenemedi');
    expect(alert).toHaveTextContent('Başka bir ürün seçin ya da yeni bir ürün ekleyin');
    expect(alert).not.toHaveTextContent('alınamadı');
  });
  it('says what failed in a sentence, and nothing by our own names', async () => {
    const detail = make.orderDetail();
    detail.timeline = [
      {
        at: '2026-11-22T07:02:00Z',
        kind: 'action_failed',
        detail: { order_id: '21', package_id: '41', code: 'new.code', message: 'Not today.' },
        user_id: null,
        call_id: null,
      },
    ];
    open('/orders/21', { 'GET /orders/21': () => detail });
    expect(await screen.findByText('Not today.')).toBeInTheDocument();
    expect(screen.queryByText(/order_id|package_id|new\.code/)).not.toBeInTheDocument();
  });
  it('acknowledges, and tells what the marketplace said', async () => {
    const server = open('/orders/21', {
      'POST /orders/21/actions': () => ({ job: make.job({ id: '77' }) }),
      'GET /jobs/77': () =>
        make.job({ id: '77', state: 'dead', reason: make.reason('trendyol.package_state') }),
    });
    await server.user.click(await screen.findByRole('button', { name: 'Onayla' }));
    expect(await screen.findByText('Pazaryeri kabul etmedi')).toBeInTheDocument();
    expect(screen.getByText(/Paketin Trendyol’daki durumu/)).toBeInTheDocument();
  });
  it('survives a very long name', async () => {
    open('/orders/21', {
      'GET /orders/21': () => make.orderDetail({}, [make.line({ title: LONG })]),
    });
    expect(await screen.findByText(LONG)).toBeInTheDocument();
  });
});

describe('listings', () => {
  it('explains a refused listing and sends it again', async () => {
    const refused = make.listing({
      sync: 'refused',
      title: LONG,
      reason: make.reason('trendyol.item_refused', { said: 'Fiyat yanlış' }),
    });
    const server = open('/listings?id=11', {
      'GET /listings/11': () => refused,
      'POST /listings/11/retry': () => make.listing({ sync: 'waiting' }),
    });
    const panel = await screen.findByRole('dialog');
    expect(
      await within(panel).findByText(/Trendyol bu ilanı reddetti: Fiyat yanlış/),
    ).toBeInTheDocument();
    expect(await within(panel).findByText('Güvenlik stoku')).toBeInTheDocument();
    await server.user.click(within(panel).getByRole('button', { name: 'Yeniden gönder' }));
    await waitFor(() => expect(server.of('POST', '/listings/11/retry')).toHaveLength(1));
  });
  it('shows the marketplace’s own words beside a refused listing', async () => {
    const refused = make.listing({
      sync: 'refused',
      reason: { ...make.reason('trendyol.item_refused'), message: 'Fiyat çok düşük' },
    });
    open('/listings?id=11', {
      'GET /listings': () => make.page([refused]),
      'GET /listings/11': () => refused,
    });
    const panel = await screen.findByRole('dialog');
    expect(await within(panel).findByText('Fiyat çok düşük')).toBeInTheDocument();
    expect(within(panel).queryByText('trendyol.item_refused')).not.toBeInTheDocument();
    expect(screen.getByTitle('Fiyat çok düşük')).toHaveTextContent('Reddedildi');
  });
  it('sends a corrected stock under a new key', async () => {
    const wrong = refuse(400, 'invalid', 'stock.amount');
    wrong.problem.field = 'edits.0.set';
    const server = open('/listings?id=11', {
      'POST /stock/edits': ({ body }) => {
        const { edits } = body as { edits: { set: number }[] };
        return edits[0]!.set > 10 ? wrong : { dry_run: false, done: 1, failed: 0, results: [] };
      },
    });
    const { user } = server;
    await user.click(await screen.findByRole('button', { name: 'Stok değiştir' }));
    const field = await screen.findByLabelText('Yeni stok (adet)');
    await user.type(field, '99');
    await user.click(screen.getByRole('button', { name: '1 SKU için uygula' }));
    expect(await screen.findByText(/Adet anlaşılamadı/)).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, '9');
    expect(screen.queryByText(/Adet anlaşılamadı/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: '1 SKU için uygula' }));
    expect(await screen.findByText('1 SKU için stok değişti')).toBeInTheDocument();
    const keys = server.of('POST', '/stock/edits').map((one) => one.headers.get('Idempotency-Key'));
    expect(new Set(keys).size).toBe(2);
  });
  it('tries a bulk stock edit before it does it, and says why a row cannot', async () => {
    const server = open('/listings', {
      'GET /listings': () =>
        make.page([make.listing(), make.listing({ id: '12', sku: 'BDS-0008' })]),
      'POST /stock/edits': ({ body }) => {
        const { dry_run } = body as { dry_run: boolean };
        return {
          dry_run,
          done: 1,
          failed: 1,
          results: [
            { sku: 'BDS-0007', variant_id: '70', before: 4, after: 1, error: null },
            {
              sku: 'BDS-0008',
              variant_id: '80',
              before: 2,
              after: 2,
              error: make.reason('stock.short', { available: '2' }),
            },
          ],
        };
      },
    });
    const { user } = server;
    await screen.findByText('BDS-0008');
    await user.click(screen.getByRole('checkbox', { name: 'Bu sayfadakilerin tümünü seç' }));
    await user.click(screen.getByRole('button', { name: 'Stok değiştir' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText(/Eklenecek adet/), '-3');
    await user.click(within(dialog).getByRole('button', { name: 'Önce dene' }));
    expect(await within(dialog).findByText(/Henüz hiçbir şey değişmedi/)).toBeInTheDocument();
    expect(within(dialog).getByText('Stok yetmiyor: yalnız 2 adet var.')).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: '1 SKU için uygula' }));
    expect(
      await within(dialog).findByText('1 satır değişti, 1 satır değişmedi.'),
    ).toBeInTheDocument();
    const bodies = server.of('POST', '/stock/edits').map((one) => one.body);
    expect(bodies).toEqual([
      {
        dry_run: true,
        edits: [
          { sku: 'BDS-0007', add: -3 },
          { sku: 'BDS-0008', add: -3 },
        ],
      },
      {
        dry_run: false,
        edits: [
          { sku: 'BDS-0007', add: -3 },
          { sku: 'BDS-0008', add: -3 },
        ],
      },
    ]);
  });
  it('offers no change to who may not make one', async () => {
    open('/listings', { 'POST /session/refresh': () => make.session({ rights: ['see'] }) });
    await screen.findByText('BDS-0007');
    expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
  });
});

describe('stores', () => {
  const checked = (ok: boolean) =>
    make.job({
      state: 'done',
      result: {
        ok,
        steps: [
          { name: 'settings', ok: true, detail: 'seller 2738' },
          { name: 'address_list', ok, detail: ok ? '3 addresses' : 'Trendyol answered 401' },
        ],
        reason: ok ? null : { ...make.reason('trendyol.credentials'), kind: 'credentials' },
      },
    });

  it('are connected step by step: a wrong key is mended, not made again', async () => {
    let right = false;
    const server = open('/stores/new', {
      'POST /stores': () => ({ store: make.store(), check_job: make.job() }),
      'PATCH /stores/1': () => make.storeDetail(),
      'POST /stores/1/check': () => ({ job: make.job({ id: '10' }) }),
      'GET /jobs/9': () => checked(right),
      'GET /jobs/10': () => ({ ...checked(right), id: '10' }),
    });
    const { user } = server;
    await user.click(await screen.findByRole('button', { name: 'Devam' }));
    await user.click(screen.getByRole('button', { name: 'Bağla ve dene' }));
    expect(screen.getAllByText('Bu alan gerekli')).toHaveLength(3);
    expect(server.of('POST', '/stores')).toHaveLength(0);
    await user.type(screen.getByLabelText(/Mağaza adı/), 'Anka Trendyol');
    await user.type(screen.getByLabelText(/Satıcı no/), '2738');
    await user.type(screen.getByLabelText(/^API secret/, { selector: 'input' }), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Bağla ve dene' }));

    expect(await screen.findByText('Trendyol answered 401')).toBeInTheDocument();
    expect(screen.getByRole('alert')).toHaveTextContent('Trendyol anahtarları kabul etmedi');
    expect(screen.getByRole('button', { name: 'Devam' })).toBeDisabled();

    right = true;
    await user.click(screen.getByRole('button', { name: 'Bilgileri düzelt' }));
    await user.type(screen.getByLabelText(/^API secret/, { selector: 'input' }), 'right');
    await user.click(screen.getByRole('button', { name: 'Bağla ve dene' }));
    expect(await screen.findByText('3 addresses')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Devam' }));
    expect(await screen.findByText('Anka Trendyol bağlandı')).toBeInTheDocument();
    expect(server.of('POST', '/stores')).toHaveLength(1);
    expect(server.of('POST', '/stores')[0]!.body).toMatchObject({
      marketplace: 'trendyol',
      settings: { seller_id: '2738', api_secret: 'wrong' },
    });
  });
  it('say before and after that matching listings get our stock and prices at once', async () => {
    const { user } = open('/stores/new', {
      'POST /stores': () => ({ store: make.store(), check_job: make.job() }),
      'GET /jobs/9': () => checked(true),
    });
    await user.click(await screen.findByRole('button', { name: 'Devam' }));
    expect(screen.getByText(/Eşleşmeyen ilanlara dokunulmaz/)).toBeInTheDocument();
    await user.type(screen.getByLabelText(/Mağaza adı/), 'Anka Trendyol');
    await user.type(screen.getByLabelText(/Satıcı no/), '2738');
    await user.type(screen.getByLabelText(/^API secret/, { selector: 'input' }), 'right');
    await user.click(screen.getByRole('button', { name: 'Bağla ve dene' }));
    await screen.findByText('3 addresses');
    await user.click(screen.getByRole('button', { name: 'Devam' }));
    expect(await screen.findByText(/şimdi pazaryerine gönderiliyor/)).toBeInTheDocument();
  });
  it('show what is wrong with a setting at its field', async () => {
    const wrong = refuse(400, 'invalid', 'setting.digits');
    Object.assign(wrong.problem, { field: 'settings.seller_id', detail: 'must be digits' });
    const { user } = open('/stores/new', { 'POST /stores': () => wrong });
    await user.click(await screen.findByRole('button', { name: 'Devam' }));
    await user.type(screen.getByLabelText(/Mağaza adı/), 'Anka Trendyol');
    await user.type(screen.getByLabelText(/Satıcı no/), 'abc');
    await user.type(screen.getByLabelText(/^API secret/, { selector: 'input' }), 'right');
    await user.click(screen.getByRole('button', { name: 'Bağla ve dene' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(/^must be digits$/);
    expect(screen.getByLabelText(/Satıcı no/)).toBeInvalid();
  });
  it('offer the demo marketplace to developers only', async () => {
    const demo = { ...make.marketplace(), key: 'demo', title: 'Demo Pazar' };
    const routes = { 'GET /marketplaces': () => ({ items: [demo, make.marketplace()] }) };
    open('/stores/new', {
      ...routes,
      'POST /session/refresh': () => make.session({ environment: 'production' }),
    });
    expect(await screen.findByRole('radio', { name: /Trendyol/ })).toBeChecked();
    expect(screen.queryByRole('radio', { name: /Demo Pazar/ })).not.toBeInTheDocument();
  });
  it('name the store that is paused or disconnected', async () => {
    const reason = make.reason('store.credentials');
    open('/stores/1', {
      'GET /stores/1': () => make.storeDetail({ state: 'disconnected', reason }),
    });
    expect(
      await screen.findByText('Anka Trendyol mağazasının bağlantısı koptu'),
    ).toBeInTheDocument();
    expect(screen.getByText(/^Anka Trendyol mağazasının anahtarları/)).toBeInTheDocument();
    expect(await screen.findByText('Satıcı no')).toBeInTheDocument();
  });
  it('are paused without an alarm', async () => {
    const reason = make.reason('store.paused');
    open('/stores/1', { 'GET /stores/1': () => make.storeDetail({ state: 'paused', reason }) });
    const notice = (await screen.findByText(/Bir kişi duraklattı/)).closest('.b-notice');
    expect(notice).toHaveAttribute('data-tone', 'info');
  });
  it('are paused only after saying what that stops', async () => {
    const server = open('/stores/1', {
      'POST /stores/1/pause': () => make.storeDetail({ state: 'paused' }),
    });
    await server.user.click(await screen.findByRole('button', { name: 'Duraklat' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/Sipariş alınmaz/)).toBeInTheDocument();
    expect(server.of('POST', '/stores/1/pause')).toHaveLength(0);
    await server.user.click(within(dialog).getByRole('button', { name: 'Duraklat' }));
    await waitFor(() => expect(server.of('POST', '/stores/1/pause')).toHaveLength(1));
  });
  it('run a schedule at once', async () => {
    const server = open('/stores/1', { 'POST /stores/1/schedules/orders/run': () => undefined });
    await server.user.click(
      await screen.findByRole('button', { name: 'Şimdi çalıştır: Siparişleri al' }),
    );
    await waitFor(() =>
      expect(server.of('POST', '/stores/1/schedules/orders/run')).toHaveLength(1),
    );
    expect(screen.getByRole('meter', { name: 'Sipariş listesi' })).toHaveAttribute(
      'aria-valuenow',
      '340',
    );
  });
  it('keep a secret that is not typed anew', async () => {
    const server = open('/stores/1', { 'PATCH /stores/1': () => make.storeDetail() });
    await server.user.click(await screen.findByRole('button', { name: 'Ayarlar' }));
    await server.user.click(await screen.findByRole('button', { name: 'Kaydet' }));
    await waitFor(() =>
      expect(server.of('PATCH', '/stores/1')[0]?.body).toEqual({
        name: 'Anka Trendyol',
        base_url: '',
        test_mode: false,
        settings: { seller_id: '2738' },
      }),
    );
  });
});

describe('products', () => {
  it('are made with variants; a comma is a point to the API', async () => {
    const server = open('/products/new', { 'POST /products': () => make.product() });
    const { user } = server;
    await user.click(await screen.findByRole('button', { name: 'Ürünü ekle' }));
    expect(await screen.findAllByText('Bu alan gerekli')).toHaveLength(2);
    await user.type(screen.getByLabelText(/Ürün adı/), 'Kupa');
    await user.type(screen.getByLabelText(/^SKU/), 'K-1');
    await user.type(screen.getByLabelText(/Satış fiyatı/), '199,90');
    await user.click(screen.getByRole('button', { name: 'Ürünü ekle' }));
    await title('El Yapımı Seramik Kupa');
    expect(server.of('POST', '/products')[0]!.body).toMatchObject({
      title: 'Kupa',
      vat_percent: '20',
      variants: [
        { sku: 'K-1', price: { amount: '199.90', currency: 'TRY' }, cost: null, initial_stock: 0 },
      ],
    });
  });
  it('say which SKU is taken', async () => {
    const server = open('/products/7', {
      'PUT /products/7': () => refuse(409, 'conflict', 'sku.taken', { sku: 'BDS-0001' }),
    });
    const field = await screen.findByLabelText(/^SKU/);
    await server.user.clear(field);
    await server.user.type(field, 'BDS-0001');
    await server.user.click(screen.getByRole('button', { name: 'Kaydet' }));
    expect(await screen.findByText('BDS-0001 başka bir varyantın SKU’su.')).toBeInTheDocument();
  });
});

describe('API calls', () => {
  it('show request and answer, and stand still while one is read', async () => {
    const server = open('/calls');
    await server.user.click(await screen.findByText(/price-and-inventory/));
    const panel = await screen.findByRole('dialog');
    expect(await within(panel).findByText('<html>502</html>')).toBeInTheDocument();
    expect(within(panel).getByText('Stok ve fiyat gönder')).toBeInTheDocument();
    await server.user.click(within(panel).getByText('1 başlık'));
    expect(within(panel).getByText('Basic ••••')).toBeInTheDocument();
    const before = server.of('GET', '/calls').length;
    await queryClient.invalidateQueries({ queryKey: ['calls'] });
    expect(server.of('GET', '/calls')).toHaveLength(before);
  });
  it('hide a body that may tell of buyers from who may not see them', async () => {
    const hidden = { headers: [], body: '', truncated: false, hidden: true };
    open('/calls?id=51', { 'GET /calls/51': () => ({ ...make.callDetail(), reply: hidden }) });
    expect(await screen.findByText(/Gövdede alıcı bilgisi olabilir/)).toBeInTheDocument();
  });
  it('run a dead job again', async () => {
    const server = open('/jobs', { 'POST /jobs/9/retry': () => make.job({ state: 'waiting' }) });
    await server.user.click(await screen.findByRole('button', { name: 'Şimdi dene' }));
    await waitFor(() => expect(server.of('POST', '/jobs/9/retry')).toHaveLength(1));
  });
});

it('says so when there is no such page', async () => {
  open('/nowhere');
  expect(await screen.findByText('Böyle bir sayfa yok')).toBeInTheDocument();
});
