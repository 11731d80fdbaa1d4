/** One line a person: the name, padded to the longest, and the amount with two decimals, aligned on the right. */
export function formatShares(shares) {
  const rows = shares.map(({ name, cents }) => [name, (cents / 100).toFixed(2)]);
  const [names, amounts] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, amount]) => `${name.padEnd(names)}  ${amount.padStart(amounts)}`).join('\n');
}
