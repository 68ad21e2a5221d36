/** What went wrong with a request, in a form that a person can be told. */
import type { components } from './schema';

type Problem = components['schemas']['Problem'];
export interface FieldProblem {
  readonly field: string;
  readonly reason: string;
}

/** What the person can do about it; each has its words in both languages. */
export type Remedy =
  | 'sign_in'
  | 'correct'
  | 'ask_admin'
  | 'reload'
  | 'wait'
  | 'look'
  | 'check_connection'
  | 'report';

export class Trouble extends Error {
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
  /** Seconds after which the same may pass. */
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor(told: {
    code: string;
    status: number;
    detail: string;
    fields?: readonly FieldProblem[];
    retryAfter?: number | undefined;
    requestId?: string | undefined;
  }) {
    super(told.detail || told.code);
    this.name = 'Trouble';
    this.code = told.code;
    this.status = told.status;
    this.detail = told.detail;
    this.fields = told.fields ?? [];
    this.retryAfter = told.retryAfter;
    this.requestId = told.requestId;
  }

  /** Read a refusal: a problem of ours, or what the gateway says itself. */
  static async read(response: Response): Promise<Trouble> {
    const said: unknown = await response.json().catch(() => undefined);
    const problem = isRecord(said) ? (said as Partial<Problem> & { message?: string }) : {};
    const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
    return new Trouble({
      code: problem.code ?? `HTTP_${response.status}`,
      status: response.status,
      detail: problem.detail ?? problem.message ?? '',
      fields: problem.errors ?? [],
      retryAfter: Number.isFinite(wait) ? wait : undefined,
      requestId: response.headers.get('apigw-requestid') ?? undefined,
    });
  }

  /** No answer came: what was asked may or may not have been done. */
  static unreached(error: unknown): Trouble {
    return new Trouble({ code: 'NO_ANSWER', status: 0, detail: String(error) });
  }

  get remedy(): Remedy {
    if (this.status === 0) return 'check_connection';
    if (this.status === 401) return 'sign_in';
    if (this.status === 403) return 'ask_admin';
    if (this.status === 404) return 'reload';
    if (this.status === 409) return 'look';
    if (this.status === 400 || this.status === 422) return 'correct';
    if (this.status === 429 || this.status === 503 || this.status === 425) return 'wait';
    return 'report';
  }

  /** Whether nobody knows if it was done. */
  get unknown(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
