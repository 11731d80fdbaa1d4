// Lines that look like the reason why a command failed. General forms rather than a list of tools: compilers, test
// runners and shells differ in details, but they share their words, signs and headings.

/** Nothing went wrong: `0 failed`, `Errors: 0`. */
const harmless = /\b(?:0|no) (?:errors?|fail(?:ures?|ed|ing)?)\b|\b(?:errors?|failures?|failed|fail)[:=] ?0\b/gi;

/** A test that passed may speak of errors in its name. */
const passed = /^\s*(?:[✓✔√]|ok\b|PASS\b|--- PASS|\S+ PASSED\b|test .* \.\.\. ok$)/;

const signs: readonly RegExp[] = [
  /\b(?:error|fatal|panic|traceback|failed|failure|failing|aborted|undefined reference|unhandled|uncaught)\b/i,
  /[A-Za-z](?:Error|Exception)\b/,
  /^\s*(?:FAIL\b|not ok\b|[✗✘✖×❌●]\s|E {2,}|--- FAIL|npm ERR!)/,
  /command not found|: not found$|no such file or directory|permission denied|cannot find|could not (?:find|resolve|connect)/i,
  /\b(?:segmentation fault|core dumped|out of memory|killed|oomkilled|no space left|timed out|connection refused)\b/i,
  /\bexit(?:ed|s)? (?:with )?(?:code|status):? [1-9]/i,
];

/** The headings under which test runners and build tools sum up what went wrong, at the end. */
const summary: readonly RegExp[] = [
  // pytest
  /^=+ (?:FAILURES|ERRORS|short test summary info) =+$/,
  // RSpec, cargo, minitest
  /^(?:Failures|failures|Failed examples|Failure|Errors):$/,
  // vitest, jest
  /^\W*Failed (?:Tests|Suites) \d+\b|^Summary of all failing tests/,
  // Mocha
  /^\s*\d+ failing$/,
  // Maven
  /^\[ERROR\] (?:Failures|Errors|COMPILATION ERROR) ?: ?$/,
  // Gradle
  /^FAILURE: Build failed/,
  // PHPUnit
  /^There (?:was|were) \d+ (?:failure|error)s?:$/,
];

/** What is looked at of a line: its meaning does not hide behind thousands of characters. */
const looked = 500;

export function isPassed(line: string): boolean {
  return passed.test(line.slice(0, looked));
}

export function isSign(line: string): boolean {
  const text = line.slice(0, looked);
  if (passed.test(text)) return false;
  const rest = text.replace(harmless, '');
  return signs.some((sign) => sign.test(rest));
}

export function isSummary(line: string): boolean {
  const text = line.slice(0, looked).trimEnd();
  return summary.some((heading) => heading.test(text));
}
