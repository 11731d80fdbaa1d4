// Which languages files are written in, by their names.

const extensions: Record<string, readonly string[]> = {
  TypeScript: ['ts', 'tsx', 'mts', 'cts'],
  JavaScript: ['js', 'jsx', 'mjs', 'cjs'],
  Python: ['py'],
  Java: ['java'],
  Kotlin: ['kt', 'kts'],
  Scala: ['scala'],
  Go: ['go'],
  Rust: ['rs'],
  C: ['c', 'h'],
  'C++': ['cc', 'cpp', 'cxx', 'hpp', 'hh'],
  'C#': ['cs'],
  'F#': ['fs'],
  Ruby: ['rb', 'rake'],
  PHP: ['php'],
  Swift: ['swift'],
  'Objective-C': ['m', 'mm'],
  Dart: ['dart'],
  Elixir: ['ex', 'exs'],
  Erlang: ['erl'],
  Haskell: ['hs'],
  OCaml: ['ml', 'mli'],
  Clojure: ['clj', 'cljs'],
  Lua: ['lua'],
  Perl: ['pl', 'pm'],
  R: ['r'],
  Julia: ['jl'],
  Shell: ['sh', 'bash'],
  PowerShell: ['ps1'],
  SQL: ['sql'],
  Vue: ['vue'],
  Svelte: ['svelte'],
  CSS: ['css', 'scss', 'less'],
  HTML: ['html'],
  Terraform: ['tf'],
};

const byExtension = new Map(
  Object.entries(extensions).flatMap(([language, list]) => list.map((one) => [one, language])),
);

/** Names every file of source code. */
export const sourcePattern = `*.{${[...byExtension.keys()].join(',')}}`;

const most = 6;

/** `TypeScript 312, Shell 4`, the most first; '' for none. */
export function languagesOf(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const language = byExtension.get(path.slice(path.lastIndexOf('.') + 1));
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted
    .slice(0, most)
    .map(([language, count]) => `${language} ${count}`)
    .join(', ');
}
