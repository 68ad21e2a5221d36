import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection, type Link, type LiveEvent } from './connection';

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.onclose?.();
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function event(id: number, topic = 'bots'): object {
  return { topic, id, at: '2026-01-01T00:00:00Z', kind: 'bot', data: {} };
}

function listening(ticket = async () => ({ ticket: 't/1', url: 'wss://live' })) {
  const heard: LiveEvent[] = [];
  const links: Link[] = [];
  const missed: string[][] = [];
  const connection = new Connection(
    ticket,
    {
      event: (each) => heard.push(each),
      link: (each) => links.push(each),
      missed: (topics) => missed.push([...topics]),
    },
    { ping: 20_000, silence: 45_000, renew: 700_000, backoff: [1_000, 2_000] },
    (url) => new FakeSocket(url) as unknown as WebSocket,
    () => Date.now(),
  );
  return { connection, heard, links, missed };
}

async function opened(connection: Connection): Promise<FakeSocket> {
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  return next();
}

function next(): FakeSocket {
  const socket = FakeSocket.all.at(-1);
  if (socket === undefined) throw new Error('no socket was opened');
  socket.onopen?.();
  return socket;
}

describe('the live connection', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('opens with a ticket and asks for what is wanted', async () => {
    const { connection, links } = listening();
    connection.listen('bots');

    const socket = await opened(connection);

    expect(socket.url).toBe('wss://live?ticket=t%2F1');
    expect(socket.sent).toEqual([{ action: 'subscribe', topics: ['bots'] }]);
    expect(links).toEqual(['connecting', 'live']);
    connection.stop();
  });

  test('goes on after the last event it heard', async () => {
    const { connection, links } = listening();
    connection.listen('bots');
    const first = await opened(connection);
    first.tell({ type: 'subscribed', topics: ['bots'], id: 4 });
    first.tell(event(7));

    first.close();
    expect(links.at(-1)).toBe('lost');
    await vi.advanceTimersByTimeAsync(1_500);

    expect(next().sent[0]).toEqual({ action: 'subscribe', topics: ['bots'], after: 7 });
    connection.stop();
  });

  test('each topic is asked for by itself: one that is refused takes no other with it', async () => {
    const { connection } = listening();
    connection.listen('bots');
    connection.listen('bot/gone');

    const socket = await opened(connection);

    expect(socket.sent).toEqual([
      { action: 'subscribe', topics: ['bots'] },
      { action: 'subscribe', topics: ['bot/gone'] },
    ]);
    connection.stop();
  });

  test('books have no number: each is told, and none moves where to go on', async () => {
    const { connection, heard } = listening();
    connection.listen('book/okx/spot/BTC/USDT');
    const first = await opened(connection);
    first.tell(event(7));
    const book = {
      topic: 'book/okx/spot/BTC/USDT',
      at: '2026-01-01T00:00:00Z',
      kind: 'book',
      data: {},
    };
    first.tell(book);
    first.tell(book);

    first.close();
    await vi.advanceTimersByTimeAsync(1_500);

    expect(heard.slice(1)).toEqual([book, book]);
    expect(next().sent[0]).toMatchObject({ after: 7 });
    connection.stop();
  });

  test('a repeated event is told once', async () => {
    const { connection, heard } = listening();
    connection.listen('bots');
    const socket = await opened(connection);

    socket.tell(event(7));
    socket.tell(event(7));
    socket.tell(event(7, 'alerts'));

    expect(heard.map(({ topic, id }) => [topic, id])).toEqual([
      ['bots', 7],
      ['alerts', 7],
    ]);
    connection.stop();
  });

  test('what is lost for good is read anew', async () => {
    const { connection, missed } = listening();
    connection.listen('bots');
    const socket = await opened(connection);

    socket.tell({ type: 'resync', topics: ['bots'], id: 90 });
    socket.close();
    await vi.advanceTimersByTimeAsync(1_500);

    expect(missed).toEqual([['bots']]);
    expect(next().sent[0]).toMatchObject({ after: 90 });
    connection.stop();
  });

  test('a socket that says nothing counts as lost', async () => {
    const { connection, links } = listening();
    await opened(connection);

    await vi.advanceTimersByTimeAsync(60_000);

    expect(links.at(-1)).toBe('lost');
    connection.stop();
  });

  test('a topic is asked for once and left with its last listener', async () => {
    const { connection } = listening();
    const socket = await opened(connection);

    const stop = connection.listen('bots');
    const stopOther = connection.listen('bots');
    stop();
    stop();
    stopOther();

    expect(socket.sent.slice(1)).toEqual([
      { action: 'subscribe', topics: ['bots'] },
      { action: 'unsubscribe', topics: ['bots'] },
    ]);
    connection.stop();
  });

  test('a refused ticket is asked for again, more and more slowly', async () => {
    const ticket = vi.fn(async () => {
      throw new Error('away');
    });
    const { connection, links } = listening(ticket);
    connection.start();
    await vi.advanceTimersByTimeAsync(10_000);

    expect(links).not.toContain('live');
    expect(ticket.mock.calls.length).toBeGreaterThan(3);
    expect(ticket.mock.calls.length).toBeLessThan(10);
    connection.stop();
  });
});
