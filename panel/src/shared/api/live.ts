/**
 * live.ts: one WebSocket that says what changed. It resumes by sequence number after a lost
 * connection, and never writes data: who listens asks again.
 */
import type { S } from './types';

export type LiveEvent = S['LiveEvent'];
export type LiveState = 'connecting' | 'live' | 'lost';

export interface LiveOptions {
  ticket: () => Promise<string>;
  open: (ticket: string) => WebSocket;
  onEvents: (events: LiveEvent[]) => void;
  /** Too much was missed, or this is the first connection: what is shown may be old. */
  onReset: () => void;
  onState: (state: LiveState) => void;
}

const BATCH_MS = 150;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export const waitBefore = (tries: number, random: number) =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + random / 2);

const later = (a: string | null, b: string) => (a === null || BigInt(b) > BigInt(a) ? b : a);

export class Live {
  private socket: WebSocket | null = null;
  private seq: string | null = null;
  private tries = 0;
  private retryTimer = 0;
  private batchTimer = 0;
  private batch: LiveEvent[] = [];
  private stopped = true;

  constructor(private readonly options: LiveOptions) {}

  start() {
    this.stopped = false;
    window.addEventListener('online', this.hurry);
    this.options.onState('connecting');
    void this.connect();
  }

  stop() {
    this.stopped = true;
    window.removeEventListener('online', this.hurry);
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.batchTimer);
    this.socket?.close();
    this.socket = null;
  }

  /* The network is back: no need to sit out the pause. */
  private readonly hurry = () => {
    if (this.stopped || this.socket) return;
    window.clearTimeout(this.retryTimer);
    this.tries = 0;
    void this.connect();
  };

  private async connect() {
    let socket: WebSocket;
    try {
      const ticket = await this.options.ticket();
      if (this.stopped || this.socket) return;
      socket = this.options.open(ticket);
    } catch {
      return this.retryLater();
    }
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ resume: this.seq }));
      this.tries = 0;
      this.options.onState('live');
      if (this.seq === null) this.options.onReset();
    };
    socket.onmessage = (message) => this.take(message.data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.retryLater();
    };
  }

  private retryLater() {
    if (this.stopped) return;
    this.options.onState('lost');
    this.retryTimer = window.setTimeout(
      () => void this.connect(),
      waitBefore(this.tries++, Math.random()),
    );
  }

  private take(data: unknown) {
    const message = JSON.parse(String(data)) as LiveEvent | S['LiveReset'];
    this.seq = later(this.seq, message.seq);
    if ('reset' in message) {
      this.options.onReset();
      return;
    }
    this.batch.push(message);
    if (this.batch.length > 1) return;
    this.batchTimer = window.setTimeout(() => {
      const events = this.batch;
      this.batch = [];
      this.options.onEvents(events);
    }, BATCH_MS);
  }
}
