// Keeps secrets out of everything that leaves the process.

export class Redactor {
  readonly #secrets = new Set<string>();

  /** From now on `secret` is replaced, plain, percent-encoded and in Base64. Too short a text would hide ordinary words. */
  add(secret: string): void {
    if (secret.length < 8) return;
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ]) {
      this.#secrets.add(form);
    }
  }

  text(text: string): string {
    let result = text;
    for (const secret of this.#secrets) if (result.includes(secret)) result = result.replaceAll(secret, '[redacted]');
    return result;
  }

  /** A copy of `value` with every string in it redacted, keys included; `value` itself where there is nothing to hide. */
  value<Value>(value: Value): Value {
    const json = JSON.stringify(value);
    if (json === undefined) return value;
    const clean = this.text(json);
    return clean === json ? value : (JSON.parse(clean) as Value);
  }
}
