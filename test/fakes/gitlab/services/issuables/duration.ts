// Time as GitLab writes it: `1mo 2w 3d 4h 5m`, where a month has four weeks, a week five days and a day eight hours.
const HOUR = 3600;
const UNITS = { mo: 160 * HOUR, w: 40 * HOUR, d: 8 * HOUR, h: HOUR, m: 60, s: 1 } as const;

/** Seconds; a leading `-` takes away. Undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(mo|w|d|h|m|s)(?![a-z])/gi)];
  const rest = text.replaceAll(/(\d+(?:\.\d+)?)\s*(mo|w|d|h|m|s)(?![a-z])/gi, '').trim();
  const plain = /^-?\d+$/.test(text.trim());
  if (plain) return Number(text) * HOUR;
  if (parts.length === 0 || !['', '-'].includes(rest)) return undefined;
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitOf(unit ?? ''), 0);
  return rest === '-' ? -seconds : seconds;
}

/** Null for none. */
export function humanDuration(seconds: number): string | null {
  if (seconds === 0) return null;
  const parts: string[] = [];
  let left = Math.abs(seconds);
  for (const [unit, length] of Object.entries(UNITS)) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return `${seconds < 0 ? '-' : ''}${parts.join(' ')}`;
}

const unitOf = (unit: string): number => UNITS[unit.toLowerCase() as keyof typeof UNITS];
