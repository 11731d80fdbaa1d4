import type { Signature } from '../../git/repository.js';
import type { User } from '../../world/types.js';
import type { World } from '../../world/world.js';

export const signatureOf = (world: World, { name, email }: User): Signature => ({ name, email, at: world.now() });
