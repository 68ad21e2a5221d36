/** The page: who is not signed in sees the sign-in, everybody else the screens. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { Trouble } from '../api/trouble';
import { SignIn } from '../screens/signin/SignIn';
import { newRouter } from './routes';
import { startSession, useSession } from './session';

function again(failures: number, error: Error): boolean {
  const passing = !(error instanceof Trouble) || error.status === 0 || error.status >= 500;
  return passing && failures < 3;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: again, staleTime: 2_000, refetchOnWindowFocus: true },
      mutations: { retry: false }, // what acts is asked once, by a person
    },
  });
}

export function App() {
  const phase = useSession((session) => session.phase);
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    startSession().catch(setFailure);
  }, []);
  if (phase !== 'in') return <SignIn failure={failure} />;
  return <SignedIn />;
}

/** Made anew with each sign-in: nothing that one member read is left for the next. */
function SignedIn() {
  const [client] = useState(newQueryClient);
  const [router] = useState(newRouter);
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
