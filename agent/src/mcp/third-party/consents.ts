// What the user agreed to: which servers may be used in which project, and what those servers said about themselves then.
// In `mcp-consent.json` of COFFERDAM_HOME.
import { join } from 'node:path';
import * as z from 'zod';
import { JsonFile } from './json-file.js';

/** SHA-256 of everything that was said, and as much of it as shows a person what changed. */
const pinSchema = z.object({ hash: z.string(), shown: z.record(z.string(), z.string()) });
export type Pin = z.infer<typeof pinSchema>;

const pinsSchema = z.object({ instructions: pinSchema, tools: z.record(z.string(), pinSchema) });
export type Pins = z.infer<typeof pinsSchema>;

const consentSchema = z.object({
  /** False once the user said never. */
  enabled: z.boolean(),
  /** SHA-256 of the entry in mcp.json. */
  entry: z.string(),
  /** The entry as the user saw it. */
  summary: z.array(z.string()),
  /** From the first connection on. */
  pins: pinsSchema.optional(),
});
export type Consent = z.infer<typeof consentSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  /** By the project's folder, by the server's name. */
  projects: z.record(z.string(), z.record(z.string(), consentSchema)),
});

/** Of one project. Every method throws `settings-damaged` when the file cannot be understood. */
export class Consents {
  readonly #file: JsonFile<z.infer<typeof fileSchema>>;
  readonly project: string;

  constructor(home: string, project: string) {
    this.#file = new JsonFile(join(home, 'mcp-consent.json'), fileSchema, { version: 1, projects: {} });
    this.project = project;
  }

  get(server: string): Consent | undefined {
    const { projects } = this.#file.read();
    const ofProject = Object.hasOwn(projects, this.project) ? projects[this.project] : undefined;
    return ofProject && Object.hasOwn(ofProject, server) ? ofProject[server] : undefined;
  }

  set(server: string, consent: Consent): void {
    this.#update((servers) => ({ ...servers, [server]: consent }));
  }

  remove(server: string): void {
    this.#update((servers) => Object.fromEntries(Object.entries(servers).filter(([name]) => name !== server)));
  }

  #update(change: (servers: Record<string, Consent>) => Record<string, Consent>): void {
    this.#file.update(({ projects, ...rest }) => ({
      ...rest,
      projects: { ...projects, [this.project]: change(projects[this.project] ?? {}) },
    }));
  }
}
