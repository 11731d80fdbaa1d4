// Commands that build and test, from the files that name them. Whoever wrote those chose the names: only plain ones are taken.
import * as z from 'zod';

/** What lies in the folder beside a manifest. */
type Names = ReadonlySet<string>;
type Reader = (text: string, names: Names) => string[];

const most = 12;
const plainName = /^[A-Za-z][\w:.-]{0,39}$/;

const plain = (names: readonly string[]): string[] => names.filter((name) => plainName.test(name)).slice(0, most);

const readers: Record<string, Reader> = {
  'package.json': (text, names) => {
    const manager = managers.find(([lock]) => names.has(lock))?.[1] ?? 'npm';
    return scriptsOf(text).map((script) =>
      manager === 'npm' && script === 'test' ? 'npm test' : `${manager} run ${script}`,
    );
  },
  Makefile: (text) =>
    plain([...text.matchAll(/^([^\s:#=.%$]+)\s*:(?!=)/gm)].map(([, target = '']) => target)).map(
      (target) => `make ${target}`,
    ),
  'pom.xml': (_, names) => (names.has('mvnw') ? ['./mvnw test'] : ['mvn test']),
  'build.gradle': gradle,
  'build.gradle.kts': gradle,
  'go.mod': () => ['go build ./...', 'go test ./...'],
  'Cargo.toml': () => ['cargo build', 'cargo test'],
  'pyproject.toml': (text) => (/pytest/.test(text) ? ['pytest'] : []),
  'setup.cfg': (text) => (/pytest/.test(text) ? ['pytest'] : []),
  'tox.ini': () => ['tox'],
  Gemfile: (text) => (/['"]rspec/.test(text) ? ['bundle exec rspec'] : []),
  Rakefile: () => ['rake'],
};

export const manifestNames = [...Object.keys(readers), '.gitlab-ci.yml'];

/** Of one folder; a manifest that cannot be read names none. */
export function commandsIn(manifest: string, text: string, names: Names): string[] {
  return readers[manifest]?.(text, names) ?? [];
}

/** The jobs of a `.gitlab-ci.yml`. */
export function jobsIn(text: string): string[] {
  const keys = [...text.matchAll(/^([^\s#.:&*!|>'"-][^:\n]{0,60}):\s*(?:&\S+\s*)?(?:#.*)?$/gm)].map(([, key = '']) =>
    key.trim(),
  );
  return keys.filter((key) => !reserved.has(key)).slice(0, most);
}

const reserved = new Set(
  'default include stages variables workflow image services cache before_script after_script spec pages'.split(' '),
);

const managers = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const;

const packageSchema = z.object({ scripts: z.record(z.string(), z.unknown()).default({}) });

function scriptsOf(text: string): string[] {
  const { data } = packageSchema.safeParse(jsonIn(text));
  const wanted = /^(?:test|build|lint|check|type|format|verify|compile|unit|e2e|ci)/;
  const scripts = plain(Object.keys(data?.scripts ?? {}));
  return [...scripts.filter((name) => wanted.test(name)), ...scripts.filter((name) => !wanted.test(name))].slice(
    0,
    most,
  );
}

/** A manifest may be broken: then it names nothing. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function gradle(_: string, names: Names): string[] {
  return names.has('gradlew') ? ['./gradlew test'] : ['gradle test'];
}
