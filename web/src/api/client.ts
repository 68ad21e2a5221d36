/** The API, typed by its OpenAPI. Every failure becomes a `Trouble`. */
import createClient, { type Middleware } from 'openapi-fetch';
import { bearer, leave } from '../app/session';
import { answered, unanswered } from './answering';
import type { components, paths } from './schema';
import { Trouble } from './trouble';

export type Schemas = components['schemas'];

const asked = new WeakMap<Request, number>();

const guard: Middleware = {
  onRequest({ request }) {
    asked.set(request, performance.now());
    const token = bearer();
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
  async onResponse({ request, response }) {
    answered(performance.now() - (asked.get(request) ?? performance.now()));
    if (response.ok) return;
    if (response.status === 401) leave('expired');
    throw await Trouble.read(response);
  },
  onError({ error }) {
    if (error instanceof Trouble) return error;
    unanswered();
    return Trouble.unreached(error);
  },
};

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });
api.use(guard);

/** The body of an answer. Errors were thrown before; lists as CSV are never asked for here. */
export async function body<T>(asked: Promise<{ data?: T }>): Promise<Exclude<T, string>> {
  const { data } = await asked;
  if (data === undefined) throw new Trouble({ code: 'EMPTY_ANSWER', status: 0, detail: '' });
  return data as Exclude<T, string>;
}

/** A key under which the server remembers one wish, however often it is sent. */
export function once(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
