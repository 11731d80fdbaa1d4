// Who may call: whoever bears one of the tokens.
import { createHash, timingSafeEqual } from 'node:crypto';
import { ToolError } from '../kit/index.js';

/** RFC 6750, section 2.1. */
const TOKEN = /^[\w.~+/-]+=*$/;
const HEADER = /^bearer +(?<token>\S+)$/i;

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Finds whose token an `Authorization` header bears: a number that stands for its owner, or undefined. Takes the same
 * time whatever is borne, since digests of equal length are compared, all of them. Throws ToolError
 * `bad-settings` for a token that no header could bear.
 */
export function tokenCheck(tokens: readonly string[]): (authorization: string | undefined) => number | undefined {
  if (tokens.length === 0) throw unfit('There is no token.');
  if (!tokens.every((token) => TOKEN.test(token))) {
    throw unfit('A token consists of letters, digits and -._~+/, and may end in =.');
  }
  const digests = tokens.map(digest);
  return (authorization = '') => {
    const borne = digest(HEADER.exec(authorization)?.groups?.['token'] ?? '');
    const matches = digests.map((one) => timingSafeEqual(one, borne));
    const owner = matches.indexOf(true);
    return owner === -1 ? undefined : owner;
  };
}

function unfit(message: string): ToolError {
  return new ToolError('bad-settings', message, 'Choose a token, such as 64 random hexadecimal digits.');
}
