// Which of Anthropic's models a name means, whoever serves it.

/** `sonnet-5.5` for `claude-sonnet-5-5`, `eu.anthropic.claude-sonnet-5-5-v1:0`, `claude-sonnet-5-5@20260929` and the like; undefined for what is none of them. */
export function familyOf(model: string): string | undefined {
  const [, , kind, major, minor, oldMajor, oldMinor, oldKind] = pattern.exec(model) ?? [];
  if (kind) return `${kind}-${major}${minor ? `.${minor}` : ''}`;
  return oldKind ? `${oldKind}-${oldMajor}${oldMinor ? `.${oldMinor}` : ''}` : undefined;
}

/** A word that is not known, such as `-fast`, may mean another price: then the name is not known either. */
const pattern =
  /(^|[./])claude-(?:(opus|sonnet|haiku|fable|mythos)-(\d)(?:-(\d))?|(\d)(?:-(\d))?-(opus|sonnet|haiku))(?:[-@](?:\d{8}|v\d+(?::\d+)?|latest|default))*$/;
