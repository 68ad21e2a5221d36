/**
 * One socket for the whole page: opened with a ticket, resumed after a break, renewed in time.
 * It knows no React: it is told what to listen to, and tells what it hears.
 */

/**
 * What is heard: one thing that happened. `id` rises with each event of the organization; order books
 * are no events and have none.
 */
export interface LiveEvent {
  readonly topic: string;
  readonly at: string;
  readonly id?: number;
  readonly kind: string;
  readonly data: unknown;
}

export type Link = 'connecting' | 'live' | 'lost';

export interface Ticket {
  readonly ticket: string;
  readonly url: string;
}

export interface Ear {
  event(event: LiveEvent): void;
  /** What happened in between is gone: read anew. */
  missed(topics: readonly string[]): void;
  link(link: Link): void;
}

export interface Timing {
  /** Milliseconds between pings; the service cuts a silent socket after ten minutes. */
  readonly ping: number;
  /** Milliseconds without any answer after which a socket counts as dead. */
  readonly silence: number;
  /** Milliseconds until the next ticket; a socket listens for fifteen minutes. */
  readonly renew: number;
  readonly backoff: readonly number[];
}

export const TIMING: Timing = {
  ping: 20_000,
  silence: 45_000,
  renew: 12 * 60_000,
  backoff: [500, 1_000, 2_000, 4_000, 8_000, 15_000],
};

type Frame = Partial<LiveEvent> & { type?: string; topics?: string[]; code?: string };

export class Connection {
  #socket: WebSocket | undefined;
  #wanted = new Map<string, number>();
  #seen = new Map<string, number>();
  /** The newest number that every topic is known to be whole up to. */
  #head: number | undefined;
  #attempt = 0;
  #open = false;
  #closed = true;
  #lastHeard = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    private readonly ticket: () => Promise<Ticket>,
    private readonly ear: Ear,
    private readonly timing: Timing = TIMING,
    private readonly socketAt: (url: string) => WebSocket = (url) => new WebSocket(url),
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    if (!this.#closed) return;
    this.#closed = false;
    void this.#connect();
  }

  stop(): void {
    this.#closed = true;
    this.#clear();
    this.#socket?.close();
    this.#socket = undefined;
    this.#open = false;
    this.#seen.clear();
    this.#head = undefined;
  }

  /** Listen to a topic for as long as somebody wants it. Returns how to stop. */
  listen(topic: string): () => void {
    const count = this.#wanted.get(topic) ?? 0;
    this.#wanted.set(topic, count + 1);
    if (count === 0) this.#say({ action: 'subscribe', topics: [topic] });
    let done = false;
    return () => {
      if (done) return;
      done = true;
      const left = (this.#wanted.get(topic) ?? 1) - 1;
      if (left > 0) {
        this.#wanted.set(topic, left);
        return;
      }
      this.#wanted.delete(topic);
      this.#seen.delete(topic);
      this.#say({ action: 'unsubscribe', topics: [topic] });
    };
  }

  async #connect(): Promise<void> {
    this.ear.link(this.#attempt === 0 ? 'connecting' : 'lost');
    let given: Ticket;
    try {
      given = await this.ticket();
    } catch {
      this.#again();
      return;
    }
    if (this.#closed) return;
    const socket = this.socketAt(`${given.url}?ticket=${encodeURIComponent(given.ticket)}`);
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (message) => this.#heard(String(message.data));
    socket.onclose = () => this.#lost(socket);
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#open = true;
    this.#attempt = 0;
    this.#lastHeard = this.now();
    const after = this.#head === undefined ? {} : { after: this.#head };
    // One by one: a topic that is gone is refused, and with it all that is asked together.
    for (const topic of this.#wanted.keys()) {
      this.#say({ action: 'subscribe', topics: [topic], ...after });
    }
    if (this.#wanted.size === 0) this.#say({ action: 'ping' });
    this.#every(this.timing.ping, () => this.#ping());
    this.#every(this.timing.renew, () => void this.#renew());
    this.ear.link('live');
  }

  #heard(text: string): void {
    this.#lastHeard = this.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.type !== undefined) {
      this.#told(frame);
      return;
    }
    if (frame.topic === undefined) return;
    if (frame.id === undefined) {
      this.ear.event(frame as LiveEvent);
      return;
    }
    if (frame.id <= (this.#seen.get(frame.topic) ?? 0)) return;
    this.#seen.set(frame.topic, frame.id);
    this.#head = Math.max(this.#head ?? 0, frame.id);
    this.ear.event(frame as LiveEvent);
  }

  #told(frame: Frame): void {
    if (frame.type === 'resync') this.ear.missed([...this.#wanted.keys()]);
    if ((frame.type === 'resync' || frame.type === 'subscribed') && frame.id !== undefined) {
      if (this.#head === undefined || frame.type === 'resync') this.#head = frame.id;
    }
  }

  #ping(): void {
    if (this.now() - this.#lastHeard > this.timing.silence) this.#socket?.close();
    else this.#say({ action: 'ping' });
  }

  async #renew(): Promise<void> {
    try {
      const { ticket } = await this.ticket();
      this.#say({ action: 'renew', ticket });
    } catch {
      this.#socket?.close(); // the way back says what is wrong
    }
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#open = false;
    this.#clear();
    if (!this.#closed) this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.ear.link('lost');
    const { backoff } = this.timing;
    const wait = backoff[Math.min(this.#attempt, backoff.length - 1)] ?? 1_000;
    this.#attempt += 1;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#connect();
      },
      wait * (0.75 + Math.random() / 2),
    );
    this.#timers.add(timer);
  }

  #say(message: object): void {
    if (this.#open) this.#socket?.send(JSON.stringify(message));
  }

  #every(milliseconds: number, act: () => void): void {
    this.#timers.add(setInterval(act, milliseconds));
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
