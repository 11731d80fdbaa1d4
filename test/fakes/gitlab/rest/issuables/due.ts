// The words that `due_date` may be in a list of issues, as tests of an issue's date.
const DAY = 86_400_000;

export const DUE_WORDS = [
  '0',
  'any',
  'today',
  'tomorrow',
  'overdue',
  'week',
  'month',
  'next_month_and_previous_two_weeks',
  '',
] as const;

export type DueWord = (typeof DUE_WORDS)[number];

/** Whether a date (YYYY-MM-DD or null) is due as the word says, seen from `now`. Weeks begin on Monday. */
export function isDue(word: DueWord, date: string | null, now: Date): boolean {
  const day = (offset: number) => iso(now.getTime() + offset * DAY);
  const within = (from: string, to: string) => date !== null && date >= from && date <= to;
  switch (word) {
    case '0':
      return date === null;
    case '':
      return true;
    case 'any':
      return date !== null;
    case 'today':
      return within(day(0), day(0));
    case 'tomorrow':
      return within(day(1), day(1));
    case 'overdue':
      return date !== null && date < day(0);
    case 'week': {
      const weekday = (now.getUTCDay() + 6) % 7;
      return within(day(-weekday), day(6 - weekday));
    }
    case 'month':
      return within(monthStart(now, 0), monthEnd(now, 0));
    case 'next_month_and_previous_two_weeks':
      return within(day(-14), monthEnd(now, 1));
  }
}

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

const monthStart = (now: Date, months: number): string =>
  iso(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));

const monthEnd = (now: Date, months: number): string =>
  iso(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months + 1, 0));
