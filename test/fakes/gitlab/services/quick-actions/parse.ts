// Takes the lines out of a text that GitLab executes: `/close`, `/label ~bug`.

export interface Command {
  /** In lower case, without the slash. */
  name: string;
  argument: string;
}

/** The commands whose names are known, and the text without their lines. Lines in code and quotations stay. */
export function extractCommands(
  text: string,
  isKnown: (name: string) => boolean,
): { text: string; commands: Command[] } {
  const commands: Command[] = [];
  let block: string | undefined;
  const rest = text.split(/\r?\n/).filter((line) => {
    const mark = /^\s*(```+|~~~+|>>>)/.exec(line)?.[1];
    if (mark && (block === undefined || mark.startsWith(block))) block = block === undefined ? mark : undefined;
    const [, name = '', argument = ''] = /^\/([a-z_]+)(?:[ \t]+(.*?))?[ \t]*$/i.exec(line) ?? [];
    if (block !== undefined || !isKnown(name.toLowerCase())) return true;
    commands.push({ name: name.toLowerCase(), argument });
    return false;
  });
  return commands.length > 0 ? { text: rest.join('\n').trim(), commands } : { text, commands };
}

/** `~bug ~"needs work"` as names; the sign may be left out. */
export function names(argument: string, sign: '~' | '%'): string[] {
  const marked = [...argument.matchAll(new RegExp(`${sign}(?:"([^"]+)"|([^\\s"~%]+))`, 'g'))];
  if (marked.length > 0) return marked.map(([, quoted, plain]) => quoted ?? plain ?? '');
  const plain = argument.replace(/^"(.*)"$/, '$1').trim();
  return plain === '' ? [] : sign === '~' ? plain.split(/\s+/) : [plain];
}
