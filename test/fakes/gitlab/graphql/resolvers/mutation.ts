// The fields of `Mutation`; each reads its `input`.
import { notAvailable, type Resolving } from '../context.js';
import { labelCreate } from '../mutations/labels.js';
import { createNote, updateNote } from '../mutations/notes.js';
import { workItemCreate, workItemUpdate } from '../mutations/work-items.js';

type Mutation<T> = (input: T, on: Resolving) => { errors: string[] };

/** Not for tokens that may only read. What comes back has the client's own id for it. */
const field =
  <T extends { clientMutationId?: string }>(mutate: Mutation<T>) =>
  (_: unknown, { input }: { input: T }, on: Resolving) => {
    if (!on.mayWrite) throw notAvailable();
    return { clientMutationId: input.clientMutationId, ...mutate(input, on) };
  };

export const mutation = {
  Mutation: {
    createNote: field(createNote),
    labelCreate: field(labelCreate),
    updateNote: field(updateNote),
    workItemCreate: field(workItemCreate),
    workItemUpdate: field(workItemUpdate),
  },
};
