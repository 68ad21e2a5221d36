/** What the wizard's steps are told: what was chosen before them, and the settings they ask for. */
import type { Schemas } from '../../../api/client';
import type { Draft, Setting } from '../../../design/schema';

export interface Chosen {
  readonly strategy: string;
  readonly credential: Schemas['CredentialView'];
  readonly pair: string;
  /** The settings as they would be sent. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Asking extends Chosen {
  readonly settings: readonly Setting[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Whether what is wrong is said already. */
  readonly shown: boolean;
  /** What the server refused, by setting. */
  readonly refused: Readonly<Record<string, string>>;
}
