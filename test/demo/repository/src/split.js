/**
 * Splits `total` cents by weight with the largest remainder method.
 * Throws a RangeError for a total that is not a whole number of cents, and where nobody has a weight above zero.
 */
export function splitBill(total, people) {
  if (!Number.isSafeInteger(total) || total < 0) throw new RangeError(`not a number of cents: ${total}`);
  const sum = people.reduce((weights, { weight }) => weights + weight, 0);
  if (!(sum > 0)) throw new RangeError('nobody has a weight above zero');

  const shares = people.map(({ name, weight }) => ({
    name,
    cents: Math.floor((total * weight) / sum),
    remainder: (total * weight) % sum,
  }));
  const left = total - shares.reduce((cents, share) => cents + share.cents, 0);
  const byRemainder = [...shares].sort((a, b) => a.remainder < b.remainder);
  for (const share of byRemainder.slice(0, left)) share.cents += 1;

  return shares.map(({ name, cents }) => ({ name, cents }));
}
