/** What the member may do. The API decides; this keeps controls away that it would refuse. */
import { useSession } from './session';

export function useMayAct(): boolean {
  return useSession((session) => session.phase === 'in' && session.member.role !== 'viewer');
}

export function useIsAdmin(): boolean {
  return useSession((session) => session.phase === 'in' && session.member.role === 'admin');
}
