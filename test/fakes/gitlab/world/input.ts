/** What a test says of a new `T`: some of its fields, `Required` among them. `Replaced` are given in another way. */
export type Input<T, Required extends keyof T = never, Replaced extends PropertyKey = never> = Partial<
  Omit<T, Required | Replaced>
> &
  Pick<T, Required>;

/** Labels by their names, which are made where they are missing. */
export type WithLabels = { labels?: readonly string[] };

/** A name for what has only a path: `split-bill` is `Split bill`. */
export const capitalized = (path: string): string =>
  path.charAt(0).toUpperCase() + path.slice(1).replaceAll(/[-_]/g, ' ');
