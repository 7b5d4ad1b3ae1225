import { beforeEach, describe, expect, it, vi } from 'vitest';
import { event } from '../test/fixtures';
import { FakeSocket } from '../test/FakeSocket';
import { Live, waitBefore, type LiveOptions } from './live';

const open = (options: Partial<LiveOptions> = {}) => {
  const heard = { onEvents: vi.fn(), onReset: vi.fn(), onState: vi.fn() };
  const live = new Live({
    ticket: () => Promise.resolve('t1'),
    open: (ticket) => new WebSocket(`ws://test/live?ticket=${ticket}`),
    ...heard,
    ...options,
  });
  return { live, ...heard };
};
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('Live', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.install();
  });

  it('asks from now on at first, and everything shown again', async () => {
    const { live, onReset, onState } = open();
    live.start();
    await settle();
    FakeSocket.last.onopen?.();
    expect(FakeSocket.last.url).toContain('ticket=t1');
    expect(FakeSocket.last.sent).toEqual([{ resume: null }]);
    expect(onReset).toHaveBeenCalledOnce();
    expect(onState.mock.calls.flat()).toEqual(['connecting', 'live']);
    live.stop();
  });

  it('gives events together, and resumes after the last one it saw', async () => {
    const { live, onEvents, onReset, onState } = open();
    live.start();
    await settle();
    FakeSocket.last.onopen?.();
    FakeSocket.last.say(event({ seq: '9' }));
    FakeSocket.last.say(event({ seq: '10' }));
    expect(onEvents).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(onEvents.mock.calls[0]![0].map((e: { seq: string }) => e.seq)).toEqual(['9', '10']);

    FakeSocket.last.close();
    expect(onState).toHaveBeenLastCalledWith('lost');
    await vi.advanceTimersByTimeAsync(500);
    FakeSocket.last.onopen?.();
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.sent).toEqual([{ resume: '10' }]);
    expect(onReset).toHaveBeenCalledOnce();
    live.stop();
  });

  it('asks everything again when too much was missed', async () => {
    const { live, onReset } = open();
    live.start();
    await settle();
    FakeSocket.last.onopen?.();
    FakeSocket.last.say({ reset: true, seq: '500' });
    expect(onReset).toHaveBeenCalledTimes(2);
    live.stop();
  });

  it('tries again when there is no ticket, and at once when the network is back', async () => {
    const ticket = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue('t2');
    const { live, onState } = open({ ticket });
    live.start();
    await settle();
    expect(onState).toHaveBeenLastCalledWith('lost');
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(ticket).toHaveBeenCalledTimes(2);
    expect(FakeSocket.last.url).toContain('t2');
    live.stop();
  });

  it('stays away once it is stopped', async () => {
    const { live } = open();
    live.start();
    await settle();
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it('waits longer each time, never above half a minute, never all at once', () => {
    expect([waitBefore(0, 1), waitBefore(3, 1), waitBefore(20, 1)]).toEqual([500, 4000, 30_000]);
    expect(waitBefore(20, 0)).toBe(15_000);
  });
});
