import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, unwrap } from './client';
import { queryClient } from './query';
import { accessToken, keepToken, refresh } from './token';
import type { Right, S } from './types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => (accessToken() ? unwrap(api.GET('/session')) : (await refresh()).user),
  staleTime: Infinity,
  retry: false,
});

export async function signIn(body: { email: string; password: string }) {
  const session = await unwrap(api.POST('/session', { body }));
  keepToken(session.access_token);
  queryClient.setQueryData(sessionQuery.queryKey, session.user);
  return session;
}

/** Whether or not the server heard it, this browser forgets everything. */
export async function signOut() {
  try {
    await api.DELETE('/session');
  } finally {
    keepToken(null);
    queryClient.clear();
  }
}

export const useMe = () => useQuery(sessionQuery).data;

export const may = (me: S['Me'] | undefined, right: Right) => !!me && me.rights.includes(right);

/** What the menu and the buttons follow; the server refuses on its own. */
export const useMay = () => {
  const me = useMe();
  return (right: Right) => may(me, right);
};
