/**
 * routes.ts: the two routes that features hang theirs on. What they show is given to them by
 * app/router.tsx, so that a feature knows no shell.
 */
import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { isApiError } from '../api/errors';
import { queryClient } from '../api/query';
import { sessionQuery } from '../api/session';

export const rootRoute = createRootRoute();

/** Everything behind the sign-in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    try {
      return { me: await queryClient.ensureQueryData(sessionQuery) };
    } catch (error) {
      if (isApiError(error) && error.kind !== 'signed_out') throw error;
      throw redirect({ to: '/login', search: { next: location.href }, replace: true });
    }
  },
});
