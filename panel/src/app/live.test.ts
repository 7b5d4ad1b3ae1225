import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { event } from '../shared/test/fixtures';
import { Refresher } from './live';

describe('Refresher', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  const watch = (client: QueryClient, key: string, queryFn: () => Promise<number>) =>
    new QueryObserver(client, { queryKey: [key, 'list'], queryFn }).subscribe(() => {});

  it('asks again for what an event made old, and for nothing else', async () => {
    const client = new QueryClient();
    const orders = vi.fn(() => Promise.resolve(1));
    const products = vi.fn(() => Promise.resolve(1));
    watch(client, 'orders', orders);
    watch(client, 'products', products);
    await vi.advanceTimersByTimeAsync(10);
    const refresher = new Refresher(client);
    refresher.add([event({ kind: 'order.new' })]);
    await vi.advanceTimersByTimeAsync(10);
    expect(orders).toHaveBeenCalledTimes(2);
    expect(products).toHaveBeenCalledTimes(1);
    refresher.stop();
  });

  it('asks twice a second at most, however many events come', async () => {
    const client = new QueryClient();
    const orders = vi.fn(() => Promise.resolve(1));
    watch(client, 'orders', orders);
    await vi.advanceTimersByTimeAsync(10);
    const refresher = new Refresher(client);
    for (let i = 0; i < 100; i++) {
      refresher.add([event()]);
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(orders.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(orders.mock.calls.length).toBeLessThanOrEqual(7);
    refresher.stop();
  });

  it('does not starve a slow answer, and asks once more after it', async () => {
    const client = new QueryClient();
    let asked = 0;
    watch(client, 'orders', () => new Promise((done) => setTimeout(() => done(++asked), 1200)));
    await vi.advanceTimersByTimeAsync(1300);
    expect(asked).toBe(1);
    const refresher = new Refresher(client);
    for (let i = 0; i < 20; i++) {
      refresher.add([event()]);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked).toBe(2);
    await vi.advanceTimersByTimeAsync(4000);
    expect(asked).toBeGreaterThanOrEqual(3);
    refresher.stop();
  });
});
