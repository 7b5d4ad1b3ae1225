import type { Reason, S } from '../api/types';

/** Why a store does not work, with the name of the store that its sentence asks for. */
export const storeReason = (store: S['Store'], reason: Reason): Reason => ({
  ...reason,
  args: { store: store.name, marketplace: store.marketplace_title, ...reason.args },
});
