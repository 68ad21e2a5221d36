/** Who is signed in. Tokens live in this module's memory and nowhere else: a closed tab forgets them. */
import { InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { create } from 'zustand';
import { readSettings } from './settings';

export type Role = 'viewer' | 'trader' | 'admin';

export interface Member {
  readonly user: string;
  readonly organization: string;
  readonly role: Role;
}

export type SessionState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'out'; readonly because?: 'expired' | 'refused'; readonly detail?: string }
  | { readonly phase: 'in'; readonly member: Member };

export const CALLBACK = '/signed-in';

export const useSession = create<SessionState>(() => ({ phase: 'starting' }));

let manager: UserManager | undefined;
let token: string | undefined;

/** The bearer token, while there is one. */
export function bearer(): string | undefined {
  return token;
}

/** Read a member out of a token's claims. The API checks the token; this only chooses what to show. */
export function memberOf(claims: Record<string, unknown>): Member {
  const role = claims.org_role;
  return {
    user: String(claims.name ?? claims.sub ?? ''),
    organization: String(claims.org_id ?? ''),
    role: role === 'admin' || role === 'trader' ? role : 'viewer',
  };
}

/** Finish a sign-in that has just come back, or find out that nobody is signed in. */
export async function startSession(): Promise<void> {
  const settings = await readSettings();
  manager = new UserManager({
    authority: settings.issuer,
    client_id: settings.client_id,
    scope: settings.scope,
    redirect_uri: `${location.origin}${CALLBACK}`,
    post_logout_redirect_uri: location.origin,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false, // without a refresh token it opens frames, which the page forbids
    monitorSession: false,
  });
  if (location.pathname !== CALLBACK) {
    useSession.setState({ phase: 'out' }, true);
    return;
  }
  try {
    const user = await manager.signinCallback();
    manager.events.addUserLoaded(enter); // from now on: what silent renewal brings
    manager.events.addAccessTokenExpiring(() => void renew());
    manager.events.addAccessTokenExpired(() => leave('expired'));
    history.replaceState(null, '', pathFrom(user?.state));
    if (user) enter(user);
    else leave();
  } catch (error) {
    history.replaceState(null, '', '/');
    useSession.setState({ phase: 'out', because: 'refused', detail: String(error) }, true);
  }
}

/** Get the next token where the issuer gave the means; where it does not come, the session ends. */
async function renew(): Promise<void> {
  const user = await manager?.getUser();
  if (!user?.refresh_token) return;
  await manager?.signinSilent().catch(() => undefined); // the old token's end says so to the person
}

/** Go to the issuer's page, and come back to where this was asked. */
export async function signIn(): Promise<void> {
  await manager?.signinRedirect({ state: location.pathname + location.search });
}

/** Forget the tokens; the issuer is told where it has a page for that. */
export async function signOut(): Promise<void> {
  const metadata = await manager?.metadataService.getMetadata();
  leave();
  await manager?.removeUser();
  if (!metadata?.end_session_endpoint) return;
  // Cognito reads `logout_uri` where the standard has `post_logout_redirect_uri`.
  await manager?.signoutRedirect({ extraQueryParams: { logout_uri: location.origin } });
}

/** The API refused the token: whoever goes on has to sign in anew. */
export function leave(because?: 'expired'): void {
  token = undefined;
  void manager?.removeUser();
  useSession.setState(because ? { phase: 'out', because } : { phase: 'out' }, true);
}

function enter(user: User): void {
  token = user.access_token;
  useSession.setState({ phase: 'in', member: memberOf(claimsOf(user)) }, true);
}

function claimsOf(user: User): Record<string, unknown> {
  const [, body] = user.access_token.split('.');
  if (body === undefined) return user.profile;
  const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  );
  return { ...user.profile, ...JSON.parse(new TextDecoder().decode(bytes)) };
}

/** Only a path of this page: what came back is not trusted with an address. */
function pathFrom(state: unknown): string {
  return typeof state === 'string' && /^\/(?![/\\])/.test(state) ? state : '/';
}
