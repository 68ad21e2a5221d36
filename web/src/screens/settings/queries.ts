/** Reading and changing the organization and its members. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, once, type Schemas } from '../../api/client';
import { whole } from '../../api/queries';

export type Organization = Schemas['OrganizationView'];
export type Member = Schemas['MemberView'];
export type Role = Schemas['Role'];
export type Integrator = Schemas['IntegratorView'];
export type Access = Schemas['IntegratorAccess'];
export const ROLES: readonly Role[] = ['viewer', 'trader', 'admin'];

export const organizationQuery = queryOptions({
  queryKey: ['organization'],
  queryFn: () => body(api.GET('/api/organization')),
});

export const membersQuery = queryOptions({
  queryKey: ['organization', 'members'],
  queryFn: () =>
    whole((cursor) => {
      const query = { limit: 500, ...(cursor ? { cursor } : {}) };
      return body(api.GET('/api/organization/members', { params: { query } }));
    }),
});

/** Programs that read events, or did. Read often while one is being shown out. */
export const integratorsQuery = queryOptions({
  queryKey: ['organization', 'integrators'],
  queryFn: () =>
    whole((cursor) => {
      const query = { limit: 500, ...(cursor ? { cursor } : {}) };
      return body(api.GET('/api/integrators', { params: { query } }));
    }),
  refetchInterval: ({ state }) =>
    state.data?.some((each) => each.state === 'revoking') ? 2_000 : false,
});

/** What a program connects with. */
export const accessQuery = ({ integrator_id }: Integrator) =>
  queryOptions({
    queryKey: ['organization', 'integrators', integrator_id],
    queryFn: () =>
      body(api.GET('/api/integrators/{integrator_id}', { params: { path: { integrator_id } } })),
  });

/** One change; everything about the organization is read again whatever came of it. */
function useChange<Wish, Answer>(change: (wish: Wish) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: organizationQuery.queryKey }),
  });
}

export const useName = () =>
  useChange((name: string) => body(api.PUT('/api/organization', { body: { name } })));

export const useLimits = () =>
  useChange((limits: Schemas['PutLimits']) =>
    body(api.PUT('/api/organization/limits', { body: limits })),
  );

export const useLiveTrading = () =>
  useChange((wish: Schemas['PutLiveTrading']) =>
    body(api.PUT('/api/organization/live-trading', { body: wish })),
  );

export const useAddMember = () =>
  useChange((wish: Schemas['AddMember']) =>
    body(api.POST('/api/organization/members', { params: { header: once() }, body: wish })),
  );

export const useChangeRole = () =>
  useChange(({ member, role }: { readonly member: Member; readonly role: Role }) =>
    body(
      api.PUT('/api/organization/members/{user_id}', {
        params: { path: { user_id: member.user_id } },
        body: { role, name: null },
      }),
    ),
  );

export const useRemoveMember = () =>
  useChange((member: Member) =>
    api.DELETE('/api/organization/members/{user_id}', {
      params: { path: { user_id: member.user_id } },
    }),
  );

export const useIssue = () =>
  useChange((wish: Schemas['IssueIntegrator']) =>
    body(api.POST('/api/integrators', { params: { header: once() }, body: wish })),
  );

export const useRevoke = () =>
  useChange(({ integrator_id }: Integrator) =>
    body(
      api.POST('/api/integrators/{integrator_id}/revoke', {
        params: { path: { integrator_id }, header: once() },
      }),
    ),
  );
