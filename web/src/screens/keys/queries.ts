/** Reading and changing exchange keys. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, once, type Schemas } from '../../api/client';

export type Key = Schemas['CredentialView'];
export type Exchange = Schemas['ExchangeView'];

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await body(api.GET('/api/exchanges/credentials'))).items,
});

export const exchangesQuery = queryOptions({
  queryKey: ['exchanges'],
  queryFn: async () => (await body(api.GET('/api/exchanges'))).items,
  staleTime: 600_000,
});

export const addressesQuery = queryOptions({
  queryKey: ['exchanges', 'addresses'],
  queryFn: async () => (await body(api.GET('/api/exchanges/addresses'))).items,
});

const at = (key: Key) => ({ params: { path: { credential_id: key.credential_id } } });

/** One thing to do with keys; the list is read again whatever came of it. */
function useAct<Wish, Answer>(act: (wish: Wish) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
}

export const useAdd = () =>
  useAct((wish: Schemas['CreateCredential']) =>
    body(api.POST('/api/exchanges/credentials', { params: { header: once() }, body: wish })),
  );

export const useReplace = (key: Key) =>
  useAct((wish: Schemas['PutCredential']) =>
    body(api.PUT('/api/exchanges/credentials/{credential_id}', { ...at(key), body: wish })),
  );

export const useTest = () =>
  useAct((key: Key) => body(api.POST('/api/exchanges/credentials/{credential_id}/test', at(key))));

export const useRotate = () =>
  useAct((key: Key) =>
    body(api.POST('/api/exchanges/credentials/{credential_id}/rotate', at(key))),
  );

export const useForget = () =>
  useAct((key: Key) => api.DELETE('/api/exchanges/credentials/{credential_id}', at(key)));
