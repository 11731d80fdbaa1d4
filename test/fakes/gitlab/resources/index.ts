// Every route of the instance, one line a family.
import type { Route } from '../http/route.js';
import { account } from './account.js';
import { oauth } from './oauth.js';

export const routes: readonly Route[] = [...account, ...oauth];
