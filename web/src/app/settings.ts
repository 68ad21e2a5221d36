/** What the page's own server says of it: whom to sign in with. Served beside the page as JSON. */
export interface Settings {
  /** OIDC issuer, an absolute address. */
  readonly issuer: string;
  readonly client_id: string;
  readonly scope: string;
}

export async function readSettings(fetcher: typeof fetch = fetch): Promise<Settings> {
  const answer = await fetcher('/settings.json', { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`/settings.json answers ${answer.status}`);
  return (await answer.json()) as Settings;
}
